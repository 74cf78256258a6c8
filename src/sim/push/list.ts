import type { PushModule } from '../account/account.ts';
import type { Call } from '../call/call.ts';
import { idOfUuid } from '../call/uuid.ts';
import {
  type Condition,
  countRows,
  onColumn,
  type Page,
  type PageRequest,
  selectPage,
} from '../store/select-page.ts';
import type { World } from '../world.ts';
import { composeBody } from './compose.ts';
import { OUTBOX_STATE, type OutboxRow, type OutboxState, type Variant } from './outbox.ts';

/** Ids as the wire has them; absent fields match everything. */
export interface PushFilter {
  readonly id?: string | undefined;
  readonly callUuid?: string | undefined;
  readonly taskDataId?: string | undefined;
  readonly callRelationId?: string | undefined;
  readonly callee?: string | undefined;
  readonly taskId?: string | undefined;
  readonly state?: OutboxState | undefined;
  readonly url?: string | undefined;
  readonly module?: PushModule | undefined;
  readonly variant?: Variant | undefined;
}

/** One attempt at a push. */
interface Attempt {
  /** Simulated instant of its start. */
  readonly at: number;
  /** Wall ms. */
  readonly tookMs: number;
  readonly status: number | null;
  /** The answer's start. */
  readonly answer: string | null;
  /** Why it does not count; null: delivered. */
  readonly error: string | null;
}

export interface PushView {
  readonly row: OutboxRow;
  readonly call: Call;
  readonly url: string | null;
  readonly body: object;
  readonly attempts: readonly Attempt[];
}

const PUSHES = { table: 'outbox', where: "kind = 'push'" };
/** Matches no row: rowids count from 1. */
const NOBODY = -1;

/** A filter on the call that a push tells of. */
function onCall(column: string, index: Condition['indexes'][number], value: string | number): Condition {
  return {
    indexes: [index, 'outbox_call'],
    leads: `call_id IN (SELECT call.id FROM call WHERE call.${column} = ?)`,
    follows: `(SELECT call.${column} FROM call WHERE call.id = call_id) = ?`,
    value,
  };
}

/** The narrowest first. */
export function pushConditions(world: World, filter: PushFilter): Condition[] {
  const { callUuid, taskDataId, callRelationId, callee, taskId, state, url, module, variant } = filter;
  const conditions: Condition[] = [];
  if (filter.id !== undefined) conditions.push(onColumn('id', null, readPushId(filter.id) ?? NOBODY));
  if (callUuid !== undefined) {
    conditions.push(onColumn('call_id', 'outbox_call', idOfUuid(world.seed, callUuid) ?? NOBODY));
    conditions.push(onCall('uuid', 'outbox_call', callUuid));
  }
  if (taskDataId !== undefined)
    conditions.push(onCall('row_id', 'call_row', world.ids.parseRow(taskDataId) ?? NOBODY));
  if (callRelationId !== undefined) conditions.push(onCall('relation_id', 'call_relation', callRelationId));
  if (callee !== undefined) conditions.push(onCall('callee', 'call_callee', callee));
  if (taskId !== undefined)
    conditions.push(onCall('task_id', 'call_task', world.ids.parseTask(taskId) ?? NOBODY));
  // Nearly all pushes are delivered, so that any other filter finds fewer.
  if (state !== undefined && state !== OUTBOX_STATE.delivered)
    conditions.push(onColumn('state', 'outbox_state', state));
  if (url !== undefined) conditions.push(onColumn('address', 'outbox_address', addressOf(world, url)));
  if (variant !== undefined) conditions.push(onColumn('variant', 'outbox_variant', variant));
  if (module !== undefined) conditions.push(onColumn('module', 'outbox_module', module));
  if (state === OUTBOX_STATE.delivered) conditions.push(onColumn('state', 'outbox_state', state));
  return conditions;
}

export function listPushes(
  world: World,
  conditions: readonly Condition[],
  page: PageRequest,
): Page<PushView> {
  const { items, next } = selectPage<OutboxRow>(world.database, PUSHES, { conditions, page });
  return { items: items.map((row) => viewPush(world, row)), next };
}

/** Counting ends at `limit`. */
export function countPushes(world: World, conditions: readonly Condition[], limit: number): number {
  return countRows(world.database, PUSHES, { conditions, limit });
}

/** Null if there is no such push, or it was pruned. */
export function findPush(world: World, wireId: string): PushView | null {
  const id = readPushId(wireId);
  const row = id === null ? null : world.outbox.row(id);
  return row === null || row.kind !== 'push' ? null : viewPush(world, row);
}

/** Pushes and pulls that were pruned; they are numbered from 1 without a gap, together. */
export function countPrunedPushes(world: World): number {
  const first =
    world.database.prepare<{ id: number | null }>('SELECT min(id) AS id FROM outbox').get()?.id ??
    world.database.prepare<{ value: number }>("SELECT value FROM meta WHERE key = 'next-push'").get()?.value;
  return (first ?? 1) - 1;
}

/** Null: no push is called so. */
function readPushId(wireId: string): number | null {
  return /^[1-9]\d{0,14}$/.test(wireId) ? Number(wireId) : null;
}

function addressOf(world: World, url: string): number {
  const row = world.database
    .prepare<{ id: number }>("SELECT id FROM address WHERE kind = 'push' AND url = ?")
    .get(url);
  return row?.id ?? NOBODY;
}

function viewPush(world: World, row: OutboxRow): PushView {
  const call = world.call(row.call_id);
  if (call === null) throw new Error(`push ${row.id} is for call ${row.call_id}, which is not in the store`);
  return {
    row,
    call,
    url: world.outbox.url(row.address),
    body: composeBody(world, row),
    attempts: attemptsAt(world, row.id),
  };
}

function attemptsAt(world: World, outboxId: number): Attempt[] {
  return world.database
    .prepare<{
      at: number;
      took_ms: number;
      status: number | null;
      answer: string | null;
      error: string | null;
    }>('SELECT at, took_ms, status, answer, error FROM attempt WHERE outbox_id = ? ORDER BY number')
    .all(outboxId)
    .map(({ took_ms: tookMs, ...rest }) => ({ ...rest, tookMs }));
}
