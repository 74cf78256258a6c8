import { isUsedUp } from '../account/balance.ts';
import { freeChannels, isExpired, type LineState } from '../account/line-state.ts';
import { dialCall } from '../call/dial.ts';
import { isWithin, nextWithin } from '../time/calendar.ts';
import type { World } from '../world.ts';
import { mayDial } from './hours.ts';
import { type Lane, type LaneRow, rowAt, type Submission } from './lane.ts';
import { closeRound } from './progress.ts';
import { TASK_STATUS, type Task } from './task.ts';

/**
 * Dials over a line as long as it has a free channel and somebody has a row for it: the task that holds the line first,
 * then what was called out over it before it was held (choice), in the order of the keys.
 */
export function dialLine(world: World, state: LineState): void {
  const holder = world.holderOf(state.line.lineNum);
  if (holder !== null && holder.status === TASK_STATUS.running) dialTask(world, holder);
  for (const lane of world.poolLanesOf(state.line.lineNum)) dialPoolLane(world, state, lane);
}

/** A task of type 0 dials over all of its lines, the one with the most free channels first (spec 2.2). */
function dialTask(world: World, task: Task): void {
  const lane = world.lane(task.id, '');
  if (lane !== null && isReady(world, task)) {
    for (;;) {
      const line = freestLine(world, task);
      if (line === null) break;
      const row = nextRow(world, lane, task);
      if (row === null) break;
      dialRow(world, task, line, row);
    }
  }
  closeRound(world, task);
}

function dialPoolLane(world: World, state: LineState, lane: Lane): void {
  if (lane.cursor >= lane.lastIndex || isExpired(state.line, world.now)) return;
  if (!isWithin(state.hours, world.now)) {
    const opening = nextWithin(state.hours, world.now);
    if (opening !== null) world.scheduleDial(state, opening);
    return;
  }
  const task = world.task(lane.taskId);
  if (task === null || !isReady(world, task)) return;
  while (freeChannels(state, world.now) > 0) {
    const row = nextRow(world, lane, null);
    if (row === null) return;
    dialRow(world, task, state, row);
  }
}

function isReady(world: World, task: Task): boolean {
  const enterprise = world.accounts.enterprise(task.businessId);
  return enterprise?.enabled === true && !isUsedUp(enterprise);
}

function freestLine(world: World, task: Task): LineState | null {
  let best: LineState | null = null;
  let most = 0;
  for (const lineNum of task.lineNums) {
    const state = world.lines.get(lineNum);
    if (state === undefined) continue;
    const free = freeChannels(state, world.now);
    if (free > most && mayDial(world, task, lineNum)) {
      best = state;
      most = free;
    }
  }
  return best;
}

function dialRow(world: World, task: Task, line: LineState, row: LaneRow): void {
  const tries = task.recalled;
  task.dialCount++;
  task.liveCount++;
  if (tries === 0) task.calledCount++;
  world.countTask(task);
  line.busy++;
  dialCall(world, { task, line, row, tries });
}

/** The next row of the round, with the cursor moved past it; in a recall round only rows that nobody answered. */
function nextRow(world: World, lane: Lane, recalled: Task | null): LaneRow | null {
  if (lane.cursor >= lane.lastIndex) return null;
  world.touchLane(lane);
  if (recalled !== null && recalled.recalled > 0) return nextUnanswered(world, lane);
  const submission = submissionAfter(world, lane);
  if (submission === null) {
    lane.cursor = lane.lastIndex;
    return null;
  }
  lane.cursor = Math.max(lane.cursor + 1, submission.firstIndex);
  return rowAt(submission, lane.cursor);
}

function nextUnanswered(world: World, lane: Lane): LaneRow | null {
  const found = world.database
    .prepare<{ row_index: number }>(
      'SELECT row_index FROM row_result WHERE task_id = ? AND row_index > ? AND answered = 0 ORDER BY row_index LIMIT 1',
    )
    .get(lane.taskId, lane.cursor);
  lane.cursor = found?.row_index ?? lane.lastIndex;
  if (found === undefined) return null;
  const submission = world.submissions.after(lane, lane.cursor - 1);
  return submission === null ? null : rowAt(submission, found.row_index);
}

const reading = new WeakMap<Lane, Submission>();

/** The submission that holds the row after the cursor; kept while it is being dialled. */
function submissionAfter(world: World, lane: Lane): Submission | null {
  const kept = reading.get(lane);
  const next = lane.cursor + 1;
  if (kept !== undefined && kept.firstIndex <= next && next < kept.firstIndex + kept.rows.length) return kept;
  const submission = world.submissions.after(lane, lane.cursor);
  if (submission !== null) reading.set(lane, submission);
  return submission;
}
