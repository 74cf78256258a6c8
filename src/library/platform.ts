import { OPERATIONS } from '../server/platform/index.ts';
import type { AccountControl, AppCredentials } from './account.ts';
import type { Send } from './ask.ts';

/** An answer of the platform. Integers that a number cannot hold are texts. */
export interface PlatformAnswer {
  /** 0: it went well. */
  readonly code: number;
  readonly message: string;
  readonly result: Readonly<Record<string, unknown>>;
}

/** A client of the platform, in process, for tests that need one beside the integrator's own. */
export class Platform {
  readonly #send: Send;
  readonly #app: () => AppCredentials;
  readonly #accounts: AccountControl;
  #token = '';

  constructor(options: { send: Send; app: () => AppCredentials; accounts: AccountControl }) {
    this.#send = options.send;
    this.#app = options.app;
    this.#accounts = options.accounts;
  }

  /**
   * A token that is valid now, for requests of one's own; a new one only if there is none.
   * @throws Error if the platform gives none out
   */
  async token(): Promise<string> {
    const tokens = await this.#accounts.tokens();
    if (tokens.some(({ token, valid }) => valid && token === this.#token)) return this.#token;
    const { appKey, appSecret } = this.#app();
    const { code, message, result } = await this.#post('token', { app_key: appKey, app_secret: appSecret });
    if (typeof result.token !== 'string')
      throw new Error(`the platform gave no token out: ${code} ${message}`);
    this.#token = result.token;
    return result.token;
  }

  /**
   * Calls an operation, with a token where it needs one.
   * @param operation `task/callout` and so on
   * @param fields by their names on the wire
   * @returns the answer, whatever its code
   */
  async call(operation: string, fields: object = {}): Promise<PlatformAnswer> {
    return this.#post(operation, fields, operation === 'token' ? undefined : await this.token());
  }

  async #post(operation: string, fields: object, token?: string): Promise<PlatformAnswer> {
    const path = OPERATIONS.find(({ name }) => name === operation)?.path;
    if (path === undefined) {
      throw new TypeError(
        `no operation ${operation}: one of ${OPERATIONS.map(({ name }) => name).join(', ')}`,
      );
    }
    const response = await this.#send(token === undefined ? path : `${path}?token=${token}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json;charset=UTF-8' },
      body: JSON.stringify(fields),
    });
    return JSON.parse(await response.text(), keepLongIntegers) as PlatformAnswer;
  }
}

/** Row ids are JSON integers above 2^53. */
function keepLongIntegers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const { source = '' } = context ?? {};
  return typeof value === 'number' && /^-?\d{16,}$/.test(source) ? source : value;
}
