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

/** @param host of ours, as it stands in a Warning @param why in words */
export function explainRefusal(
  name: RefusalName,
  { host, why }: { readonly host: string; readonly why: string },
): Reply {
  const { status, code } = CAUSES[name] ?? BUSY;
  return { status, headers: [writeWarning(host, why), `X-Yeta-Code: ${code}`] };
}
