import type { World } from '../world.ts';
import { OUTBOX_STATE, type OutboxRow } from './outbox.ts';

/**
 * Owes a push once more, from now, with four attempts ahead of it, at the url that stands today.
 * @returns false if there is no such push, or it is owed anyway
 */
export function resendPush(world: World, id: number): boolean {
  const row = world.outbox.row(id);
  if (row === null || row.kind !== 'push' || row.state === OUTBOX_STATE.owed) return false;
  return owe(world, row);
}

/** Resends all settled pushes made since an instant. @returns how many */
export function resendPushes(
  world: World,
  which: { since: number; module: string | null; failedOnly: boolean },
): number {
  const states = which.failedOnly
    ? [OUTBOX_STATE.failed]
    : [OUTBOX_STATE.failed, OUTBOX_STATE.delivered, OUTBOX_STATE.noUrl];
  const rows = world.database
    .prepare<OutboxRow>(
      `SELECT * FROM outbox WHERE kind = 'push' AND created_at >= ? AND state IN (${states.join()}) AND (? IS NULL OR module = ?) ORDER BY id`,
    )
    .all(which.since, which.module, which.module);
  return rows.filter((row) => owe(world, row)).length;
}

function owe(world: World, row: OutboxRow): boolean {
  const call = world.call(row.call_id);
  const url = call === null ? null : world.accounts.urlFor(row.module, call);
  if (url === null) return false;
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
  return true;
}
