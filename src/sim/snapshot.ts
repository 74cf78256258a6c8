import { readdirSync, rmSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Fixtures } from './account/account.ts';
import { formatPath } from './account/finding.ts';
import type { examineFixtures } from './account/fixture.ts';
import type { SimulationConfig } from './config.ts';
import type { FileStore, OpenFile } from './push/file.ts';
import { checkMeta, keepFixtures, openState, replaceState } from './state.ts';
import { Database, type DatabaseOptions } from './store/database.ts';
import { type Snapshot, SnapshotError, type SnapshotHead } from './store/snapshot.ts';

const PREFIX = 'snapshot-';

/** The private folders in which snapshots are on their way out or in, each with one file. */
export class SnapshotFolders {
  readonly #dataDir: string | null;
  readonly #folders = new Set<string>();

  /** @param dataDir where they are made, so that there is as much room as for the state itself; null: among temporary files */
  constructor(dataDir: string | null) {
    this.#dataDir = dataDir;
    if (dataDir === null) return;
    // What a crash left behind.
    for (const name of readdirSync(dataDir).filter((each) => each.startsWith(PREFIX)))
      rmSync(join(dataDir, name), { recursive: true, force: true });
  }

  /** @returns path of a file that is not there yet, alone in its folder */
  async open(): Promise<SnapshotPlace> {
    const name = this.#dataDir === null ? join(tmpdir(), `yeta-sim-${PREFIX}`) : join(this.#dataDir, PREFIX);
    const folder = await mkdtemp(name);
    this.#folders.add(folder);
    return {
      path: join(folder, 'state.sqlite'),
      remove: async () => {
        await rm(folder, { recursive: true, force: true });
        this.#folders.delete(folder);
      },
    };
  }

  held(): readonly string[] {
    return [...this.#folders].map((folder) => `the folder ${folder}, with a snapshot`);
  }
}

export interface SnapshotPlace {
  readonly path: string;
  /** The file and its folder. */
  remove(): Promise<void>;
}

/** A snapshot that is to be read; it is removed when it is closed. */
export async function openSnapshotFile({ path, remove }: SnapshotPlace): Promise<OpenFile> {
  const handle: FileHandle = await open(path, 'r');
  return {
    size: (await handle.stat()).size,
    async read(position, length) {
      const buffer = Buffer.allocUnsafe(length);
      const { bytesRead } = await handle.read(buffer, 0, length, position);
      return buffer.subarray(0, bytesRead);
    },
    async close() {
      await handle.close();
      await remove();
    },
  };
}

/** @throws SnapshotError foreign, if it is not of this simulator's kind */
export function checkHead(
  head: SnapshotHead,
  { config, fixtures }: { readonly config: SimulationConfig; readonly fixtures: Fixtures },
): void {
  const { universe, ids } = head;
  if (universe !== config.universe)
    throw new SnapshotError(
      'foreign',
      `it is of ${nameOf(universe)}, and this is ${nameOf(config.universe)}`,
    );
  if (ids !== config.ids) {
    const expected = `start with \`ids: ${ids}\``;
    throw new SnapshotError('foreign', `its ids are ${ids}, and here they are ${config.ids}: ${expected}`);
  }
  // A universe is found by its credentials.
  if (universe !== '' && keysOf(head.fixtures) !== keysOf(fixtures))
    throw new SnapshotError('foreign', 'it has other apps than this universe: make one of its fixtures');
}

/** Problems of a stranger's fixtures that an answer has room for (choice). */
const MOST_FINDINGS = 10;

/** Fixtures that anybody may have written. @throws SnapshotError invalid, with what is wrong in them and where */
export function readStrangersFixtures(data: unknown, examine: typeof examineFixtures): Fixtures {
  const { fixtures, findings } = examine(data);
  if (fixtures !== null) return fixtures;
  const texts = findings
    .slice(0, MOST_FINDINGS)
    .map(
      ({ path, found, expected }) =>
        `${formatPath(['fixtures', ...path])}: found ${found}, expected ${expected}`,
    );
  const more = findings.length - texts.length;
  throw new SnapshotError('invalid', [...texts, ...(more > 0 ? [`and ${more} more`] : [])].join('; '));
}

function nameOf(universe: string): string {
  return universe === '' ? 'the default simulator' : `universe ${universe}`;
}

function keysOf({ apps }: Fixtures): string {
  return apps.map(({ appKey }) => appKey).join();
}

/**
 * Makes a state of a snapshot, beside the one that is there, and loads it to see whether it can be.
 * @returns what puts it into that one's place once that one is closed
 * @throws SnapshotError invalid
 */
export function prepareState(
  path: string,
  options: {
    readonly dataDir: string | null;
    readonly database: DatabaseOptions;
    /** Fixtures that stay with it. */
    readonly kept: Fixtures | null;
    load(database: Database): unknown;
  },
): () => Database {
  const { dataDir, kept, load } = options;
  const target = dataDir === null ? '' : join(dirname(path), 'prepared.sqlite');
  const database = new Database(target, options.database);
  try {
    database.fillFrom(path);
    checkMeta(database);
    keepFixtures(database, kept);
    load(database);
  } catch (error) {
    database.close();
    const why = error instanceof Error ? error.message : String(error);
    throw new SnapshotError('invalid', `it cannot be loaded: ${why}`);
  }
  if (dataDir === null) return () => database;
  database.close();
  return () => {
    replaceState(dataDir, target);
    return openState(dataDir, options.database);
  };
}

/** Failure files stand beside the state, and lines that are in one may be pruned: they come along. */
export async function packZips(snapshot: Snapshot, files: FileStore): Promise<void> {
  for (const path of snapshot.zipPaths()) {
    const zip = await files.open(path);
    if (zip === null) continue;
    try {
      snapshot.addZip(path, await zip.read(0, zip.size));
    } finally {
      await zip.close();
    }
  }
}

export async function unpackZips(snapshot: Snapshot, files: FileStore): Promise<void> {
  for (const path of snapshot.zipPaths()) {
    const bytes = snapshot.zip(path);
    if (bytes !== null) await files.place(path, bytes);
  }
}
