import { isUsedUp } from '../account/balance.ts';
import { isExpired } from '../account/line-state.ts';
import { formatInstant, isWithin, nextWithin } from '../time/calendar.ts';
import type { World } from '../world.ts';
import { workingSpans } from './hours.ts';
import { TASK_STATUS, type Task } from './task.ts';

/** Where a row stands. */
export interface RowState {
  /** Empty: any line of the task. */
  readonly lineNum: string;
  /** Of the call under way. */
  readonly callUuid: string | null;
  /** What came of the last call that has ended. */
  readonly last: { readonly answered: boolean; readonly result: number } | null;
  /** The present round has gone past it. */
  readonly passed: boolean;
}

/** What a row waits for, in words, or what became of it. */
export function explainRow(world: World, task: Task, row: RowState): string {
  const { callUuid, last } = row;
  if (callUuid !== null) return `in call ${callUuid}`;
  if (last?.answered) return 'answered';
  if (last === null || (task.recalled > 0 && !row.passed)) {
    const end = explainEnd(task);
    if (end === null) return explainTask(world, task, row.lineNum);
    return last === null ? `never called: ${end}` : `done: result ${last.result}`;
  }
  const recallable = task.type === 0 && task.recalled < task.recallCount && explainEnd(task) === null;
  return recallable ? explainRecall(task) : `done: result ${last.result}`;
}

/** Why nothing more is dialled for a task; null if something may be. */
export function explainEnd(task: Task): string | null {
  if (task.deleted) return 'the task is deleted';
  if (task.status === TASK_STATUS.completed) return 'the task is completed';
  return task.status === TASK_STATUS.expired ? 'the task has expired' : null;
}

/** What a task that has not ended waits for before it dials its next row. @param lineNum a row's; empty: any of the task */
export function explainTask(world: World, task: Task, lineNum: string): string {
  switch (task.status) {
    case TASK_STATUS.new:
      return 'not started';
    case TASK_STATUS.started:
      return `waiting for the task to begin at ${formatInstant(task.timeBegin)}`;
    case TASK_STATUS.paused:
      return 'paused';
    case TASK_STATUS.waitingRecall:
      return explainRecall(task);
    default:
      return explainLines(world, task, lineNum === '' ? task.lineNums : [lineNum]);
  }
}

function explainRecall(task: Task): string {
  const when = task.recallAt > 0 ? ` at ${formatInstant(task.recallAt)}` : '';
  const paused = task.status === TASK_STATUS.paused ? ', paused' : '';
  return `waiting for the next recall round${when}${paused}`;
}

function explainLines(world: World, task: Task, lineNums: readonly string[]): string {
  const enterprise = world.accounts.enterprise(task.businessId);
  if (enterprise?.enabled !== true) return `enterprise ${task.businessId} is disabled`;
  if (isUsedUp(enterprise)) return `the balance of enterprise ${task.businessId} is used up`;
  const usable = lineNums.filter((lineNum) => {
    const state = world.lines.get(lineNum);
    return state !== undefined && !isExpired(state.line, world.now);
  });
  if (usable.length === 0) return `line ${lineNums.join(', ')} has expired`;
  const spans = usable.map((lineNum) => workingSpans(world, task, lineNum));
  if (spans.some((hours) => isWithin(hours, world.now))) return 'waiting for a channel';
  const openings = spans.map((hours) => nextWithin(hours, world.now)).filter((at) => at !== null);
  if (openings.length === 0) return 'outside working time for ever';
  return `outside working time until ${formatInstant(Math.min(...openings))}`;
}
