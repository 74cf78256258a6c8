import { type Chance, drawInteger } from '../random.ts';
import { playCaller } from './customer/caller-turn.ts';
import { playCustomer } from './customer/customer-turn.ts';
import type { Dialogue, DialogueInput } from './dialogue.ts';
import { openRun, type Run, speakRobot } from './run.ts';
import { finish, isOverBefore } from './stage.ts';
import { type Reply, type Step, stepWalk } from './walk.ts';

/** A script that goes round in circles is left after so many turns (choice). */
const TURN_LIMIT = 300;

/**
 * Plays a dialogue from its start with what the world outside has contributed so far, up to its end or to the next
 * thing that only the outside can give. The same input gives the same dialogue; one more contribution changes
 * nothing that lies before it. Costs microseconds, so nothing of it needs to be stored.
 */
export function runDialogue(input: DialogueInput): Dialogue {
  const run = openRun(input);
  let step: Step | null = { node: run.script.start, asks: 0 };
  let startMs = drawInteger(input.chance, 'first-word', [250, 800]);
  while (step !== null && run.stage.turns.length < TURN_LIMIT) {
    if (!speakRobot(run, step, startMs)) return report(run);
    const { node }: Step = step;
    if (node.kind === 'end') break;
    const reply: Reply | null = node.kind === 'tell' ? null : playTurn(run, step);
    if (reply === null && node.kind === 'ask') return report(run);
    startMs = run.stage.nowMs + pauseAfter(input.chance, run);
    if (node.node.code !== undefined && (reply === null || reply.kind === 'hit')) {
      if (!pull(run, node.node.code, startMs)) return report(run);
      startMs += run.pulls[run.pullsTaken - 1]?.tookMs ?? 0;
    }
    step = stepWalk(step, reply);
  }
  finish(run.stage, 'robot');
  return report(run);
}

function playTurn(run: Run, step: Step): Reply | null {
  return run.input.caller === 'outside' ? playCaller(run, step) : playCustomer(run, step);
}

/** ms that the robot takes to notice the end of a turn and to begin its own: 0.4 s in the sample of seed 002. */
function pauseAfter(chance: Chance, run: Run): number {
  return drawInteger(chance, 'pause', [280, 720], run.stage.turns.length);
}

/** Takes the answer of a pull that is in, or stops for it. @returns whether the walk goes on */
function pull(run: Run, code: string, atMs: number): boolean {
  const { stage } = run;
  if (isOverBefore(stage, atMs)) return false;
  const answer = run.pulls[run.pullsTaken];
  if (answer !== undefined) {
    run.pullsTaken++;
    Object.assign(run.context, answer.values);
    return true;
  }
  // Hung up while the pull was under way.
  if (isOverBefore(stage, stage.hangMs < Number.POSITIVE_INFINITY ? stage.hangMs : atMs)) return false;
  run.stop = { kind: 'pull', atMs, code, reply: run.reply };
  return false;
}

function report({ stage, context, stop }: Run): Dialogue {
  const end = stop ?? stage.end;
  if (end === null) throw new Error('a dialogue stopped without a reason');
  return {
    turns: stage.turns,
    context,
    stop: end,
    ...(stage.tagMax === undefined ? null : { tagMax: stage.tagMax }),
    ...(stage.tagMin === undefined ? null : { tagMin: stage.tagMin }),
  };
}
