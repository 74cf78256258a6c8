import type { Database } from '../store/database.ts';

/** A queue of rows that are dialled in their order: a task's, or one line's part of a pool. */
export interface Lane {
  readonly taskId: number;
  /** Empty for a task of type 0, whose rows may go over any of its lines. */
  readonly lineNum: string;
  /** Index of the row that was dialled last in this round, 0 = none. */
  cursor: number;
  /** Index of the last row submitted. */
  lastIndex: number;
}

/** One row as it is dialled, with what was submitted along with it. */
export interface LaneRow {
  readonly rowId: number;
  readonly rowIndex: number;
  readonly robotId: string | null;
  readonly voiceCode: string | null;
  readonly speed: number;
  readonly head: readonly string[];
  readonly value: readonly string[];
}

/** The most rows of one submission (doc, seed 001 sections 3 and 5). */
export const MOST_ROWS = 50;

/** Rows that were submitted together. */
export interface Submission {
  /** Id of the first row; the others follow it. */
  readonly id: number;
  readonly taskId: number;
  readonly lineNum: string;
  /** Index of the first row within the task, from 1. */
  readonly firstIndex: number;
  readonly robotId: string | null;
  readonly voiceCode: string | null;
  readonly speed: number;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface SubmissionRow {
  id: number;
  task_id: number;
  line_num: string;
  first_index: number;
  count: number;
  robot_id: string | null;
  voice_code: string | null;
  speed: number;
  columns: string;
  rows: string;
}

export function insertSubmission(database: Database, submission: Submission): void {
  database
    .prepare('INSERT INTO submission VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      submission.id,
      submission.taskId,
      submission.lineNum,
      submission.firstIndex,
      submission.rows.length,
      submission.robotId,
      submission.voiceCode,
      submission.speed,
      JSON.stringify(submission.columns),
      JSON.stringify(submission.rows),
    );
}

/** Reads submissions, keeping the few that are being dialled or pushed just now. */
export class Submissions {
  readonly #database: Database;
  readonly #recent = new Map<number, Submission>();
  static readonly #most = 256;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The submission that holds a row; null if the row is unknown. */
  ofRow(rowId: number): Submission | null {
    const row = this.#database
      .prepare<SubmissionRow>('SELECT * FROM submission WHERE id <= ? ORDER BY id DESC LIMIT 1')
      .get(rowId);
    return row === undefined || rowId >= row.id + row.count ? null : this.#keep(row);
  }

  /** The first submission of a lane that ends after `index`; null if there is none. */
  after(lane: Lane, index: number): Submission | null {
    const row = this.#database
      .prepare<SubmissionRow>(
        'SELECT * FROM submission WHERE task_id = ? AND line_num = ? AND first_index > ? AND first_index + count > ? ORDER BY first_index LIMIT 1',
      )
      .get(lane.taskId, lane.lineNum, index - MOST_ROWS, index + 1);
    return row === undefined ? null : this.#keep(row);
  }

  #keep(row: SubmissionRow): Submission {
    const known = this.#recent.get(row.id);
    if (known !== undefined) return known;
    const submission = {
      id: row.id,
      taskId: row.task_id,
      lineNum: row.line_num,
      firstIndex: row.first_index,
      robotId: row.robot_id,
      voiceCode: row.voice_code,
      speed: row.speed,
      columns: JSON.parse(row.columns) as string[],
      rows: JSON.parse(row.rows) as string[][],
    };
    if (this.#recent.size >= Submissions.#most) {
      const oldest = this.#recent.keys().next().value;
      if (oldest !== undefined) this.#recent.delete(oldest);
    }
    this.#recent.set(row.id, submission);
    return submission;
  }
}

/** The row of a submission with this index within the task. */
export function rowAt(submission: Submission, rowIndex: number): LaneRow {
  const offset = rowIndex - submission.firstIndex;
  return {
    rowId: submission.id + offset,
    rowIndex,
    robotId: submission.robotId,
    voiceCode: submission.voiceCode,
    speed: submission.speed,
    head: submission.columns,
    value: submission.rows[offset] ?? [],
  };
}
