import { type CallRow, readCall } from '../store/call-table.ts';
import {
  type Condition,
  countRows,
  cutPage,
  onColumn,
  type Page,
  type PageRequest,
  selectPage,
} from '../store/select-page.ts';
import type { World } from '../world.ts';
import type { Call, CallState, Direction } from './call.ts';
import { idOfUuid } from './uuid.ts';

/** Ids as the wire has them; absent fields match everything. */
export interface CallFilter {
  readonly callUuid?: string | undefined;
  readonly taskDataId?: string | undefined;
  readonly callRelationId?: string | undefined;
  readonly callee?: string | undefined;
  readonly caller?: string | undefined;
  readonly taskId?: string | undefined;
  /** Only of calls that have ended: before, nobody knows. */
  readonly result?: number | undefined;
  readonly robotId?: string | undefined;
  readonly lineNum?: string | undefined;
  readonly direction?: Direction | undefined;
  /** `live`: every call that has not ended. */
  readonly state?: CallState | 'live' | undefined;
}

const CALLS = { table: 'call' };
const ENDED = 3;
/** Matches no row: rowids count from 1. */
const NOBODY = -1;

/** The narrowest first. */
export function callConditions(world: World, filter: CallFilter): Condition[] {
  const { callUuid, taskDataId, callRelationId, callee, caller, taskId, result, robotId, lineNum } = filter;
  const conditions: Condition[] = [];
  if (callUuid !== undefined) {
    conditions.push(onColumn('id', null, idOfUuid(world.seed, callUuid) ?? NOBODY));
    conditions.push(onColumn('uuid', null, callUuid));
  }
  if (taskDataId !== undefined)
    conditions.push(onColumn('row_id', 'call_row', world.ids.parseRow(taskDataId) ?? NOBODY));
  if (callRelationId !== undefined) conditions.push(onColumn('relation_id', 'call_relation', callRelationId));
  if (callee !== undefined) conditions.push(onColumn('callee', 'call_callee', callee));
  if (caller !== undefined) conditions.push(onColumn('caller', 'call_caller', caller));
  if (taskId !== undefined)
    conditions.push(onColumn('task_id', 'call_task', world.ids.parseTask(taskId) ?? NOBODY));
  if (result !== undefined) conditions.push(onColumn('result', 'call_result', result));
  if (robotId !== undefined) conditions.push(onColumn('robot_id', 'call_robot', robotId));
  if (lineNum !== undefined) conditions.push(onColumn('line_num', 'call_line', lineNum));
  if (filter.direction !== undefined) {
    conditions.push(onColumn('direction', 'call_direction', filter.direction === 'inbound' ? 1 : 2));
  }
  // All calls but the few on the lines have ended: their own ids lead to them fast enough.
  if (filter.state === 'ended' || result !== undefined) conditions.push(onColumn('state', null, ENDED));
  return conditions;
}

/** Whether the filter asks for calls under way, which are in memory. */
export function isLiveFilter({ state }: CallFilter): boolean {
  return state !== undefined && state !== 'ended';
}

export function listCalls(world: World, conditions: readonly Condition[], page: PageRequest): Page<Call> {
  const { items, next } = selectPage<CallRow>(world.database, CALLS, { conditions, page });
  return { items: items.map((row) => readCall(row, world.submissions)), next };
}

/** Counting ends at `limit`. */
export function countCalls(world: World, conditions: readonly Condition[], limit: number): number {
  return countRows(world.database, CALLS, { conditions, limit });
}

export function listLiveCalls(world: World, filter: CallFilter, page: PageRequest): Page<Call> {
  const found = [...world.calls.values()]
    .filter((call) => call.id > page.after && matches(world, call, filter))
    .sort((a, b) => a.id - b.id);
  return cutPage(found, page.limit, (call) => call.id);
}

/** Null if there is no such call, or it was pruned. */
export function findCall(world: World, uuid: string): Call | null {
  const id = idOfUuid(world.seed, uuid);
  const call = id === null ? null : world.call(id);
  return call?.uuid === uuid ? call : null;
}

/** Calls are numbered from 1 without a gap. */
export function countPrunedCalls(world: World): number {
  const first =
    world.database.prepare<{ id: number | null }>('SELECT min(id) AS id FROM call').get()?.id ??
    world.database.prepare<{ value: number }>("SELECT value FROM meta WHERE key = 'next-call'").get()?.value;
  return (first ?? 1) - 1;
}

function matches(world: World, call: Call, filter: CallFilter): boolean {
  const is = <T>(wanted: T | undefined, found: T) => wanted === undefined || wanted === found;
  return (
    is(filter.callUuid, call.uuid) &&
    is(filter.taskDataId, call.row === null ? null : world.ids.row(call.row.rowId)) &&
    is(filter.callRelationId, call.relationId) &&
    is(filter.callee, call.callee) &&
    is(filter.caller, call.caller) &&
    is(filter.taskId, call.row === null ? null : world.ids.task(call.row.taskId)) &&
    filter.result === undefined &&
    is(filter.robotId, call.robotId) &&
    is(filter.lineNum, call.lineNum) &&
    is(filter.direction, call.direction) &&
    (filter.state === 'live' || is(filter.state, call.state))
  );
}
