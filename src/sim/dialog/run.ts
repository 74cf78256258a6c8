import { type CompiledNode, type CompiledScript, compileScript } from './compile.ts';
import { type Customer, type Moment, meetCustomer } from './customer/customer.ts';
import type { Dialogue, DialogueInput, OutsideInput, Turn } from './dialogue.ts';
import { planEnding } from './ending.ts';
import { scaleToSpeed } from './speech.ts';
import { addTurn, moveCutInto, openStage, type Stage } from './stage.ts';
import { fillText, measureText } from './text.ts';
import type { Step } from './walk.ts';

/** Inputs that speak for the customer, in their order. */
export type SpokenInput = Extract<OutsideInput, { kind: 'say' | 'speech' | 'keys' }>;

/** One replay of a dialogue: everything that changes while it goes on. Local to one call of `runDialogue`. */
export interface Run {
  readonly input: DialogueInput;
  readonly script: CompiledScript;
  readonly customer: Customer;
  readonly stage: Stage;
  readonly context: Record<string, string>;
  readonly spoken: readonly SpokenInput[];
  readonly pulls: readonly Extract<OutsideInput, { kind: 'semantics' }>[];
  readonly played: readonly Extract<OutsideInput, { kind: 'played' }>[];
  spokenTaken: number;
  pullsTaken: number;
  exchange: number;
  walked: number;
  /** The customer's last words or keys. */
  reply: string;
  /** The robot's last words. */
  textRobot: string;
  stop: Dialogue['stop'] | null;
}

const NOTHING: readonly never[] = [];

export function openRun(input: DialogueInput): Run {
  const script = compileScript(input.script);
  const customer = meetCustomer(input, script);
  const { outside } = input;
  const some = outside.length > 0;
  const context: Record<string, string> = { ...input.context };
  for (const one of outside) if (one.kind === 'context') Object.assign(context, one.values);
  return {
    input,
    script,
    customer,
    stage: openStage(input, planEnding(input, customer.plan)),
    context,
    spoken: some
      ? outside.filter((one) => one.kind === 'say' || one.kind === 'speech' || one.kind === 'keys')
      : NOTHING,
    pulls: some ? outside.filter((one) => one.kind === 'semantics') : NOTHING,
    played: some ? outside.filter((one) => one.kind === 'played') : NOTHING,
    spokenTaken: 0,
    pullsTaken: 0,
    exchange: 0,
    walked: 0,
    reply: '',
    textRobot: '',
    stop: null,
  };
}

export function momentOf(run: Run, step: Step): Moment {
  const { stage, exchange, walked } = run;
  return { step, exchange, startMs: stage.nowMs, lastTag: stage.lastTag, walked };
}

/** The robot says a node's text. @returns whether the call goes on after it */
export function speakRobot(run: Run, { node, asks }: Step, startMs: number): boolean {
  const { stage, context } = run;
  const text = asks > 0 ? node.again : node.text;
  const textRobot = fillText(text, context);
  const seq = stage.turns.length + 1;
  const spokenMs = Math.round(scaleToSpeed(measureText(text, context), run.input.speed));
  const endMs = run.played.find((one) => one.seq === seq)?.endMs ?? startMs + spokenMs;
  const turn: Turn = {
    ...node.face,
    seq,
    role: 'robot',
    startMs,
    endMs,
    textRobot,
    textMan: '',
  };
  run.textRobot = textRobot;
  const { mustCut, exact } = stage.ending;
  if (node.kind === 'end' && mustCut && !exact && stage.cutMs >= endMs && endMs > startMs)
    moveCutInto(stage, turn);
  return addTurn(stage, turn);
}

/** What the customer said or pressed in a turn, and when. */
export interface Answer {
  readonly textMan: string;
  readonly keys?: string | undefined;
  /** Undefined: nothing was said. */
  readonly speakMs?: number | undefined;
  readonly endMs: number;
  readonly hits: CompiledNode['unpicked'];
}

/** Adds the customer's turn at a node. @returns whether the call goes on after it */
export function answerRobot(run: Run, node: CompiledNode, answer: Answer): boolean {
  const { stage, context } = run;
  const { textMan, keys, speakMs, endMs, hits } = answer;
  const turn: { -readonly [K in keyof Turn]: Turn[K] } = {
    ...node.face,
    seq: stage.turns.length + 1,
    role: 'customer',
    startMs: stage.nowMs,
    endMs,
    textRobot: run.textRobot,
    textMan,
    hits,
  };
  if (speakMs !== undefined) turn.speakMs = speakMs;
  if (keys !== undefined) turn.keys = keys;
  run.exchange++;
  if (!addTurn(stage, turn)) return false;
  if (textMan !== '') {
    run.reply = textMan;
    // The sample of the semantics pull (seed 001) has each node's name with the customer's words in its context.
    context[node.node.name] = textMan;
  }
  return true;
}
