import type { World } from '../world.ts';
import type { Call } from './call.ts';

/** The present instant as a call has it: with a real phone its own, which goes with the wall on every clock (spec 4.3). */
export function nowIn(world: World, call: Call): number {
  if (call.phone === null) return world.now;
  return call.dialAt + Math.max(0, world.wallNow - call.phone.wallAt);
}

/**
 * Somebody but the phone ends its call: whoever serves the phone is told, and the call ends when the phone has.
 * @param end its result counts for outbound calls only
 */
export function askToHangUp(
  world: World,
  call: Call,
  { by, result }: { readonly by: 'customer' | 'line' | 'platform'; readonly result: number },
): void {
  if (call.outside.some(({ kind }) => kind === 'hangup')) return;
  const atMs = call.answerAt === null ? 0 : Math.max(0, nowIn(world, call) - call.answerAt);
  call.outside.push({ kind: 'hangup', atMs, by });
  if (call.direction === 'outbound') call.result = result;
  world.touchCall(call);
}
