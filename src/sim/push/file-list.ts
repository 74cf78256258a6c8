import { DAY_MS, dayOf, startOfDay } from '../time/calendar.ts';
import type { World } from '../world.ts';
import { KEPT_DAYS } from './day-end.ts';

/**
 * Zip paths of one day, or of all days that are offered: the last 7, today not included (doc).
 * @param day yyyy-MM-dd in Asia/Shanghai
 */
export function listPushFiles(world: World, businessId: string, day: string | null): string[] {
  const midnight = startOfDay(world.now);
  const first = dayOf(midnight - KEPT_DAYS * DAY_MS);
  const last = dayOf(midnight - DAY_MS);
  return world.database
    .prepare<{ path: string }>(
      'SELECT path FROM push_file WHERE business_id = ? AND day BETWEEN ? AND ? AND ready = 1 AND (? IS NULL OR day = ?) ORDER BY day, id',
    )
    .all(businessId, first, last, day, day)
    .map((row) => row.path);
}
