import type { Database } from '../store/database.ts';
import { Deferred } from '../store/deferred.ts';
import {
  countsOf,
  loadActiveTasks,
  loadTask,
  saveTask,
  saveTaskCounts,
  type TaskCounts,
} from '../store/task-table.ts';
import { isHolding, type Task } from './task.ts';

/** Tasks at rest that are kept for whoever asks for them. */
const MOST_AT_REST = 1000;

/** The tasks that are looked at: all that something can still happen to, and some of the others. */
export class TaskSet {
  readonly #database: Database;
  readonly #active = new Map<number, Task>();
  readonly #atRest = new Map<number, Task>();
  /** Lines held, by the task that holds them. */
  readonly #holders = new Map<string, number>();
  /** The pool of each app. */
  readonly #pools = new Map<string, number>();
  readonly #touched = new Set<Task>();
  readonly #counts: Deferred<Task, TaskCounts>;
  #changes = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#counts = new Deferred({
      take: countsOf,
      write: (_, counts) => saveTaskCounts(database, counts),
    });
    for (const task of loadActiveTasks(database)) this.#place(task);
  }

  get(id: number): Task | null {
    const known = this.#active.get(id) ?? this.#atRest.get(id);
    if (known !== undefined) return known;
    const task = loadTask(this.#database, id);
    if (task !== null) this.#place(task);
    return task;
  }

  /** By ascending key. */
  active(): Task[] {
    return [...this.#active.values()].sort((a, b) => a.id - b.id);
  }

  /** The started, unfinished task of type 0 that holds a line, or null (seen: 3030002). */
  holderOf(lineNum: string): Task | null {
    const id = this.#holders.get(lineNum);
    return id === undefined ? null : this.get(id);
  }

  poolOf(appId: string): Task | null {
    const id = this.#pools.get(appId);
    return id === undefined ? null : this.get(id);
  }

  /** Grows with every change of any task. */
  get changes(): number {
    return this.#changes;
  }

  /** After any change. */
  touch(task: Task): void {
    this.#changes++;
    task.changes++;
    this.#touched.add(task);
    this.#place(task);
  }

  /** After a change of its counts alone. */
  count(task: Task): void {
    this.#changes++;
    task.changes++;
    this.#counts.mark(task);
  }

  /** Writes the tasks that were changed; the counts of others are left to `write`. */
  flush(): void {
    for (const task of this.#touched) saveTask(this.#database, task);
  }

  /** What was changed or counted up to now stays so. */
  capture(): void {
    for (const task of this.#touched) this.#counts.forget(task);
    if (this.#touched.size > 0) this.#touched.clear();
    for (const task of this.#counts.marked) this.#place(task);
    this.#counts.capture();
  }

  /** Writes what was captured. */
  write(): void {
    this.#counts.write();
  }

  #place(task: Task): void {
    this.#holdLines(task);
    if (task.type === 2) this.#pools.set(task.appId, task.id);
    if (task.type === 2 || task.liveCount > 0 || isHolding(task)) {
      this.#active.set(task.id, task);
      this.#atRest.delete(task.id);
      return;
    }
    this.#active.delete(task.id);
    this.#atRest.set(task.id, task);
    if (this.#atRest.size <= MOST_AT_REST) return;
    // What is to be written yet stays: it must be found again, not read anew.
    for (const [id, old] of this.#atRest) {
      if (this.#touched.has(old) || this.#counts.has(old)) continue;
      this.#atRest.delete(id);
      return;
    }
  }

  #holdLines(task: Task): void {
    if (task.type !== 0) return;
    const holds = isHolding(task);
    for (const lineNum of task.lineNums) {
      if (holds) this.#holders.set(lineNum, task.id);
      else if (this.#holders.get(lineNum) === task.id) this.#holders.delete(lineNum);
    }
  }
}
