import { draw, drawInteger } from '../../random.ts';
import type { CompiledHit, CompiledNode } from '../compile.ts';
import { type Answer, answerRobot, momentOf, type Run } from '../run.ts';
import { measureSpeech } from '../speech.ts';
import { finish } from '../stage.ts';
import { type CompiledText, fillText } from '../text.ts';
import type { Reply, Step } from '../walk.ts';
import { type Customer, decideIntent, type Intent, type Moment } from './customer.ts';
import { addFiller, drawThinking } from './mood.ts';
import { isKeys, readKeys, recogniseKeys, recogniseText } from './recognise.ts';

/** How long the robot waits for a first word, or a first key (choice). */
const SILENCE_MS = 5000;
const KEY_SILENCE_MS = 7000;
/** The most that a customer waits beyond the usual so that the talk fills its time (choice). */
const SLACK_MS = 4000;
const BREATH_MS = 300;

const GOODBYES = [
  '不好意思，我这边还有事，先挂了。',
  '我现在有点忙，先这样吧，再见。',
  '好了好了，我要出门了，拜拜。',
];
const HUMAN_WISHES = [
  '我要转人工。',
  '你给我转人工客服吧。',
  '能不能找个真人跟我说？',
  '别用机器人糊弄我，转人工。',
];

/** The simulated customer's turn. @returns the reply that the walk goes on with; null: the call is over */
export function playCustomer(run: Run, step: Step): Reply | null {
  const moment = momentOf(run, step);
  const { customer } = run;
  const intent = decideIntent(customer, moment);
  const drawn = composeAnswer(run, step.node, intent, moment);
  const said = takeSaid(run, drawn.endMs);
  if (said !== undefined) return playSaid(run, step, { drawn, said, moment, intent });
  if (!answerRobot(run, step.node, drawn)) return null;
  return conclude(run, intent, moment);
}

function conclude(run: Run, intent: Intent, moment: Moment): Reply | null {
  const { stage, customer } = run;
  switch (intent.kind) {
    case 'ask-human':
      // The transfer takes the call off the robot a moment later (choice).
      finish(stage, 'platform', drawInteger(customer.chance, 'transfer', [700, 1900]));
      return null;
    case 'goodbye':
      finish(stage, 'customer', drawInteger(customer.chance, 'leave', [150, 600]));
      return null;
    case 'ignore':
      finish(stage, draw(customer.chance, 'ignore') < 0.6 ? 'robot' : 'customer');
      return null;
    case 'hit':
      if (intent.hit.hit.hit === customer.walk[moment.walked]) run.walked++;
      return intent;
    default:
      return intent;
  }
}

/** Words and times of what the customer means to do. */
function composeAnswer(run: Run, node: CompiledNode, intent: Intent, moment: Moment): Answer {
  const { customer } = run;
  const { startMs, exchange } = moment;
  const waitMs = node.byKeys ? KEY_SILENCE_MS : SILENCE_MS;
  if (intent.kind === 'silence' || intent.kind === 'ignore') {
    return { textMan: '', endMs: startMs + waitMs, hits: node.unpicked };
  }
  const hits = intent.kind === 'hit' ? intent.hit.picked : node.unpicked;
  const thinkMs = drawThinking(customer.mood, customer.chance, exchange) + (node.byKeys ? 700 : 0);
  const text = composeText(run, node, intent, exchange);
  const keys = node.byKeys && isKeys(text) ? text : undefined;
  const textMan = keys === undefined ? text : readKeys(keys);
  const spokenMs = keys === undefined ? speechMsOf(customer, text) : pressMsOf(customer, keys, exchange);
  const usualEndMs = startMs + thinkMs + spokenMs;
  const slackMs = intent.kind === 'hit' ? slackBefore(run, intent.hit, usualEndMs) : 0;
  return { textMan, keys, speakMs: startMs + thinkMs + slackMs, endMs: usualEndMs + slackMs, hits };
}

function composeText(run: Run, node: CompiledNode, intent: Intent, exchange: number): string {
  const { customer, script, context } = run;
  const point = draw(customer.chance, 'words', exchange);
  switch (intent.kind) {
    case 'hit':
      return sayHit(run, node, intent.hit, exchange);
    case 'ask-human':
      return pick(HUMAN_WISHES, point) ?? '';
    case 'goodbye':
      return pick(GOODBYES, point) ?? '';
    default:
      if (intent.kind === 'unclear' && node.byKeys) return wrongKey(node, point);
      return fillPicked(script.unclear, point, context);
  }
}

