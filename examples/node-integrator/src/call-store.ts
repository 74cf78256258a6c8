import { DatabaseSync } from 'node:sqlite';
import type { Customer } from './yeta-client.ts';

/** What the service knows of a number that it had called. */
export interface Outcome {
  readonly phone: string;
  readonly name: string;
  /** `task_result` of the last call; null: none has ended yet. */
  readonly result: string | null;
  /** Seconds. */
  readonly talked: number | null;
  /** What was said, turn by turn, as JSON. */
  readonly dialog: string | null;
  /** Path of the recording. */
  readonly recording: string | null;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS number(task_data_id TEXT PRIMARY KEY, phone TEXT NOT NULL, name TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS call(
    call_uuid TEXT PRIMARY KEY, task_data_id TEXT, ended_at INTEGER, result TEXT, talked INTEGER, dialog TEXT, recording TEXT
  );
`;

/**
 * A call is told of by up to four pushes, in any order, and each of them may come again: so each writes what it knows
 * into the one row of its call, and leaves the rest of the row as it is.
 */
const MERGE = `
  INSERT INTO call VALUES(?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT(call_uuid) DO UPDATE SET
    task_data_id = coalesce(excluded.task_data_id, task_data_id),
    ended_at = coalesce(excluded.ended_at, ended_at),
    result = coalesce(excluded.result, result),
    talked = coalesce(excluded.talked, talked),
    dialog = coalesce(excluded.dialog, dialog),
    recording = coalesce(excluded.recording, recording)
`;

const OUTCOMES = `
  SELECT phone, name, result, talked, dialog, recording FROM number
  LEFT JOIN call ON call.call_uuid = (
    SELECT call_uuid FROM call WHERE call.task_data_id = number.task_data_id ORDER BY ended_at DESC LIMIT 1
  )
  ORDER BY number.rowid
`;

/** Any of the platform's pushes: the keys that this service reads. */
export interface Push {
  readonly call_uuid: string;
  readonly task_data_id?: string;
  readonly time_hangup?: number;
  readonly task_result?: string;
  readonly duration_call?: number;
  readonly dialog?: readonly unknown[];
  readonly url?: string;
}

/** The service's own database. */
export class CallStore {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec(SCHEMA);
  }

  addNumbers(customers: readonly Customer[], ids: readonly string[]): void {
    const insert = this.#database.prepare('INSERT INTO number VALUES(?, ?, ?)');
    customers.forEach(({ phone, name }, index) => void insert.run(ids[index] ?? '', phone, name));
  }

  keep(push: Push): void {
    const { call_uuid, task_data_id, time_hangup, task_result, duration_call, dialog, url } = push;
    const values = [
      task_data_id,
      time_hangup,
      task_result,
      duration_call,
      dialog && JSON.stringify(dialog),
      url,
    ];
    this.#database.prepare(MERGE).run(call_uuid, ...values.map((value) => value ?? null));
  }

  outcomes(): Outcome[] {
    return this.#database.prepare(OUTCOMES).all() as unknown as Outcome[];
  }

  close(): void {
    this.#database.close();
  }
}
