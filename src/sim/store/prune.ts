import { DAY_MS } from '../time/calendar.ts';
import type { World } from '../world.ts';

/**
 * Ended calls and settled pushes leave after `keep.days` of simulated time, or once there are more than `keep.calls`;
 * never before the failure file that holds their pushes is written.
 */
export function pruneEnded(world: World): void {
  const { days, calls } = world.config.keep;
  const newest =
    world.database.prepare<{ id: number | null }>('SELECT max(id) AS id FROM call').get()?.id ?? 0;
  const oldest = (condition: string, ...values: number[]) =>
    world.database
      .prepare<{ id: number }>(`SELECT id FROM call WHERE ${condition} ORDER BY id LIMIT 1`)
      .get(...values)?.id;
  const owing = (condition: string) =>
    world.database
      .prepare<{ id: number | null }>(`SELECT min(call_id) AS id FROM outbox WHERE ${condition}`)
      .get()?.id;
  const young = oldest('state < 3 OR hangup_at >= ?', world.now - days * DAY_MS) ?? newest + 1;
  const first = Math.min(
    Math.max(young, newest - calls + 1),
    oldest('state < 3') ?? Number.MAX_SAFE_INTEGER,
    owing('state = 0') ?? Number.MAX_SAFE_INTEGER,
    owing('state = 2 AND file_id IS NULL') ?? Number.MAX_SAFE_INTEGER,
    owing('file_id IN (SELECT id FROM push_file WHERE ready = 0)') ?? Number.MAX_SAFE_INTEGER,
  );
  world.database
    .prepare('DELETE FROM attempt WHERE outbox_id IN (SELECT id FROM outbox WHERE call_id < ?)')
    .run(first);
  world.database.prepare('DELETE FROM outbox WHERE call_id < ?').run(first);
  world.database.prepare('DELETE FROM call WHERE id < ?').run(first);
}
