import type { RefusalName } from '../sim/refusal.ts';
import { type Reply, writeWarning } from './message/write.ts';

/** How a refusal of the simulation is told to a caller (spec 4.1, a choice). */
interface Cause {
  readonly status: number;
  /** The platform's result code, as `X-Yeta-Code`. */
  readonly code: number;
}

const INVALID: Cause = { status: 400, code: 10005 };
const BUSY: Cause = { status: 503, code: 10004 };

/** The table of spec 4.1; what no INVITE can be refused for stands for itself as a bug would: 503. */
const CAUSES: Readonly<Partial<Record<RefusalName, Cause>>> = {
  'invalid-parameter': INVALID,
  'wrong-enterprise': { status: 403, code: 200201 },
  'app-disabled': { status: 403, code: 10003 },
  'no-right': { status: 403, code: 10002 },
  'wrong-robot': { status: 404, code: 200204 },
  'wrong-relation': { status: 404, code: 200200 },
  'outside-working-time': { status: 480, code: 200222 },
  'line-held': { status: 486, code: 3_030_002 },
};

/** `task_result` of a phone that rang and was not picked up, and of one that nobody has registered. */
export const NO_ANSWER = 20;
export const NOT_REGISTERED = 4;
const BUSY_LINE = 5;
const NO_SUCH_NUMBER = 6;
const DECLINED = 8;
const BARRED = 23;
const DIVERTED = 25;
const NETWORK_FAILED = 26;

/** What a called phone answers, as `task_result` (spec 4.4: 404, 408, 480, 486, 603; the others a choice). */
const RESULTS: ReadonlyMap<number, number> = new Map([
  [404, NO_SUCH_NUMBER],
  [604, NO_SUCH_NUMBER],
  [410, NO_SUCH_NUMBER],
  [408, NO_ANSWER],
  [480, NO_ANSWER],
  [487, NO_ANSWER],
  [486, BUSY_LINE],
  [600, BUSY_LINE],
  [603, DECLINED],
  [403, BARRED],
]);

/** @param status 300 to 699 */
export function resultOfStatus(status: number): number {
  if (status < 400) return DIVERTED;
  return RESULTS.get(status) ?? NETWORK_FAILED;
}

/** @param host of ours, as it stands in a Warning @param why in words */
export function explainRefusal(
  name: RefusalName,
  { host, why }: { readonly host: string; readonly why: string },
): Reply {
  const { status, code } = CAUSES[name] ?? BUSY;
  return { status, headers: [writeWarning(host, why), `X-Yeta-Code: ${code}`] };
}
