import { callFact } from '../fact.ts';
import { owePull, unaskedSemantics } from '../pull/owe.ts';
import type { World } from '../world.ts';
import type { Call, PhoneRecording } from './call.ts';
import { dialogueOf } from './dialogue-of.ts';
import { beginTalk, endCall } from './step.ts';

/* What happens to the call of a real phone; told by whoever serves the phone, in the call's own time. */

/** What a phone's user does; ms count from the answer. */
export type Heard =
  /** A speech of no length: nothing was heard until then. */
  | { readonly kind: 'speech'; readonly atMs: number; readonly endMs: number }
  | { readonly kind: 'keys'; readonly atMs: number; readonly keys: string };

/** Whether everything that the call waits for before its answer is in: the context of a dynamic robot. */
export function mayAnswer(world: World, call: Call): boolean {
  return (
    world.accounts.robotAt(call.revision).type !== 2 || call.outside.some(({ kind }) => kind === 'context')
  );
}

/** The phone that is called rings. */
export function ringPhone(world: World, call: Call, at: number): void {
  call.state = 'ringing';
  call.ringAt = at;
  world.touchCall(call);
  world.tell('call.ringing', () => callFact(world, call));
}

/** The phone is answered, and its user knows: the dialogue begins. */
export function answerPhone(world: World, call: Call, at: number): void {
  call.answerAt = at;
  beginTalk(world, call);
}

/** The phone's user spoke, pressed keys, or was silent for too long. */
export function hearPhone(world: World, call: Call, heard: Heard): void {
  // Words that were set while somebody spoke belong to that speech, and stand behind it.
  const before = heard.kind === 'speech' && heard.endMs > heard.atMs ? heard.atMs : Number.POSITIVE_INFINITY;
  let index = call.outside.length;
  for (; index > 0; index--) {
    const last = call.outside[index - 1];
    if (last?.kind !== 'say' || last.atMs < before) break;
  }
  call.outside.splice(index, 0, heard);
  world.touchCall(call);
}

/** The dialogue has come to a node that asks the integrator. */
export function pullForPhone(world: World, call: Call): void {
  if (owePull(world, call, 'getSemantics')) return;
  call.outside.push(unaskedSemantics(dialogueOf(world, call).stop.atMs));
}

export interface PhoneEnd {
  readonly at: number;
  /** Who hung up, unless somebody else had asked for it before; null: the robot, at the end of its script. */
  readonly by: 'customer' | 'line' | 'platform' | null;
  readonly recording: PhoneRecording | null;
  /** Why a phone that was called did not answer, as `task_result`; absent: it did, or was broken off. */
  readonly result?: number | undefined;
}

/** The phone is gone, its recording is whole: the channel is free, the pushes are owed. */
export function endPhone(world: World, call: Call, end: PhoneEnd): void {
  const { phone, outside, answerAt } = call;
  if (phone === null || call.state === 'ended') return;
  phone.recording = end.recording;
  const isAsked = outside.some(({ kind }) => kind === 'hangup');
  if (end.by !== null && !isAsked)
    outside.push({ kind: 'hangup', atMs: Math.max(0, end.at - (answerAt ?? end.at)), by: end.by });
  call.hangupAt = Math.max(end.at, answerAt ?? call.dialAt);
  // Whoever asked for the end has said what it is.
  if (call.direction === 'outbound' && !isAsked) call.result = end.result ?? resultOf(call, end.by);
  endCall(world, call);
}

const RESULTS = { done: 0, hungUp: 15, cutOff: 16, networkFailed: 26 };

/** What an outbound call came to, by who ended it. */
function resultOf({ answerAt }: Call, by: PhoneEnd['by']): number {
  if (answerAt === null) return RESULTS.networkFailed;
  if (by === null) return RESULTS.done;
  return by === 'customer' ? RESULTS.hungUp : RESULTS.cutOff;
}

/**
 * At a start: the phones of a process that died are gone. Their calls ended where their recordings do.
 * @param salvage what is left of the recording of a call, by its uuid
 */
export function endLostPhones(world: World, salvage: (callUuid: string) => PhoneRecording | null): void {
  for (const call of [...world.phoneCalls.values()]) {
    const { answerAt, dialAt, uuid } = call;
    const recording = answerAt === null ? null : salvage(uuid);
    const talkMs = recording?.durationMs ?? lastHeardMs(call);
    endPhone(world, call, { at: answerAt === null ? dialAt : answerAt + talkMs, by: 'line', recording });
  }
}

function lastHeardMs({ outside }: Call): number {
  return Math.max(
    0,
    ...outside.map((input) => ('endMs' in input ? input.endMs : 'atMs' in input ? input.atMs : 0)),
  );
}
