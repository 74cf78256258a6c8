import type { World } from '../world.ts';
import type { Call } from './call.ts';
import { endCall } from './step.ts';

/** Results of an outbound call that its customer ends: hung up while talking, declined while it rang (doc). */
const HUNG_UP = 15;
const DECLINED = 8;
/** Nobody has heard it ring yet, so it is the network that gives up (choice, as when a task is deleted). */
const NEVER_RANG = 26;

/** The customer ends a live call, at once. */
export function hangUp(world: World, call: Call): void {
  const talking = call.state === 'talking';
  const atMs = talking ? world.now - (call.answerAt ?? world.now) : 0;
  const by = call.state === 'dialing' ? 'line' : 'customer';
  call.outside.push({ kind: 'hangup', atMs, by, planned: call.result });
  if (call.direction === 'outbound')
    call.result = talking ? HUNG_UP : call.state === 'ringing' ? DECLINED : NEVER_RANG;
  if (!talking) call.answerAt = null;
  if (call.state === 'dialing') call.ringAt = null;
  call.hangupAt = world.now;
  endCall(world, call);
}
