import { z } from 'zod';
import { indexesFor } from '../../sim/store/select-page.ts';
import { listTasks, type TaskListFilter, taskConditions } from '../../sim/task/list.ts';
import { listRows, type RowView } from '../../sim/task/row-list.ts';
import { explainEnd, explainTask } from '../../sim/task/row-wait.ts';
import type { Task, TaskStatus, TaskType } from '../../sim/task/task.ts';
import type { World } from '../../sim/world.ts';
import { instants, maybeInstants, named, page } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { flag, id, integer, object, text } from './http/field.ts';
import {
  answerPage,
  keyedPageFields,
  type ListAnswer,
  pageFields,
  pageOf,
  unknownCursor,
} from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { readIndexed, readState } from './http/state.ts';
import { times } from './http/times.ts';

const STATUS_HINT = 'a status from 0 to 7, or finished (completed, expired or deleted)';

/** What tasks can be found by. */
export const taskFilterFields = {
  taskId: id.optional(),
  name: text.optional(),
  status: z.union([z.literal('finished'), integer(0, 7)], STATUS_HINT).optional(),
  type: integer(0, 2).optional(),
  deleted: flag.optional(),
  robotId: id.optional(),
  appId: id.optional(),
  businessId: id.optional(),
};
const filter = object(taskFilterFields);
export type WrittenTaskFilter = z.output<typeof filter>;

/** The cursor of tasks is the wire id of the last one. */
const taskQuery = object({ ...taskFilterFields, ...keyedPageFields });

const rowQuery = object({ taskDataId: id.optional(), ...pageFields });

export const taskAnswer = named('Task', () =>
  z.object({
    taskId: z.string(),
    name: z.string(),
    businessId: z.string(),
    appId: z.string(),
    type: z.int().meta({ description: '0 ordinary, 2 pool' }),
    status: z.int().meta({ description: '0 to 7, as task/query has it' }),
    deleted: z.boolean(),
    robotId: z.string().nullable(),
    lineNums: z.array(z.string()).readonly(),
    voiceCode: z.string().nullable(),
    turbo: z.boolean(),
    timeRange: z.array(z.string()).readonly(),
    recallCount: z.int(),
    timeRecallWait: z.int().meta({ description: 'seconds' }),
    recalled: z.int().meta({ description: 'recall rounds run' }),
    rowCount: z.int(),
    dialCount: z.int(),
    calledCount: z.int(),
    answeredCount: z.int(),
    liveCount: z.int().meta({ description: 'calls under way' }),
    ...instants('timeBegin', 'createdAt'),
    ...maybeInstants('timeEnd', 'startedAt', 'finishedAt', 'recallAt'),
    waitsFor: z
      .string()
      .nullable()
      .meta({ description: 'before it dials its next row; null: a pool, whose rows wait each' }),
  }),
);

const rowAnswer = named('Row', () =>
  z.object({
    taskDataId: z.string(),
    rowIndex: z.int().meta({ description: 'from 1, within the task' }),
    lineNum: z.string().nullable().meta({ description: 'null: any line of the task' }),
    robotId: z.string().nullable(),
    head: z.array(z.string()).readonly(),
    value: z.array(z.string()).readonly(),
    callee: z.string(),
    tries: z.int().meta({ description: 'calls that have ended' }),
    result: z.string().nullable().meta({ description: 'of the last of them' }),
    callUuid: z.string().nullable().meta({ description: 'of the call under way, or the last one' }),
    waitsFor: z.string().meta({ description: 'or what became of it' }),
  }),
);

const taskPage = page(taskAnswer);
const rowPage = page(rowAnswer);

export const taskRoutes = [
  defineRoute({
    method: 'GET',
    path: '/tasks',
    summary: 'Tasks of all enterprises, pools and deleted ones too',
    query: taskQuery,
    answer: taskPage,
    run({ scope, query }) {
      const wanted = readTaskFilter(query);
      return readIndexed(
        scope.simulation,
        (world) => indexesFor(taskConditions(world, wanted)),
        (world) => list(world, wanted, query),
      );
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/tasks/:id',
    summary: 'One task',
    answer: taskAnswer,
    run: ({ scope, params }) =>
      readState(scope.simulation, (world) => writeTask(world, requireTask(world, params.id))),
  }),
  defineRoute({
    method: 'GET',
    path: '/tasks/:id/rows',
    summary: 'The rows of a task, with what each of them waits for',
    query: rowQuery,
    answer: rowPage,
    run: ({ scope, params, query }) =>
      readState(scope.simulation, (world) => {
        const task = requireTask(world, params.id);
        const rowId = query.taskDataId === undefined ? null : (world.ids.parseRow(query.taskDataId) ?? -1);
        const found = listRows(world, task, { rowId, page: pageOf(query) });
        return answerPage(found, { write: (row) => writeRow(world, row) });
      }),
  }),
];

export function readTaskFilter({ status, type, ...rest }: WrittenTaskFilter): TaskListFilter {
  return {
    ...rest,
    ...(status === undefined ? null : { status: status as TaskStatus | 'finished' }),
    ...(type === undefined ? null : { type: type as TaskType }),
  };
}

export function writeTask(world: World, task: Task) {
  const { timeBegin, timeEnd, createdAt, startedAt, finishedAt, recallAt } = task;
  return {
    taskId: world.ids.task(task.id),
    name: task.name,
    businessId: task.businessId,
    appId: task.appId,
    type: task.type,
    status: task.status,
    deleted: task.deleted,
    robotId: task.robotId,
    lineNums: task.lineNums,
    voiceCode: task.voiceCode,
    turbo: task.turbo,
    timeRange: task.timeRange,
    recallCount: task.recallCount,
    timeRecallWait: task.timeRecallWait,
    recalled: task.recalled,
    rowCount: task.rowCount,
    dialCount: task.dialCount,
    calledCount: task.calledCount,
    answeredCount: task.answeredCount,
    liveCount: task.liveCount,
    ...times({ timeBegin, timeEnd, createdAt }),
    ...times({ startedAt: known(startedAt), finishedAt: known(finishedAt), recallAt: known(recallAt) }),
    waitsFor: explainWait(world, task),
  };
}

/** Null: a pool, whose rows wait each for a line of their own. */
function explainWait(world: World, task: Task): string | null {
  if (task.type === 2) return null;
  const end = explainEnd(task);
  return end === null ? explainTask(world, task, '') : `nothing: ${end}`;
}

function writeRow(world: World, { rowId, result, ...rest }: RowView) {
  return {
    taskDataId: world.ids.row(rowId),
    ...rest,
    callee: rest.value[0] ?? '',
    result: result === null ? null : String(result),
  };
}

function list(
  world: World,
  wanted: TaskListFilter,
  query: { readonly limit: number; readonly after?: string | undefined },
): ListAnswer<ReturnType<typeof writeTask>> {
  const after = query.after === undefined ? 0 : world.ids.parseTask(query.after);
  if (after === null) throw unknownCursor(query.after ?? '');
  const found = listTasks(world, taskConditions(world, wanted), { after, limit: query.limit });
  return answerPage(found, { write: (task) => writeTask(world, task), cursor: (key) => world.ids.task(key) });
}

function requireTask(world: World, wireId: string | undefined): Task {
  const key = world.ids.parseTask(wireId ?? '');
  const task = key === null ? null : world.task(key);
  if (task === null) throw new ControlError('not-found', `no task ${wireId}`);
  return task;
}

/** 0 stands for an instant that is not known yet. */
function known(at: number): number | null {
  return at === 0 ? null : at;
}
