import type { World } from '../world.ts';
import type { Call } from './call.ts';
import { breakOff } from './step.ts';

/** Results of an outbound call that its customer ends: hung up while talking, declined while it rang (doc). */
const HUNG_UP = 15;
const DECLINED = 8;
/** Nobody has heard it ring yet, so it is the network that gives up (choice, as when a task is deleted). */
const NEVER_RANG = 26;

/** The customer ends a live call, at once. */
export function hangUp(world: World, call: Call): void {
  if (call.state === 'dialing') breakOff(world, call, { by: 'line', result: NEVER_RANG });
  else breakOff(world, call, { by: 'customer', result: call.state === 'talking' ? HUNG_UP : DECLINED });
}
