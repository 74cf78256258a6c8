import type { Call } from '../../sim/call/call.ts';
import type { Chance } from '../../sim/random.ts';

/** A call of the simulation, as far as whoever serves its phone needs to know. */
export interface ServedCall {
  readonly id: number;
  readonly uuid: string;
  readonly chance: Chance;
  /** Instant of the simulation, and the wall ms that it was then. */
  readonly dialAt: number;
  readonly wallAt: number;
}

/** @throws an ordinary error for a call without a phone */
export function servedCallOf({ id, uuid, chance, dialAt, phone }: Call): ServedCall {
  if (phone === null) throw new Error(`call ${uuid} has no phone`);
  return { id, uuid, chance, dialAt, wallAt: phone.wallAt };
}
