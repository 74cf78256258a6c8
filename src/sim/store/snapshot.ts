import type { Fixtures } from '../account/account.ts';
import { Database, isStoreFailure } from './database.ts';

/** Why a snapshot cannot be put: it is none, or damaged; or it is one of something else. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
  readonly reason: 'invalid' | 'foreign';

  constructor(reason: 'invalid' | 'foreign', message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What a snapshot says of itself. */
export interface SnapshotHead {
  /** Of the package that it was taken by. */
  readonly version: string;
  /** Id of the universe; empty for the default simulator. */
  readonly universe: string;
  readonly ids: 'large' | 'small';
  readonly fixtures: Fixtures;
}

/** `yeta` as SQLite's application id: other databases are told from ours before anything of them is read. */
const APPLICATION_ID = 0x79657461;

/** Only in a snapshot: what it says of itself, and the failure files that stand beside a state. */
const OWN_TABLES = ['snapshot', 'snapshot_zip'];

/** A snapshot in a file: the tables of a state, as they stood at one instant. */
export class Snapshot implements Disposable {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Copies a state whose last commit is done into a file that is not there yet. */
  static take(state: Database, path: string, head: SnapshotHead): Snapshot {
    state.copyInto(path);
    const database = new Database(path, { access: 'foreign' });
    database.prepare(`PRAGMA application_id=${APPLICATION_ID}`).run();
    database.prepare('CREATE TABLE snapshot(head TEXT)').run();
    database.prepare('CREATE TABLE snapshot_zip(path TEXT PRIMARY KEY, bytes BLOB)').run();
    database.prepare('INSERT INTO snapshot VALUES(?)').run(JSON.stringify(head));
    return new Snapshot(database);
  }

  /** Opens one that came from anywhere; one of an older version is brought up to this one's. @throws SnapshotError */
  static open(path: string): Snapshot {
    try {
      checkForeign(path);
      const database = new Database(path, { access: 'own' });
      checkTables(database);
      return new Snapshot(database);
    } catch (error) {
      if (error instanceof SnapshotError || isStoreFailure(error)) throw error;
      throw new SnapshotError('invalid', `it is damaged: ${error instanceof Error ? error.message : error}`);
    }
  }

  get head(): SnapshotHead {
    const row = this.#database.prepare<{ head: string }>('SELECT head FROM snapshot').get();
    const head = readHead(row?.head ?? '');
    if (head === null) throw new SnapshotError('invalid', 'it is damaged: it does not say what it is of');
    return head;
  }

  /** Paths of the failure files that can be downloaded. */
  zipPaths(): string[] {
    return this.#database
      .prepare<{ path: string }>('SELECT path FROM push_file WHERE ready = 1 ORDER BY id')
      .all()
      .map(({ path }) => path);
  }

  addZip(path: string, bytes: Uint8Array): void {
    this.#database.prepare('INSERT INTO snapshot_zip VALUES(?, ?)').run(path, bytes);
  }

  /** Null: it was gone when the snapshot was taken. */
  zip(path: string): Uint8Array | null {
    const row = this.#database
      .prepare<{ bytes: Uint8Array }>('SELECT bytes FROM snapshot_zip WHERE path = ?')
      .get(path);
    return row?.bytes ?? null;
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

/** Of the fixtures: what is asked of them before they are loaded. */
const LISTS = [
  'enterprises',
  'apps',
  'lines',
  'robots',
  'urls',
] as const satisfies readonly (keyof Fixtures)[];

function readHead(text: string): SnapshotHead | null {
  try {
    const head = JSON.parse(text) as Partial<SnapshotHead>;
    const texts = [head.version, head.universe, head.ids];
    const lists = LISTS.map((key) => head.fixtures?.[key]);
    const isWhole = texts.every((part) => typeof part === 'string') && lists.every(Array.isArray);
    return isWhole ? (head as SnapshotHead) : null;
  } catch {
    return null;
  }
}

/** SQLite's result code for a file that is no database. */
const NO_DATABASE = 26;

/** Before its schema is trusted. */
function checkForeign(path: string): void {
  let database: Database;
  try {
    database = new Database(path, { access: 'foreign' });
  } catch (error) {
    if ((error as { errcode?: unknown }).errcode !== NO_DATABASE) throw error;
    throw new SnapshotError('invalid', 'it is no snapshot of a yeta-sim');
  }
  try {
    const { application_id: id } =
      database.prepare<{ application_id: number }>('PRAGMA application_id').get() ?? {};
    if (id !== APPLICATION_ID) throw new SnapshotError('invalid', 'it is no snapshot of a yeta-sim');
    const found = database.prepare<{ quick_check: string }>('PRAGMA quick_check(1)').get()?.quick_check;
    if (found !== 'ok') throw new SnapshotError('invalid', `it is damaged: ${found}`);
    const strange = database
      .prepare<{ name: string }>("SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index')")
      .get();
    if (strange !== undefined) throw new SnapshotError('invalid', `it is damaged: it has "${strange.name}"`);
    if (database.isNewer) {
      throw new SnapshotError('foreign', 'it was taken by a newer yeta-sim: put it into one');
    }
  } finally {
    database.close();
  }
}

/** Its tables are ours, to the letter: what stands in them is read as if we had written it. */
function checkTables(database: Database): void {
  const fresh = new Database('');
  try {
    const expected = new Map(fresh.tables().map(({ name, sql }) => [name, sql]));
    const found = new Map(database.tables().map(({ name, sql }) => [name, sql]));
    for (const [name, sql] of expected) {
      if (found.get(name) !== sql)
        throw new SnapshotError('invalid', `it is damaged: table ${name} is not ours`);
    }
    const strange = [...found.keys()].filter((name) => !expected.has(name) && !OWN_TABLES.includes(name));
    if (strange.length > 0)
      throw new SnapshotError('invalid', `it is damaged: it has a table ${strange.join(', ')}`);
  } finally {
    fresh.close();
  }
}
