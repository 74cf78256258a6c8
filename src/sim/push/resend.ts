import type { World } from '../world.ts';
import { OUTBOX_STATE, type OutboxRow } from './outbox.ts';
import { tellOwed } from './owe.ts';

/** `being-filed`: its line is in a failure file that is being written. */
export type Resent = 'owed' | 'no-url' | 'being-filed';

/** Rows of one page: each page is a command of its own, however many pushes there are. */
const PAGE = 1000;

/**
 * Resends the settled pushes made since an instant, a page of them.
 * @returns how many were owed again, and the id to go on after; null = that was the last page
 */
export function resendPage(
  world: World,
  which: { since: number; module: string | null; failedOnly: boolean },
  after: number,
): { resent: number; after: number | null } {
  const states = which.failedOnly
    ? [OUTBOX_STATE.failed]
    : [OUTBOX_STATE.failed, OUTBOX_STATE.delivered, OUTBOX_STATE.noUrl, OUTBOX_STATE.lost];
  const rows = world.database
    .prepare<OutboxRow>(
      `SELECT * FROM outbox WHERE id > ? AND kind = 'push' AND created_at >= ? AND state IN (${states.join()}) AND (? IS NULL OR module = ?) ORDER BY id LIMIT ?`,
    )
    .all(after, which.since, which.module, which.module, PAGE);
  const resent = rows.filter((row) => resendPush(world, row) === 'owed').length;
  return { resent, after: rows.length < PAGE ? null : (rows.at(-1)?.id ?? null) };
}

/** Owes a settled push once more, from now, with four attempts ahead of it, at the url that stands today. */
export function resendPush(world: World, row: OutboxRow): Resent {
  const call = world.call(row.call_id);
  const url = call === null ? null : world.accounts.urlFor(row.module, call);
  if (url === null) return 'no-url';
  if (isBeingFiled(world, row)) return 'being-filed';
  const to = world.outbox.address('push', url);
  row.address = to.address;
  row.destination = to.destination.id;
  row.state = OUTBOX_STATE.owed;
  row.due_at = world.now;
  row.tries = 0;
  row.failed_at = null;
  row.file_id = null;
  world.outbox.save(row);
  world.outbox.countOwed(1);
  tellOwed(world, row, url);
  return 'owed';
}

/** Its line stands in a file that is closed and not written yet: taken out of it now, it would be lost. */
function isBeingFiled(world: World, row: OutboxRow): boolean {
  if (row.file_id === null) return false;
  const file = world.database
    .prepare<{ ready: number }>('SELECT ready FROM push_file WHERE id = ?')
    .get(row.file_id);
  return file?.ready === 0;
}
