import type { World } from '../world.ts';
import type { Call } from './call.ts';
import { nowIn } from './phone-time.ts';
import { continueDialogue } from './step.ts';

/** Puts words into the mouth of the customer of a talking call: they are its next answer, from now on. */
export function sayInCall(world: World, call: Call, text: string): void {
  call.outside.push({ kind: 'say', atMs: nowIn(world, call) - (call.answerAt ?? 0), text });
  // While a pull is under way the call waits for it, and takes the words when it goes on.
  if (call.next === null) world.touchCall(call);
  else continueDialogue(world, call);
}
