import { chargeCall } from '../account/balance.ts';
import { CHANNEL_REST_MS } from '../account/line-state.ts';
import { callFact } from '../fact.ts';
import { owePull, unaskedSemantics } from '../pull/owe.ts';
import { owePushes } from '../push/owe.ts';
import { closeRound } from '../task/progress.ts';
import type { World } from '../world.ts';
import type { Call, CallStep } from './call.ts';
import { dialogueOf } from './dialogue-of.ts';
import { askToHangUp } from './phone-time.ts';
import { isAnswered } from './result.ts';

/** Takes the step of a call that is due at `world.now`. */
export function stepCall(world: World, call: Call): void {
  switch (call.next) {
    case 'ring':
      call.state = 'ringing';
      plan(world, call, call.answerAt === null ? 'hangup' : 'answer', call.answerAt ?? call.hangupAt);
      world.tell('call.ringing', () => callFact(world, call));
      break;
    case 'answer':
      beginTalk(world, call);
      continueDialogue(world, call);
      break;
    case 'pull':
      pullSemantics(world, call);
      break;
    case 'hangup':
      endCall(world, call);
      break;
    default:
      throw new Error(`call ${call.id} has no next step`);
  }
}

/** The call is answered, and so is its row: from now on the task counts it. */
export function beginTalk(world: World, call: Call): void {
  call.state = 'talking';
  world.touchCall(call);
  const task = call.row === null ? null : world.task(call.row.taskId);
  if (task !== null) {
    task.answeredCount++;
    world.countTask(task);
  }
  world.tell('call.answered', () => callFact(world, call));
}

/** Walks on as far as the walk goes by itself; what it stops for stands on the agenda, or is left to the phone. */
export function continueDialogue(world: World, call: Call): void {
  if (call.phone !== null) {
    world.touchCall(call);
    return;
  }
  const { stop } = dialogueOf(world, call);
  const at = (call.answerAt ?? world.now) + stop.atMs;
  if (stop.kind === 'pull') {
    plan(world, call, 'pull', Math.max(at, world.now));
  } else if (stop.kind === 'end') {
    call.hangupAt = Math.max(at, call.answerAt ?? 0);
    plan(world, call, 'hangup', Math.max(at, world.now));
  } else {
    plan(world, call, null, null);
  }
}

function pullSemantics(world: World, call: Call): void {
  if (owePull(world, call, 'getSemantics')) return;
  call.outside.push(unaskedSemantics(dialogueOf(world, call).stop.atMs));
  continueDialogue(world, call);
}

function plan(world: World, call: Call, next: CallStep | null, at: number | null): void {
  call.next = next;
  call.dueAt = at;
  world.touchCall(call);
}

/** Cuts a live call at once: 16 if talking, 26 if not (spec 2.1, delete). */
export function cutCall(world: World, call: Call): void {
  breakOff(world, call, { by: 'platform', result: call.state === 'talking' ? 16 : 26 });
}

/** Ends a live call at once, whatever it was going to be; a real phone is told to. @param end its result counts for outbound calls only */
export function breakOff(
  world: World,
  call: Call,
  end: { readonly by: 'customer' | 'line' | 'platform'; readonly result: number },
): void {
  if (call.phone !== null) {
    askToHangUp(world, call, end);
    return;
  }
  const talking = call.state === 'talking';
  const atMs = talking ? world.now - (call.answerAt ?? world.now) : 0;
  // What was said so far was drawn from the result that stood until now.
  call.outside.push({ kind: 'hangup', atMs, by: end.by, planned: call.result });
  if (call.direction === 'outbound') call.result = end.result;
  if (!talking) call.answerAt = null;
  if (call.state === 'dialing') call.ringAt = null;
  call.hangupAt = world.now;
  endCall(world, call);
}

/** Hangs up: the channel rests, the row and its task learn the result, the pushes are owed. */
export function endCall(world: World, call: Call): void {
  const hangupAt = call.hangupAt ?? world.now;
  call.hangupAt = hangupAt;
  call.state = 'ended';
  call.next = null;
  call.dueAt = null;
  world.touchCall(call);
  world.dropCall(call);
  freeChannel(world, call);
  if (call.answerAt !== null) chargeCall(world, call.businessId, hangupAt - call.answerAt);
  world.tell('call.ended', () => {
    const { result } = call;
    return { ...callFact(world, call), result: result === null ? null : String(result) };
  });
  if (call.row !== null) settleRow(world, call);
  owePushes(world, call);
}

/** With `trubo_mode` a channel is dialled again at once (choice). */
function freeChannel(world: World, call: Call): void {
  const state = world.lines.get(call.lineNum);
  if (state === undefined) return;
  state.busy--;
  if (call.turbo || call.direction === 'inbound') {
    world.scheduleDial(state, world.now);
  } else {
    state.resting.push(world.now + CHANNEL_REST_MS);
    world.scheduleDial(state, world.now + CHANNEL_REST_MS);
  }
}

function settleRow(world: World, call: Call): void {
  const { row } = call;
  const task = row === null ? null : world.task(row.taskId);
  if (row === null || task === null) return;
  const answered = isAnswered(call.result ?? 0);
  world.database
    .prepare('INSERT OR REPLACE INTO row_result VALUES(?, ?, ?, ?, ?, ?)')
    .run(task.id, row.rowIndex, row.tries + 1, answered ? 1 : 0, call.result, call.id);
  task.liveCount--;
  world.countTask(task);
  closeRound(world, task);
}
