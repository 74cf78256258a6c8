import type { QueriedTask } from './demo-client.ts';
import type { DemoTask } from './plan.ts';

/** A task with what the platform tells of it. */
export interface TaskProgress {
  readonly task: DemoTask;
  readonly queried: QueriedTask;
}

/** How far the day has come. */
export interface Snapshot {
  /** Simulated instant, ms. */
  readonly now: number;
  readonly tasks: readonly TaskProgress[];
  readonly liveCalls: number;
  /** Pushes that are still to be made, or to be made again. */
  readonly owed: number;
}

/** Status on the wire. */
export const STATUS = { running: 2, paused: 3, completed: 4, waiting: 5, outsideHours: 6 } as const;

/** @throws Error if the day has no such task */
export function taskOf(snapshot: Snapshot, key: DemoTask['key']): TaskProgress {
  const found = snapshot.tasks.find(({ task }) => task.key === key);
  if (found === undefined) throw new Error(`the day has no task ${key}`);
  return found;
}

/** Share of its numbers that were called, 0 to 1. */
export function shareCalled({ queried }: TaskProgress): number {
  return queried.process_tel_count / queried.count_total_task;
}
