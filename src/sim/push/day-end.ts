import type { FailureFile } from '../port.ts';
import { deriveChance } from '../random.ts';
import { DAY_MS, dayOf, startOfDay } from '../time/calendar.ts';
import type { World } from '../world.ts';
import { composeBody } from './compose.ts';
import { failureLine, pushFileName } from './file-name.ts';
import type { OutboxRow } from './outbox.ts';

/** Day D's file is offered on D+1 … D+7 and removed at the midnight that begins D+8 (doc: 7 days, today not included). */
export const KEPT_DAYS = 7;

export interface PushFileRow {
  id: number;
  business_id: string;
  day: string;
  path: string;
  /** 0: its lines are fixed, but the zip is not written yet; 1: it is offered; 2: its time is over. */
  ready: 0 | 1 | 2;
  lines: number;
}

/**
 * Closes the failure files of all days before the present one, or of today too. Idempotent: a line that stands in a
 * file is never taken again.
 */
export function closeFiles(world: World, options: { today: boolean }): PushFileRow[] {
  const midnight = startOfDay(world.now);
  const until = options.today ? Number.MAX_SAFE_INTEGER : midnight;
  const files: PushFileRow[] = [];
  const owners = world.database
    .prepare<{ id: string }>(
      'SELECT DISTINCT business_id AS id FROM outbox WHERE state = 2 AND file_id IS NULL',
    )
    .all();
  for (const enterprise of owners) {
    for (;;) {
      const first = world.database
        .prepare<{ at: number | null }>(
          'SELECT min(failed_at) AS at FROM outbox WHERE business_id = ? AND state = 2 AND file_id IS NULL AND failed_at < ?',
        )
        .get(enterprise.id, until)?.at;
      if (first === null || first === undefined) break;
      files.push(closeDay(world, enterprise.id, startOfDay(first)));
    }
  }
  // With what could not be written or removed before.
  world.hasFileWork = true;
  return files;
}

function closeDay(world: World, businessId: string, midnight: number): PushFileRow {
  const day = dayOf(midnight);
  const count = world.database
    .prepare<{ n: number }>('SELECT count(*) AS n FROM push_file WHERE business_id = ? AND day = ?')
    .get(businessId, day)?.n;
  const name = pushFileName(deriveChance(world.seed, 'push-file', businessId, day, count ?? 0));
  const path = `${businessId}/${day}/${name}.zip`;
  const id = world.takeNumber('file');
  world.database
    .prepare('INSERT INTO push_file(id, business_id, day, path, ready) VALUES(?, ?, ?, ?, 0)')
    .run(id, businessId, day, path);
  world.database
    .prepare(
      'UPDATE outbox SET file_id = ? WHERE business_id = ? AND state = 2 AND file_id IS NULL AND failed_at >= ? AND failed_at < ?',
    )
    .run(id, businessId, midnight, midnight + DAY_MS);
  const lines =
    world.database.prepare<{ n: number }>('SELECT count(*) AS n FROM outbox WHERE file_id = ?').get(id)?.n ??
    0;
  world.database.prepare('UPDATE push_file SET lines = ? WHERE id = ?').run(lines, id);
  return { id, business_id: businessId, day, path, ready: 0, lines };
}

/** Takes the files whose time is over off the list; the zips are removed outside. */
export function dropOldFiles(world: World): void {
  const last = dayOf(startOfDay(world.now) - (KEPT_DAYS + 1) * DAY_MS);
  const old = world.database
    .prepare<{ n: number }>('SELECT count(*) AS n FROM push_file WHERE day <= ? AND ready = 1')
    .get(last);
  if (old === undefined || old.n === 0) return;
  world.database.prepare('UPDATE push_file SET ready = 2 WHERE day <= ? AND ready = 1').run(last);
  world.hasFileWork = true;
}

/** Files whose zips are still to be written, and those to be removed. */
export function unfinishedFiles(world: World): PushFileRow[] {
  return world.database.prepare<PushFileRow>('SELECT * FROM push_file WHERE ready <> 1 ORDER BY id').all();
}

export function markRemoved(world: World, file: PushFileRow): void {
  world.database.prepare('DELETE FROM push_file WHERE id = ?').run(file.id);
}

export function markReady(world: World, file: PushFileRow): void {
  world.database.prepare('UPDATE push_file SET ready = 1 WHERE id = ?').run(file.id);
  world.tell('push-file.closed', () => ({
    businessId: file.business_id,
    day: file.day,
    path: file.path,
    lines: file.lines,
  }));
}

const PAGE = 1000;

/** The lines of a file, by module, read from the store page by page and each built when it is written. */
export function openFile(world: World, file: PushFileRow): FailureFile {
  const modules = world.database
    .prepare<{ module: string }>('SELECT DISTINCT module FROM outbox WHERE file_id = ? ORDER BY module')
    .all(file.id);
  return {
    path: file.path,
    modules: modules.map(({ module }) => ({ module, lines: () => readLines(world, file.id, module) })),
  };
}

function* readLines(world: World, fileId: number, module: string): Iterable<string> {
  for (let after = 0; ; ) {
    const rows = world.database
      .prepare<OutboxRow>(
        'SELECT * FROM outbox WHERE file_id = ? AND id > ? AND module = ? ORDER BY id LIMIT ?',
      )
      .all(fileId, after, module, PAGE);
    for (const row of rows)
      yield failureLine({
        data: composeBody(world, row),
        module,
        retryTimes: row.tries,
        timestamp: row.created_at,
      });
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
