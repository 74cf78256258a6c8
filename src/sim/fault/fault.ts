import type { World } from '../world.ts';

export const NETWORK_FAULTS = ['reset', 'empty', 'garbage', 'timeout'] as const;
type NetworkFault = (typeof NETWORK_FAULTS)[number];

/** What goes wrong. */
export interface FaultEffect {
  /** Result code of the platform's answer. */
  readonly code?: number | undefined;
  readonly httpStatus?: number | undefined;
  readonly delayMs?: number | undefined;
  readonly network?: NetworkFault | undefined;
}

/** Something that goes wrong, set through the control API (spec 5.2). */
export interface Fault extends FaultEffect {
  /** An operation, `*` for all of them, `push`, or `sip`. */
  readonly on: string;
  /** 0 to 1; absent = always. */
  readonly probability?: number | undefined;
}

/**
 * The fault that strikes a platform operation or a push now; it counts down, so call it inside a command.
 * @param key what the draw hangs on beside the fault, such as the push and its attempt; by default how often it was drawn
 */
export function takeFault(world: World, on: string, key?: readonly number[]): FaultEffect | null {
  if (world.faults.all().length === 0) return null;
  return world.faults.take(world, (fault) => isFor(fault, on), key);
}

function isFor(fault: Fault, on: string): boolean {
  return fault.on === on || (fault.on === '*' && on !== 'push' && on !== 'sip');
}
