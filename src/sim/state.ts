import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Fixtures } from './account/account.ts';
import type { SimulationConfig } from './config.ts';
import { ConfigurationError } from './configuration-error.ts';
import { Database, type DatabaseOptions } from './store/database.ts';
import { isInstant } from './time/calendar.ts';
import { Clock } from './time/clock.ts';

const NAME = 'state.sqlite';

/** @param dataDir null = in memory @throws ConfigurationError if another process has the folder's state open */
export function openState(dataDir: string | null, options: DatabaseOptions): Database {
  try {
    return new Database(dataDir === null ? '' : join(dataDir, NAME), options);
  } catch (error) {
    if (!(error instanceof Error) || !/database is locked/.test(error.message)) throw error;
    throw new ConfigurationError([
      {
        place: '--data-dir',
        found: `${dataDir}, which another yeta-sim has open`,
        expected: 'a folder of its own',
      },
    ]);
  }
}

export function removeState(dataDir: string): void {
  rmSync(join(dataDir, NAME), { force: true });
  removeLog(dataDir);
}

/** A closed database takes the place of the folder's, which is closed too: one or the other is there, whatever happens. */
export function replaceState(dataDir: string, path: string): void {
  removeLog(dataDir);
  renameSync(path, join(dataDir, NAME));
}

function removeLog(dataDir: string): void {
  for (const end of ['-wal', '-shm']) rmSync(join(dataDir, NAME + end), { force: true });
}

/** A store keeps the seed that it began with: uuids and every later draw hang on it. */
export function keepSeed(database: Database, seed: number): number {
  const kept = readMeta<number>(database, 'seed');
  if (kept === null) database.prepare("INSERT INTO meta VALUES('seed', ?)").run(seed);
  return kept ?? seed;
}

/** Fixtures that came with a snapshot; null: those that it is started with stand. */
export function fixturesOf(database: Database): Fixtures | null {
  const kept = readMeta<string>(database, 'fixtures');
  return kept === null ? null : (JSON.parse(kept) as Fixtures);
}

export function keepFixtures(database: Database, fixtures: Fixtures | null): void {
  if (fixtures === null) database.prepare("DELETE FROM meta WHERE key = 'fixtures'").run();
  else database.prepare("INSERT OR REPLACE INTO meta VALUES('fixtures', ?)").run(JSON.stringify(fixtures));
}

/** With a store that has been used the clock goes on from the last committed instant (spec 5.1). */
export function openClock(database: Database, config: SimulationConfig['clock']): Clock {
  const saved = readMeta<number>(database, 'now');
  const { mode, speed, startAt } = config;
  const clock = new Clock({ mode, speed, position: saved ?? startAt });
  if (mode !== 'real') return clock;
  // The real clock never goes back: not before what was committed, whatever the wall says.
  return new Clock({ mode, speed, position: Math.max(saved ?? 0, clock.wallNow) });
}

/** Of a state that somebody else may have written, before anything is made of it. @throws Error */
export function checkMeta(database: Database): void {
  const now = readMeta<unknown>(database, 'now');
  if (now !== null && !isInstant(now)) throw new Error(`its instant is ${now}, expected ms since 1970`);
  const seed = readMeta<unknown>(database, 'seed');
  if (!Number.isSafeInteger(seed) || Number(seed) < 0)
    throw new Error(`its seed is ${seed}, expected a whole number`);
}

function readMeta<T>(database: Database, key: string): T | null {
  return database.prepare<{ value: T }>('SELECT value FROM meta WHERE key = ?').get(key)?.value ?? null;
}
