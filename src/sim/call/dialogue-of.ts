import type { Dialogue } from '../dialog/dialogue.ts';
import { runDialogue } from '../dialog/run-dialogue.ts';
import type { World } from '../world.ts';
import type { Call } from './call.ts';

/** The call's dialogue so far: rebuilt from the robot's revision, the call's draws and all that came from outside. */
export function dialogueOf(world: World, call: Call): Dialogue {
  return runDialogue({
    script: world.accounts.robotAt(call.revision).script,
    chance: call.chance,
    result: plannedResult(call),
    wish: call.script,
    context: contextOf(call),
    speed: call.speed,
    caller: call.phone === null ? 'simulated' : 'outside',
    outside: call.outside,
  });
}

/** A hang-up from outside changes the call's result, and nothing that was said before it; a real phone plans none. */
function plannedResult(call: Call): number | null {
  if (call.phone !== null) return null;
  const hangup = call.outside.find((input) => input.kind === 'hangup');
  return hangup?.planned === undefined ? call.result : hangup.planned;
}

/** Placeholder values of a row; what an inbound call pulled comes in through `outside`. */
function contextOf(call: Call): Record<string, string> {
  const context: Record<string, string> = {};
  call.row?.head.forEach((name, index) => {
    context[name] = call.row?.value[index] ?? '';
  });
  return context;
}
