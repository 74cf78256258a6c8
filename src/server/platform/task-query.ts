import { queryTasks, remainingRows } from '../../sim/task/query.ts';
import { TASK_STATUS, type Task, type TaskSort } from '../../sim/task/task.ts';
import type { World } from '../../sim/world.ts';
import { flag, instant, integer, list, optional, positive, text, word } from './input/field.ts';
import { defineOperation } from './operation.ts';

const SORTS: Readonly<Record<'ID' | 'NAME' | 'CREATETIME' | 'STARTTIME' | 'ENDTIME', TaskSort>> = {
  ID: 'id',
  NAME: 'name',
  CREATETIME: 'created',
  STARTTIME: 'started',
  ENDTIME: 'ended',
};

/** The documented type is int. */
const MAX_PAGE_INDEX = 2 ** 31 - 1;

export const taskQuery = defineOperation({
  name: 'task/query',
  path: '/openapi/outbound/v1/task/query',
  right: 'outbound',
  effect: 'read',
  fields: {
    task_id: optional(text()),
    // Both on the creation time, inclusive (choice).
    time_begin: optional(instant()),
    time_end: optional(instant()),
    task_name: optional(text()),
    task_status_list: optional(list(integer(TASK_STATUS.new, TASK_STATUS.expired)), []),
    page_size: optional(positive(50), 20),
    page_index: optional(positive(MAX_PAGE_INDEX), 1),
    // Newest first unless told otherwise (choice).
    sort_name: optional(word('ID', 'NAME', 'CREATETIME', 'STARTTIME', 'ENDTIME'), 'CREATETIME'),
    sort_order: optional(word('ASC', 'DESC'), 'DESC'),
    // Adds `remaining` to the rows (seen).
    show_remaining: optional(flag(), false),
  },
  run(world, account, input) {
    const { total, tasks } = queryTasks(world, account, {
      taskId: input.task_id,
      createdFrom: input.time_begin,
      createdTo: input.time_end,
      nameContains: input.task_name,
      statuses: input.task_status_list,
      pageSize: input.page_size,
      pageIndex: input.page_index,
      sort: SORTS[input.sort_name],
      descending: input.sort_order === 'DESC',
    });
    const rows = tasks.map((task) => {
      const row = renderTask(world, task);
      return input.show_remaining ? `${row.slice(0, -1)},"remaining":${remainingRows(task)}}` : row;
    });
    return { json: `{"total_rows":${total},"rows":[${rows.join(',')}]}` };
  },
});

/** Rows as they were last written: lists are polled far more often than a task changes. */
const rendered = new WeakMap<Task, { readonly changes: number; readonly json: string }>();

function renderTask(world: World, task: Task): string {
  const kept = rendered.get(task);
  if (kept?.changes === task.changes) return kept.json;
  const json = JSON.stringify(task.type === 0 ? writeTask(world, task) : writePool(world, task));
  rendered.set(task, { changes: task.changes, json });
  return json;
}

/** Keys in the order of seed 001's sample. `time_range` and the two lists beside it are JSON in a string (seen). */
function writeTask(world: World, task: Task) {
  return {
    task_id: world.ids.task(task.id),
    task_name: task.name,
    status: task.status,
    task_type: task.type,
    deleted: task.deleted ? 1 : 0,
    time_task_start: task.startedAt,
    time_task_finish: task.finishedAt,
    count_total_task: task.rowCount,
    count_tel: task.rowCount,
    count_recalled: task.recalled,
    time_task_estimate_begin: task.timeBegin,
    time_task_estimate_end: task.timeEnd ?? 0,
    line_num: task.lineNums.join(';'),
    robot_id: task.robotId ?? '',
    robot_name: robotName(world, task.robotId),
    voice_code: task.voiceCode ?? '',
    // The documented default; a task has no speed of its own.
    voice_speed: 1,
    count_max_recall: task.recallCount,
    // A 1 for each recall round run (choice).
    status_recall: `[${Array(task.recalled).fill(1).join()}]`,
    time_recall_wait: task.timeRecallWait,
    time_range: JSON.stringify(task.timeRange),
    intention_push: '[]',
    process_count: task.dialCount,
    process_tel_count: task.calledCount,
    process_through_count: task.answeredCount,
    process_through_rate: throughRate(task),
  };
}

/** Without what the seed marks as of ordinary tasks only. */
function writePool(world: World, task: Task) {
  return {
    task_id: world.ids.task(task.id),
    task_name: task.name,
    status: task.status,
    task_type: task.type,
    deleted: task.deleted ? 1 : 0,
    time_task_start: task.startedAt,
    count_total_task: task.rowCount,
    count_tel: task.rowCount,
    process_count: task.dialCount,
    process_tel_count: task.calledCount,
    process_through_count: task.answeredCount,
    process_through_rate: throughRate(task),
  };
}

function robotName(world: World, robotId: string | null): string {
  return (robotId === null ? undefined : world.accounts.robot(robotId)?.name) ?? '';
}

/** Answered rows among those called, 0 to 1 in 4 decimals (choice: the seed's sample fits no reading). */
function throughRate({ answeredCount, calledCount }: Task): number {
  return calledCount === 0 ? 0 : Math.round((answeredCount / calledCount) * 1e4) / 1e4;
}
