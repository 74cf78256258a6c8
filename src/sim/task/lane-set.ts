import type { Database } from '../store/database.ts';
import { Deferred } from '../store/deferred.ts';
import type { Lane } from './lane.ts';

/** Lanes of tasks of type 0 that are kept beside those of the pools. */
const MOST_KEPT = 1000;

/** How far each queue of rows is dialled. */
export class LaneSet {
  readonly #database: Database;
  readonly #kept = new Map<number, Lane>();
  /** The pools' lanes, by line and ascending task. */
  readonly #ofPools = new Map<string, Lane[]>();
  readonly #progress: Deferred<Lane, Progress>;

  constructor(database: Database) {
    this.#database = database;
    const save = database.prepare('INSERT OR REPLACE INTO lane VALUES(?, ?, ?, ?)');
    this.#progress = new Deferred({
      take: ({ cursor, lastIndex }) => ({ cursor, lastIndex }),
      write: ({ taskId, lineNum }, { cursor, lastIndex }) => save.run(taskId, lineNum, cursor, lastIndex),
    });
    const rows = database
      .prepare<LaneRecord>("SELECT * FROM lane WHERE line_num <> '' ORDER BY line_num, task_id")
      .all();
    for (const row of rows) this.#addToPool(read(row));
  }

  /** @param lineNum empty for a task of type 0 */
  get(taskId: number, lineNum: string): Lane | null {
    if (lineNum !== '') return this.ofPools(lineNum).find((lane) => lane.taskId === taskId) ?? null;
    const known = this.#kept.get(taskId);
    if (known !== undefined) return known;
    const row = this.#database
      .prepare<LaneRecord>("SELECT * FROM lane WHERE task_id = ? AND line_num = ''")
      .get(taskId);
    return row === undefined ? null : this.#keep(read(row));
  }

  /** The lane, made if it is not there yet. */
  open(taskId: number, lineNum: string): Lane {
    const known = this.get(taskId, lineNum);
    if (known !== null) return known;
    const lane = { taskId, lineNum, cursor: 0, lastIndex: 0 };
    return lineNum === '' ? this.#keep(lane) : this.#addToPool(lane);
  }

  ofPools(lineNum: string): readonly Lane[] {
    return this.#ofPools.get(lineNum) ?? [];
  }

  touch(lane: Lane): void {
    this.#progress.mark(lane);
  }

  /** What was touched up to now stays as it is. */
  capture(): void {
    this.#progress.capture();
  }

  /** Writes what was captured. */
  write(): void {
    this.#progress.write();
  }

  #keep(lane: Lane): Lane {
    this.#kept.set(lane.taskId, lane);
    if (this.#kept.size > MOST_KEPT) {
      for (const [taskId, old] of this.#kept) {
        if (old === lane || this.#progress.has(old)) continue;
        this.#kept.delete(taskId);
        break;
      }
    }
    return lane;
  }

  #addToPool(lane: Lane): Lane {
    const lanes = this.#ofPools.get(lane.lineNum) ?? [];
    lanes.push(lane);
    lanes.sort((a, b) => a.taskId - b.taskId);
    this.#ofPools.set(lane.lineNum, lanes);
    return lane;
  }
}

/** How far a lane is. */
type Progress = Pick<Lane, 'cursor' | 'lastIndex'>;

interface LaneRecord {
  task_id: number;
  line_num: string;
  cursor: number;
  last_index: number;
}

function read(row: LaneRecord): Lane {
  return { taskId: row.task_id, lineNum: row.line_num, cursor: row.cursor, lastIndex: row.last_index };
}
