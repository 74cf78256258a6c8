import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { MIGRATIONS } from './migration/index.ts';

export type SqlValue = null | number | string | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

/** A statement that is prepared once; rows come back as plain objects. */
export interface Statement<Row = SqlRow> {
  run(...values: SqlValue[]): void;
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
  iterate(...values: SqlValue[]): Iterable<Row>;
}

/** Fail points for crash tests: the process kills itself where `YETA_SIM_FAILPOINT` says. */
export type FailPoint = 'before-commit' | 'after-commit' | 'before-rename' | 'after-rename';

/** SQLite's primary result codes for a store that cannot be written or read: full, I/O error, read-only, no file. */
const STORE_FAILURES: ReadonlySet<unknown> = new Set([13, 10, 8, 14]);

/** Whether an error came from the disk rather than from a mistake. */
export function isStoreFailure(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : null;
  return typeof code === 'number' && STORE_FAILURES.has(code & 0xff);
}

export interface DatabaseOptions {
  /** Page cache. */
  readonly cacheMb?: number | undefined;
  readonly failPoint?: ((point: FailPoint) => void) | undefined;
  /** A snapshot, which a crash may lose: `foreign` leaves its schema as it is, `own` brings it up to the present one. */
  readonly access?: 'foreign' | 'own';
}

/** Pages after which the write-ahead log is moved into the database: measured, shorter and longer ones are slower. */
const LOG_PAGES = 4000;

/**
 * The one file that knows SQLite. In memory mode the database is SQLite's private temporary file (path `""`),
 * which stays flat where `:memory:` grows; with a file: WAL and `synchronous=FULL`, which survive kill -9 and power loss.
 */
export class Database {
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #failPoint: (point: FailPoint) => void;
  #open = false;

  /** @param path file, or "" for memory mode */
  constructor(path: string, options: DatabaseOptions = {}) {
    this.#failPoint = options.failPoint ?? (() => {});
    this.#sqlite = new DatabaseSync(path);
    try {
      this.#setUp(path, options);
    } catch (error) {
      this.#sqlite.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#sqlite.isOpen;
  }

  get inTransaction(): boolean {
    return this.#open;
  }

  prepare<Row = SqlRow>(sql: string): Statement<Row> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#sqlite.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement as unknown as Statement<Row>;
  }

  begin(): void {
    this.prepare('BEGIN IMMEDIATE').run();
    this.#open = true;
  }

  /** @throws the driver's error if the commit failed; the transaction is rolled back then */
  commit(): void {
    this.#failPoint('before-commit');
    try {
      this.prepare('COMMIT').run();
    } catch (error) {
      this.rollback();
      throw error;
    }
    this.#open = false;
    this.#failPoint('after-commit');
  }

  rollback(): void {
    this.#open = false;
    // SQLite may have rolled back by itself (a full disk, for one).
    if (this.#sqlite.isTransaction) this.#sqlite.exec('ROLLBACK');
  }

  /** Runs `work` in a savepoint: what it throws is passed on and leaves nothing behind. */
  savepoint<T>(work: () => T): T {
    this.prepare('SAVEPOINT command').run();
    try {
      const value = work();
      this.prepare('RELEASE command').run();
      return value;
    } catch (error) {
      if (this.#sqlite.isTransaction) {
        this.prepare('ROLLBACK TO command').run();
        this.prepare('RELEASE command').run();
      }
      throw error;
    }
  }

  /** Whether its schema is of a later version than any that is known here. */
  get isNewer(): boolean {
    return this.#version > MIGRATIONS.length;
  }

  /** The tables and what they were made by. */
  tables(): { readonly name: string; readonly sql: string }[] {
    return this.prepare<{ name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name",
    ).all();
  }

  /** Copies all of it into a file that is not there yet, as of the last commit. */
  copyInto(path: string): void {
    this.prepare('VACUUM INTO ?').run(path);
  }

  /** Fills this empty database with what stands in the tables of a file of the same schema. */
  fillFrom(path: string): void {
    this.prepare('ATTACH ? AS other').run(path);
    try {
      this.#sqlite.exec('BEGIN');
      for (const { name } of this.tables())
        this.#sqlite.exec(`INSERT INTO main.${name} SELECT * FROM other.${name}`);
      this.#sqlite.exec('COMMIT');
    } catch (error) {
      if (this.#sqlite.isTransaction) this.#sqlite.exec('ROLLBACK');
      throw error;
    } finally {
      this.#sqlite.exec('DETACH other');
    }
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite.close();
  }

  #setUp(path: string, options: DatabaseOptions): void {
    this.#sqlite.exec(`PRAGMA cache_size=-${(options.cacheMb ?? 64) * 1024}`);
    if (options.access !== undefined) {
      this.#sqlite.exec('PRAGMA trusted_schema=OFF; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF');
      if (options.access === 'foreign') return;
    } else if (path === '') {
      this.#sqlite.exec('PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE');
    } else {
      this.#sqlite.exec(
        'PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA fullfsync=1',
      );
      this.#sqlite.exec(`PRAGMA wal_autocheckpoint=${LOG_PAGES}`);
    }
    this.#migrate();
  }

  #migrate(): void {
    const version = this.#version;
    if (this.isNewer) {
      throw new Error(
        `the database has schema version ${version}, this yeta-sim knows ${MIGRATIONS.length}: start a newer one, or an empty --data-dir`,
      );
    }
    for (let next = version; next < MIGRATIONS.length; next++) {
      this.#sqlite.exec(`BEGIN; ${MIGRATIONS[next]}; PRAGMA user_version=${next + 1}; COMMIT`);
    }
  }

  get #version(): number {
    return Number(this.#sqlite.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  }
}
