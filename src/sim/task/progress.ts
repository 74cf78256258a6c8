import { isUsedUp } from '../account/balance.ts';
import { isExpired } from '../account/line-state.ts';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import { isWorkingTime } from './hours.ts';
import { TASK_STATUS, type Task, type TaskStatus } from './task.ts';
import { moveFor, type TaskEvent } from './transition.ts';

/** The one function that changes a task's status. @throws Refusal as the table says */
export function moveTask(world: World, task: Task, event: TaskEvent): void {
  const move = moveFor(task.status, event);
  if (move === 'stay') return;
  if (typeof move === 'object')
    throw new Refusal(move.refuse, `task ${task.id} has status ${task.status}: ${event} is not possible`);
  const from = task.status;
  const to = move === 'by-time' ? statusByTime(world, task) : move;
  // Leaving 5, or a pause made during 5, begins the next round (spec 2.1).
  if (task.recallAt > 0 && (event === 'start' || event === 'recall-due')) beginRecallRound(world, task);
  enter(world, task, to);
  if (from !== to) {
    world.tell('task.status', () => ({ taskId: world.ids.task(task.id), from, to, cause: event }));
  }
}

/** Something is due for this task at `world.now`. */
export function runTaskEvent(world: World, task: Task): void {
  if (task.timeEnd !== null && world.now >= task.timeEnd) moveTask(world, task, 'end-reached');
  else if (task.status === TASK_STATUS.started) moveTask(world, task, 'begin-reached');
  else if (task.status === TASK_STATUS.waitingRecall) moveTask(world, task, 'recall-due');
  else if (task.status === TASK_STATUS.running && !isWorkingTime(world, task))
    moveTask(world, task, 'hours-end');
  else if (task.status === TASK_STATUS.outsideHours && isWorkingTime(world, task))
    moveTask(world, task, 'hours-begin');
  else {
    // One line's hours began or ended within the task's: the others go on.
    world.scheduleTask(task);
    wakeLines(world, task);
  }
}

/** Ends the round of a running task that has nothing left to dial and no call under way. */
export function closeRound(world: World, task: Task): void {
  if (task.type !== 0 || task.deleted || task.status !== TASK_STATUS.running) return;
  if (task.liveCount > 0 || hasRowsLeft(world, task)) return;
  if (task.recalled < task.recallCount && task.answeredCount < task.calledCount) {
    task.recallAt = world.now + task.timeRecallWait * 1000;
    moveTask(world, task, 'round-over');
  } else {
    moveTask(world, task, 'finished');
  }
}

function hasRowsLeft(world: World, task: Task): boolean {
  const lane = world.lane(task.id, '');
  return lane !== null && lane.cursor < lane.lastIndex;
}

/** Whether the task can still dial without anybody's help, now or later (what `until: idle` waits for). */
export function hasWorkAhead(world: World, task: Task): boolean {
  const enterprise = world.accounts.enterprise(task.businessId);
  if (task.deleted || !enterprise?.enabled || isUsedUp(enterprise)) return false;
  const usable = (lineNum: string) => {
    const line = world.lines.get(lineNum);
    return line !== undefined && !isExpired(line.line, world.now) && !world.isHeldByPhones(line);
  };
  if (!task.lineNums.some(usable)) return false;
  // All that is left of it are calls, which count for themselves.
  if (task.status === TASK_STATUS.running && task.liveCount > 0 && !hasRowsLeft(world, task)) return false;
  if (task.status === TASK_STATUS.started || task.status === TASK_STATUS.waitingRecall) return true;
  return task.status === TASK_STATUS.running || task.status === TASK_STATUS.outsideHours;
}

function enter(world: World, task: Task, to: TaskStatus): void {
  task.status = to;
  if (to === TASK_STATUS.running && task.startedAt === 0) task.startedAt = world.now;
  if (to === TASK_STATUS.completed) task.finishedAt = world.now;
  world.touchTask(task);
  if (to === TASK_STATUS.running) wakeLines(world, task);
}

function wakeLines(world: World, task: Task): void {
  for (const lineNum of task.lineNums) {
    const state = world.lines.get(lineNum);
    if (state !== undefined) world.scheduleDial(state, world.now);
  }
}

function beginRecallRound(world: World, task: Task): void {
  task.recallAt = 0;
  task.recalled++;
  const lane = world.openLane(task.id, '');
  lane.cursor = 0;
  world.touchLane(lane);
}

function statusByTime(world: World, task: Task): TaskStatus {
  if (world.now < task.timeBegin) return TASK_STATUS.started;
  return isWorkingTime(world, task) ? TASK_STATUS.running : TASK_STATUS.outsideHours;
}