/** What this customer says or presses for a branch. */
export function sayHit(run: Run, node: CompiledNode, { hit, says }: CompiledHit, exchange: number): string {
  const { customer, context } = run;
  if (node.byKeys && hit.keys !== undefined) return hit.keys;
  const text = fillPicked(says, draw(customer.chance, 'words', exchange), context);
  // What is collected is used again in later texts, so it stays bare.
  if (node.node.type === 'CollectInputNode' || isKeys(text)) return text;
  return addFiller(customer.mood, text, draw(customer.chance, 'filler', exchange));
}

/** ms that this customer takes for a text. */
export function speechMsOf({ mood }: Customer, text: string): number {
  return Math.max(200, Math.round(measureSpeech(text) * mood.tempo));
}

/** ms from the first key to the last one's end. */
function pressMsOf({ chance, mood }: Customer, keys: string, exchange: number): number {
  return keys.length * Math.round((240 + draw(chance, 'press', exchange) * 160) * mood.tempo);
}

/** A little more thinking where the dialogue would end before its least time. */
function slackBefore(run: Run, hit: CompiledHit, usualEndMs: number): number {
  const { customer, stage } = run;
  const { leastMs } = stage.ending;
  if (usualEndMs >= leastMs) return 0;
  const missingMs = leastMs - usualEndMs - (customer.reach.restMs[hit.to.index] ?? 0);
  return Math.round(Math.min(SLACK_MS, Math.max(0, missingMs * 0.7)));
}

function wrongKey(node: CompiledNode, point: number): string {
  const free = [...'9876543210'].filter((key) => node.hits.every(({ hit }) => hit.keys !== key));
  return pick(free, point) ?? '*';
}

function fillPicked(texts: readonly CompiledText[], point: number, context: Run['context']): string {
  const text = pick(texts, point);
  return text === undefined ? '' : fillText(text, context);
}

function pick<T>(choices: readonly T[], point: number): T | undefined {
  return choices[Math.floor(point * choices.length)];
}

/** The next text that a test set for a turn that is over by `endMs`. */
function takeSaid(run: Run, endMs: number): { readonly atMs: number; readonly text: string } | undefined {
  for (; run.spokenTaken < run.spoken.length; run.spokenTaken++) {
    const next = run.spoken[run.spokenTaken];
    // Speech and keys belong to real callers.
    if (next?.kind !== 'say') continue;
    if (next.atMs > endMs) return undefined;
    run.spokenTaken++;
    return next;
  }
  return undefined;
}

interface Said {
  readonly drawn: Answer;
  readonly said: { readonly atMs: number; readonly text: string };
  readonly moment: Moment;
  readonly intent: Intent;
}

/** A turn whose words came from outside: they replace the drawn ones, and the branch that knows them is taken. */
function playSaid(run: Run, { node }: Step, { drawn, said, moment, intent }: Said): Reply | null {
  const { customer } = run;
  const keys = node.byKeys && isKeys(said.text) ? said.text : undefined;
  const known = keys === undefined ? recogniseText(node, said.text, run.context) : recogniseKeys(node, keys);
  const hit = known ?? (intent.kind === 'hit' ? intent.hit : undefined);
  // Said in time, it is spoken when it was said or the drawn words would have begun; said before, when they would have.
  const usualMs = drawn.speakMs ?? (said.atMs > moment.startMs ? said.atMs : moment.startMs + BREATH_MS);
  const speakMs = said.atMs > moment.startMs ? Math.min(said.atMs, usualMs) : usualMs;
  const spokenMs =
    keys === undefined ? speechMsOf(customer, said.text) : pressMsOf(customer, keys, moment.exchange);
  const endMs = Math.max(speakMs, said.atMs) + spokenMs;
  const hits = hit?.picked ?? node.unpicked;
  const textMan = keys === undefined ? said.text : readKeys(keys);
  if (!answerRobot(run, node, { textMan, keys, speakMs, endMs, hits })) return null;
  if (hit === undefined) return { kind: 'unclear' };
  if (hit.hit.hit === customer.walk[moment.walked]) run.walked++;
  return { kind: 'hit', hit };
}
