import type { Call } from '../call/call.ts';
import { cutPage, type Page, type PageRequest } from '../store/select-page.ts';
import type { World } from '../world.ts';
import { MOST_ROWS } from './lane.ts';
import { explainRow } from './row-wait.ts';
import type { Task } from './task.ts';

/** A row of a task, with what has become of it. */
export interface RowView {
  readonly rowId: number;
  /** Counts from 1 within the task. */
  readonly rowIndex: number;
  /** Rows of a pool are for one line; null: any line of the task. */
  readonly lineNum: string | null;
  readonly robotId: string | null;
  readonly head: readonly string[];
  readonly value: readonly string[];
  /** Calls that have ended. */
  readonly tries: number;
  /** Of the last call that has ended. */
  readonly result: number | null;
  /** Of the call under way, or the last one; null too if that was pruned. */
  readonly callUuid: string | null;
  readonly waitsFor: string;
}

interface StoredRow {
  readonly rowId: number;
  readonly rowIndex: number;
  readonly lineNum: string;
  readonly robotId: string | null;
  readonly head: readonly string[];
  readonly value: readonly string[];
}

interface ResultRow {
  readonly row_index: number;
  readonly tries: number;
  readonly answered: number;
  readonly result: number;
  readonly call_id: number;
}

/** Rows of a task by their index. @param rowId only this one */
export function listRows(
  world: World,
  task: Task,
  query: { rowId: number | null; page: PageRequest },
): Page<RowView> {
  const { rowId, page } = query;
  const stored = rowId === null ? storedRows(world, task, page) : storedRow(world, task, rowId, page);
  const { items, next } = cutPage(stored, page.limit, (row) => row.rowIndex);
  const results = resultsOf(world, task, items);
  const calls = liveCalls(world, task);
  return {
    items: items.map((row) =>
      viewRow(world, task, { row, result: results.get(row.rowIndex), call: calls.get(row.rowIndex) }),
    ),
    next,
  };
}

function viewRow(
  world: World,
  task: Task,
  state: { row: StoredRow; result: ResultRow | undefined; call: Call | undefined },
): RowView {
  const { row, result, call } = state;
  const { lineNum, ...rest } = row;
  const lane = world.lane(task.id, lineNum);
  return {
    ...rest,
    lineNum: lineNum === '' ? null : lineNum,
    tries: result?.tries ?? 0,
    result: result?.result ?? null,
    callUuid: call?.uuid ?? (result === undefined ? null : (world.call(result.call_id)?.uuid ?? null)),
    waitsFor: explainRow(world, task, {
      lineNum: row.lineNum,
      callUuid: call?.uuid ?? null,
      last: result === undefined ? null : { answered: result.answered === 1, result: result.result },
      // A recall round begins at the first row again and takes only those that nobody answered.
      passed: row.rowIndex <= (lane?.cursor ?? 0),
    }),
  };
}

interface SubmissionRow {
  readonly id: number;
  readonly line_num: string;
  readonly first_index: number;
  readonly robot_id: string | null;
  readonly columns: string;
  readonly rows: string;
}

/** One row more than the page may hold, if there is one. */
function storedRows(world: World, task: Task, { after, limit }: PageRequest): StoredRow[] {
  const submissions = world.database
    .prepare<SubmissionRow>(
      'SELECT id, line_num, first_index, robot_id, columns, rows FROM submission WHERE task_id = ? AND first_index > ? AND first_index + count > ? ORDER BY first_index',
    )
    .iterate(task.id, after - MOST_ROWS, after + 1);
  const found: StoredRow[] = [];
  for (const submission of submissions) {
    found.push(...rowsOf(submission).filter(({ rowIndex }) => rowIndex > after));
    if (found.length > limit) break;
  }
  return found;
}

function storedRow(world: World, task: Task, rowId: number, { after }: PageRequest): StoredRow[] {
  const submission = world.database
    .prepare<SubmissionRow & { readonly task_id: number }>(
      'SELECT * FROM submission WHERE id <= ? ORDER BY id DESC LIMIT 1',
    )
    .get(rowId);
  if (submission?.task_id !== task.id) return [];
  return rowsOf(submission).filter((row) => row.rowId === rowId && row.rowIndex > after);
}

function rowsOf(submission: SubmissionRow): StoredRow[] {
  const head = JSON.parse(submission.columns) as string[];
  const rows = JSON.parse(submission.rows) as string[][];
  return rows.map((value, offset) => ({
    rowId: submission.id + offset,
    rowIndex: submission.first_index + offset,
    lineNum: submission.line_num,
    robotId: submission.robot_id,
    head,
    value,
  }));
}

function resultsOf(world: World, task: Task, rows: readonly StoredRow[]): Map<number, ResultRow> {
  const results = world.database
    .prepare<ResultRow>(
      'SELECT row_index, tries, answered, result, call_id FROM row_result WHERE task_id = ? AND row_index BETWEEN ? AND ?',
    )
    .all(task.id, rows.at(0)?.rowIndex ?? 0, rows.at(-1)?.rowIndex ?? -1);
  return new Map(results.map((result) => [result.row_index, result]));
}

function liveCalls(world: World, task: Task): Map<number, Call> {
  const calls = [...world.calls.values()].filter((call) => call.row?.taskId === task.id);
  return new Map(calls.map((call) => [call.row?.rowIndex ?? 0, call]));
}
