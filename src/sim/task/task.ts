/** Task status on the wire (doc, seed 001 section 9). */
export const TASK_STATUS = {
  new: 0,
  started: 1,
  running: 2,
  paused: 3,
  completed: 4,
  waitingRecall: 5,
  outsideHours: 6,
  expired: 7,
} as const;
export type TaskStatus = (typeof TASK_STATUS)[keyof typeof TASK_STATUS];

/** 0 ordinary task, 2 the app's long-term pool. */
export type TaskType = 0 | 2;

/** A task, inside view. Instants are ms of the simulator's clock, 0 = not known yet; numbers count rows or calls. */
export interface Task {
  /** Rowid; `world.ids.task(id)` gives the wire's id. */
  readonly id: number;
  readonly businessId: string;
  readonly appId: string;
  readonly type: TaskType;
  readonly name: string;
  readonly robotId: string | null;
  readonly lineNums: readonly string[];
  readonly voiceCode: string | null;
  readonly recallCount: number;
  /** Seconds. */
  readonly timeRecallWait: number;
  /** `HH:mm:ss-HH:mm:ss`; empty = all day. */
  readonly timeRange: readonly string[];
  readonly timeBegin: number;
  /** null = no end. */
  readonly timeEnd: number | null;
  readonly turbo: boolean;
  readonly createdAt: number;
  status: TaskStatus;
  deleted: boolean;
  startedAt: number;
  finishedAt: number;
  /** Recall rounds run so far. */
  recalled: number;
  /** Rows submitted. */
  rowCount: number;
  /** Calls dialled. */
  dialCount: number;
  /** Rows called at least once. */
  calledCount: number;
  /** Rows answered. */
  answeredCount: number;
  /** Calls under way. */
  liveCount: number;
  /** When the next recall round is due, 0 = none. */
  recallAt: number;
  /** Counts changes, so that what was made of a task can be kept as long as it is true; not stored. */
  changes: number;
}

/** A task that was started and has not ended holds its lines (spec 2.2). */
export function isHolding(task: Task): boolean {
  if (task.type !== 0 || task.deleted) return false;
  return (
    task.status !== TASK_STATUS.new &&
    task.status !== TASK_STATUS.completed &&
    task.status !== TASK_STATUS.expired
  );
}

export interface CreateTask {
  readonly name: string;
  readonly lineNums: readonly string[];
  readonly robotId: string;
  /** 0 to 3. */
  readonly recallCount: number;
  /** Seconds, 0 or more. */
  readonly timeRecallWait: number;
  /** Checked for form and overlap; empty = all day. */
  readonly timeRange: readonly string[];
  readonly timeBegin: number;
  readonly timeEnd: number | null;
  readonly voiceCode: string | null;
  readonly turbo: boolean;
}

export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Callout extends Rows {
  readonly lineNum: string;
  readonly robotId: string;
  readonly voiceCode: string | null;
  /** As sent: whatever is not a number in [-500, 500] is refused at its place in the order of checks; null = not sent. */
  readonly speed: unknown;
}

export type TaskSort = 'id' | 'name' | 'created' | 'started' | 'ended';

export interface TaskFilter {
  readonly taskId: string | null;
  /** On the creation time, inclusive (choice). */
  readonly createdFrom: number | null;
  readonly createdTo: number | null;
  readonly nameContains: string | null;
  readonly statuses: readonly number[];
  readonly pageSize: number;
  /** From 1. */
  readonly pageIndex: number;
  readonly sort: TaskSort;
  readonly descending: boolean;
}
