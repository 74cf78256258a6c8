import type { RefusalName } from '../refusal.ts';
import { TASK_STATUS, type TaskStatus } from './task.ts';

/** Everything that can happen to a task of type 0. */
export type TaskEvent =
  | 'start'
  | 'pause'
  | 'begin-reached'
  | 'hours-end'
  | 'hours-begin'
  | 'round-over'
  | 'recall-due'
  | 'finished'
  | 'end-reached';

/** `by-time`: 1 before the task's begin, 2 inside its working time, 6 outside. `stay`: accepted, nothing changes. */
export type Move = TaskStatus | 'by-time' | 'stay' | { readonly refuse: RefusalName };

const { started, running, paused, completed, waitingRecall, outsideHours, expired } = TASK_STATUS;
const COMPLETED: Move = { refuse: 'task-completed' };
const NOT_NOW: Move = { refuse: 'wrong-relation' };

/**
 * The task state machine (spec 2.1): what is not here is impossible. Deleting is not a status: it ends a task from
 * any of them, and a deleted task refuses everything with 3010102.
 */
const MOVES: Readonly<Record<TaskStatus, Partial<Record<TaskEvent, Move>>>> = {
  [TASK_STATUS.new]: { start: 'by-time', pause: NOT_NOW },
  [started]: { start: 'stay', pause: paused, 'begin-reached': 'by-time', 'end-reached': expired },
  [running]: {
    start: 'stay',
    pause: paused,
    'hours-end': outsideHours,
    'round-over': waitingRecall,
    finished: completed,
    'end-reached': expired,
  },
  [paused]: { start: 'by-time', pause: 'stay', 'end-reached': expired },
  [completed]: { start: COMPLETED, pause: COMPLETED },
  [waitingRecall]: { start: 'by-time', pause: paused, 'recall-due': 'by-time', 'end-reached': expired },
  [outsideHours]: { start: 'by-time', pause: paused, 'hours-begin': running, 'end-reached': expired },
  [expired]: { start: 'by-time', pause: NOT_NOW },
};

/** @throws if the event cannot happen in that status: a bug, not a refusal */
export function moveFor(status: TaskStatus, event: TaskEvent): Move {
  const move = MOVES[status][event];
  if (move === undefined) throw new Error(`task status ${status} knows no event ${event}`);
  return move;
}

/** The statuses in which `event` can happen, for tests and documents. */
export function statusesFor(event: TaskEvent): TaskStatus[] {
  return Object.values(TASK_STATUS).filter((status) => MOVES[status][event] !== undefined);
}
