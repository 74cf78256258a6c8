import type { Dialogue, OutsideInput, Turn } from '../dialog/dialogue.ts';
import type { World } from '../world.ts';
import type { Call } from './call.ts';
import { dialogueOf } from './dialogue-of.ts';
import { nowIn } from './phone-time.ts';

/** One line of a call's story; beside `at` and `event` only what the event has. */
export interface CallEvent {
  readonly at: number;
  readonly event:
    | 'dialed'
    | 'received'
    | 'ringing'
    | 'asked'
    | 'pulled'
    | 'answered'
    | 'robot'
    | 'customer'
    | 'said'
    | 'hangup';
  readonly [detail: string]: unknown;
}

/** Instants of a call that have come by now; those that are only planned are null. */
export interface Reached {
  readonly ringAt: number | null;
  readonly answerAt: number | null;
  readonly hangupAt: number | null;
  readonly result: number | null;
}

const RANG: ReadonlySet<Call['state']> = new Set(['ringing', 'talking', 'ended']);
const TALKED: ReadonlySet<Call['state']> = new Set(['talking', 'ended']);

/** A call as far as it has come: what was decided at the dial stays hidden until it happens. */
export function reachedOf(call: Call): Reached {
  const ended = call.state === 'ended';
  return {
    ringAt: RANG.has(call.state) ? call.ringAt : null,
    answerAt: TALKED.has(call.state) ? call.answerAt : null,
    hangupAt: ended ? call.hangupAt : null,
    result: ended ? call.result : null,
  };
}

/** Everything that has happened in a call, in order. */
export function timelineOf(world: World, call: Call): CallEvent[] {
  const { ringAt, answerAt, hangupAt, result } = reachedOf(call);
  const inbound = call.direction === 'inbound';
  const now = nowIn(world, call);
  const events: CallEvent[] = [
    inbound
      ? { at: call.dialAt, event: 'received', caller: call.caller, lineNum: call.lineNum }
      : { at: call.dialAt, event: 'dialed', callee: call.callee, lineNum: call.lineNum },
  ];
  if (ringAt !== null) events.push({ at: ringAt, event: 'ringing' });
  events.push(...contextEvents(world, call));
  const dialogue = answerAt === null ? null : dialogueOf(world, call);
  if (answerAt !== null && dialogue !== null) {
    events.push({ at: answerAt, event: 'answered' });
    events.push(...turnEvents(dialogue, { answerAt, now }));
    events.push(...outsideEvents(call, dialogue, answerAt));
  }
  const happened = events.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
  if (hangupAt !== null) {
    const by = whoHungUp(call, dialogue);
    happened.push({
      at: hangupAt,
      event: 'hangup',
      by,
      ...(result === null ? null : { result: String(result) }),
    });
  }
  return happened;
}

/** The pull at the start of an inbound call. */
function contextEvents(world: World, call: Call): CallEvent[] {
  const context = call.outside.find((input) => input.kind === 'context');
  if (context !== undefined) return [pulled(call.dialAt, 'getDialogContext', context)];
  const isDynamic = call.direction === 'inbound' && world.accounts.robotAt(call.revision).type === 2;
  const waiting = isDynamic && call.state === 'ringing' && call.next === null;
  return waiting ? [{ at: call.dialAt, event: 'asked', module: 'getDialogContext' }] : [];
}

/** What a customer says is known once it is said: until then other words may still take its place. */
function turnEvents({ turns }: Dialogue, { answerAt, now }: { answerAt: number; now: number }): CallEvent[] {
  return turns
    .filter((turn) => turn.role === 'robot' || answerAt + turn.endMs <= now)
    .map((turn) => turnEvent(turn, answerAt));
}

function outsideEvents(call: Call, dialogue: Dialogue, answerAt: number): CallEvent[] {
  const events: CallEvent[] = [];
  for (const input of call.outside) {
    if (input.kind === 'semantics') events.push(pulled(answerAt + input.atMs, 'getSemantics', input));
    else if (input.kind === 'say')
      events.push({ at: answerAt + input.atMs, event: 'said', text: input.text });
  }
  if (dialogue.stop.kind === 'pull' && call.next === null && call.state === 'talking') {
    const { atMs, code } = dialogue.stop;
    events.push({ at: answerAt + atMs, event: 'asked', module: 'getSemantics', code });
  }
  return events;
}

function pulled(
  at: number,
  module: string,
  input: OutsideInput & { kind: 'context' | 'semantics' },
): CallEvent {
  const took = input.kind === 'semantics' ? { tookMs: input.tookMs } : null;
  const note = input.note === undefined ? null : { note: input.note };
  return { at, event: 'pulled', module, ...took, values: input.values, ...note };
}

/** Robots are heard from the turn's start, customers from their first word. */
function turnEvent(turn: Turn, answerAt: number): CallEvent {
  const node = { nodeId: turn.nodeId, nodeName: turn.nodeName };
  const tag = turn.tag === undefined ? null : { tag: turn.tag };
  if (turn.role === 'robot') {
    return { at: answerAt + turn.startMs, event: 'robot', ...node, text: turn.textRobot, ...tag };
  }
  const hit = turn.hits?.find(({ pick }) => pick)?.hit ?? null;
  const keys = turn.keys === undefined ? null : { keys: turn.keys };
  return {
    at: answerAt + (turn.speakMs ?? turn.endMs),
    event: 'customer',
    ...node,
    text: turn.textMan,
    ...keys,
    hit,
  };
}

/** Results that a person makes: the phone was picked up, or declined. */
const DECLINED = 8;
/** Results that the platform makes by giving up. */
const GAVE_UP: readonly (number | null)[] = [-1, 20];

function whoHungUp(call: Call, dialogue: Dialogue | null): 'robot' | 'customer' | 'line' | 'platform' {
  const outside = call.outside.find((input) => input.kind === 'hangup');
  if (outside !== undefined) return outside.by;
  if (dialogue?.stop.kind === 'end') return dialogue.stop.by;
  if (call.result === DECLINED || call.direction === 'inbound') return 'customer';
  return GAVE_UP.includes(call.result) ? 'platform' : 'line';
}
