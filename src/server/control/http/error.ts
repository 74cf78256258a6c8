import { Refusal, type RefusalName } from '../../../sim/refusal.ts';
import { ClientGone } from '../../body.ts';
import { LightResponse } from '../../light-response.ts';
import { RESULT_CODES } from '../../platform/envelope.ts';

/** Every reason of the control API's own for saying no, and its HTTP status. */
const STATUS = {
  'invalid-parameter': 400,
  'snapshot-invalid': 400,
  unauthorized: 401,
  'wrong-host': 403,
  'cross-site': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'wait-timeout': 408,
  'clock-busy': 409,
  'name-taken': 409,
  'too-many-universes': 409,
  'clock-reset': 409,
  'push-owed': 409,
  'push-being-filed': 409,
  'snapshot-foreign': 409,
  'no-url': 409,
  'call-ended': 409,
  'call-not-talking': 409,
  'too-large': 413,
  'not-idle': 422,
  internal: 500,
  'clock-stopped': 500,
  'push-file-not-written': 503,
  'not-ready': 503,
  closing: 503,
} as const;

export type ControlErrorCode = keyof typeof STATUS;

/** What a refusal of the simulation is in HTTP. */
const REFUSAL_STATUS: Readonly<Record<RefusalName, number>> = {
  'wrong-credentials': 401,
  'invalid-token': 401,
  'no-right': 403,
  'app-disabled': 403,
  busy: 503,
  'invalid-parameter': 400,
  'endpoint-maintenance': 409,
  'endpoint-disabled': 409,
  'wrong-relation': 404,
  'wrong-enterprise': 403,
  'wrong-task': 404,
  'wrong-number': 400,
  'wrong-robot': 404,
  'wrong-voice': 404,
  'wrong-speed': 400,
  'balance-used-up': 409,
  'wrong-format': 400,
  'too-large': 413,
  'wrong-columns': 400,
  'too-many-rows': 400,
  'outside-working-time': 409,
  'line-held': 409,
  'task-deleted': 409,
  'task-completed': 409,
};

/** Every code of an error, with its HTTP status. */
export const ERROR_STATUS: Readonly<Record<string, number>> = { ...REFUSAL_STATUS, ...STATUS };

export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code: ControlErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  /** @param message what was found and what was expected, for a person */
  constructor(code: ControlErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }

  /** What its answer says beside the body. */
  get headers(): Readonly<Record<string, string>> {
    return {};
  }
}

/** A path that is there, asked for by a method that it does not take. */
export class MethodNotAllowed extends ControlError {
  readonly #methods: readonly string[];

  /** @param methods those that it takes */
  constructor(message: string, methods: readonly string[]) {
    super('method-not-allowed', message, { methods });
    this.#methods = methods;
  }

  /** HEAD goes where GET does. */
  override get headers(): Readonly<Record<string, string>> {
    const allowed = this.#methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    return { Allow: allowed.join(', ') };
  }
}

/** The one place that turns errors into answers. @param logError told of bugs */
export function answerError(error: unknown, logError: (error: unknown) => void): Response {
  if (error instanceof ControlError) return write(STATUS[error.code], error.code, error);
  if (error instanceof Refusal) {
    const details = { platformCode: RESULT_CODES[error.reason].code };
    return write(REFUSAL_STATUS[error.reason], error.reason, { message: error.message, details });
  }
  // There is nobody to answer, and nothing to log.
  if (error instanceof ClientGone)
    return write(400, 'invalid-parameter', { message: error.message, details: {} });
  logError(error);
  return write(500, 'internal', { message: 'a bug of the simulator: its log has the cause', details: {} });
}

export function answerJson(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const type = { 'Content-Type': 'application/json; charset=UTF-8', 'Cache-Control': 'no-store' };
  return new LightResponse(JSON.stringify(value), { status, headers: { ...type, ...headers } });
}

function write(
  status: number,
  code: string,
  error: {
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
    readonly headers?: Readonly<Record<string, string>>;
  },
): Response {
  const { message, details, headers = {} } = error;
  const login = status === 401 ? { 'WWW-Authenticate': 'Bearer realm="yeta-sim"' } : {};
  return answerJson({ error: { code, message, details } }, status, { ...headers, ...login });
}
