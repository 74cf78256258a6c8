import type { CompiledHit } from '../compile.ts';
import { answerRobot, momentOf, type Run, type SpokenInput } from '../run.ts';
import type { Reply, Step } from '../walk.ts';
import { chooseHit } from './choose-hit.ts';
import { findWished, type Moment } from './customer.ts';
import { sayHit, speechMsOf } from './customer-turn.ts';
import { isKeys, readKeys, recogniseKeys, recogniseText } from './recognise.ts';

/** ms between the first and the last moment of a key pressed on a real phone. */
const KEY_MS = 120;

/**
 * A real caller's turn, from what came in so far. @returns the reply, or null: the call is over, or waits for the caller
 *
 * A `speech` of no length says that nothing was heard until then; a barge-in cuts the robot's text.
 */
export function playCaller(run: Run, step: Step): Reply | null {
  const { stage, spoken } = run;
  const { node } = step;
  const askedMs = stage.turns.at(-1)?.startMs ?? 0;
  while (run.spokenTaken < spoken.length) {
    const one = spoken[run.spokenTaken];
    run.spokenTaken++;
    if (one === undefined || !concerns(one, askedMs, node.byKeys)) continue;
    interruptRobot(run, one);
    return play(run, step, one);
  }
  if (stage.hangMs < Number.POSITIVE_INFINITY) {
    // Hung up while the robot listened.
    answerRobot(run, node, { textMan: '', endMs: Number.POSITIVE_INFINITY, hits: node.unpicked });
    return null;
  }
  run.stop = { kind: 'caller', atMs: stage.nowMs, nodeId: node.node.id };
  return null;
}

/** What was over before the question began is lost; keys count only where keys are asked for. */
function concerns(one: SpokenInput, askedMs: number, byKeys: boolean): boolean {
  if (one.kind === 'keys') return byKeys;
  if (one.kind === 'speech') return one.endMs > askedMs;
  return true;
}

function interruptRobot(run: Run, one: SpokenInput): void {
  const { stage } = run;
  const turn = stage.turns.at(-1);
  if (turn === undefined || one.atMs >= turn.endMs || isSilent(one) || one.kind === 'say') return;
  const endMs = Math.max(turn.startMs, one.atMs);
  stage.turns[stage.turns.length - 1] = { ...turn, endMs };
  stage.nowMs = endMs;
}

function isSilent(one: SpokenInput): boolean {
  return one.kind === 'speech' && one.endMs <= one.atMs;
}

function play(run: Run, step: Step, one: SpokenInput): Reply | null {
  const { node } = step;
  const moment = momentOf(run, step);
  const speakMs = Math.max(moment.startMs, one.atMs);
  if (one.kind === 'speech') return playSpeech(run, step, { ...one, atMs: speakMs });
  const text = one.kind === 'keys' ? one.keys : one.text;
  const keys = one.kind === 'keys' || (node.byKeys && isKeys(text)) ? text : undefined;
  const spokenMs = keys === undefined ? speechMsOf(run.customer, text) : keys.length * KEY_MS;
  const hit = keys === undefined ? understand(run, moment, text) : recogniseKeys(node, keys);
  const hits = hit?.picked ?? node.unpicked;
  const textMan = keys === undefined ? text : readKeys(keys);
  const goesOn = answerRobot(run, node, { textMan, keys, speakMs, endMs: speakMs + spokenMs, hits });
  return goesOn ? replyWith(run, moment, hit) : null;
}

/** Somebody spoke, nobody knows what: the branch comes from the wish or the weights, the words from the branch (spec 4.2). */
function playSpeech(
  run: Run,
  step: Step,
  one: { readonly atMs: number; readonly endMs: number },
): Reply | null {
  const { node } = step;
  const moment = momentOf(run, step);
  const endMs = Math.max(one.atMs, one.endMs);
  if (endMs === one.atMs) {
    return answerRobot(run, node, { textMan: '', endMs, hits: node.unpicked }) ? { kind: 'silence' } : null;
  }
  const following = run.spoken[run.spokenTaken];
  const said = following?.kind === 'say' && following.atMs <= endMs ? following.text : undefined;
  if (said !== undefined) run.spokenTaken++;
  // Words do not press keys.
  const hit = node.byKeys
    ? undefined
    : said === undefined
      ? choose(run, moment)
      : understand(run, moment, said);
  const textMan = said ?? (hit === undefined ? '' : sayHit(run, node, hit, moment.exchange));
  const hits = hit?.picked ?? node.unpicked;
  const goesOn = answerRobot(run, node, { textMan, speakMs: one.atMs, endMs, hits });
  return goesOn ? replyWith(run, moment, hit) : null;
}

function choose(run: Run, moment: Moment): CompiledHit | undefined {
  return findWished(run.customer, moment) ?? chooseHit(run.customer, moment) ?? undefined;
}

function understand(run: Run, moment: Moment, text: string): CompiledHit | undefined {
  return recogniseText(moment.step.node, text, run.context) ?? choose(run, moment);
}

function replyWith(run: Run, moment: Moment, hit: CompiledHit | undefined): Reply {
  if (hit === undefined) return { kind: 'unclear' };
  if (hit.hit.hit === run.customer.walk[moment.walked]) run.walked++;
  return { kind: 'hit', hit };
}
