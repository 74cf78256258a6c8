import { fixtureOf } from '../../sim/task/fixture.ts';
import { queryTasks, remainingRows } from '../../sim/task/query.ts';
import { TASK_STATUS, type Task, type TaskSort } from '../../sim/task/task.ts';
import type { World } from '../../sim/world.ts';
import {
  array,
  instant as at,
  choice,
  integer as int,
  number,
  object,
  promised,
  sent,
  sometimes,
  string,
} from '../openapi/schema.ts';
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

const STATUSES = {
  0: '新建 new',
  1: '启动 started',
  2: '运行 running',
  3: '手动暂停 paused',
  4: '完成 completed',
  5: '等待下轮重试 waiting for the next recall round',
  6: '不在工作时段 outside working time',
  7: '过期 expired',
} as const;

const ORDINARY = '仅限普通任务 · ordinary tasks only';

/** Keys in the order of seed 001's sample; what its table calls 必填 is promised. */
const RESULT = object({
  total_rows: promised(int('总行数 · tasks that match, on all pages')),
  rows: promised(
    array(
      object({
        task_id: promised(string('任务id · id')),
        task_name: sent(string('任务名称 · name')),
        status: promised(choice('任务状态 · status', STATUSES)),
        task_type: promised(choice('任务类型 · type', { 0: '普通任务 ordinary', 2: '任务池 pool' })),
        deleted: sent(choice('删除标志 · deleted', { 0: '正常 no', 1: '删除 yes' })),
        time_task_start: sent(at('运行开始时间 · first run, 0 if none yet')),
        time_task_finish: sometimes(at(`运行结束时间 · end of the run, 0 if not yet; ${ORDINARY}`)),
        count_total_task: sent(int('rows')),
        count_tel: sent(int('任务号码量 · rows')),
        count_recalled: sometimes(int(`任务已重试次数 · recall rounds run; ${ORDINARY}`)),
        time_task_estimate_begin: sometimes(at(`预设开始时间 · begin as asked for; ${ORDINARY}`)),
        time_task_estimate_end: sometimes(at(`预设结束时间 · end as asked for, 0 if none; ${ORDINARY}`)),
        line_num: sometimes(string(`线路号码 · lines, separated by a semicolon; ${ORDINARY}`)),
        robot_id: sometimes(string(`话术id · robot; ${ORDINARY}`)),
        robot_name: sometimes(string(`话术名称 · its name; ${ORDINARY}`)),
        voice_code: sometimes(string(`发音人编码 · voice; ${ORDINARY}`)),
        voice_speed: sometimes(int(`发音人语速,默认1 · speed of the voice; ${ORDINARY}`)),
        count_max_recall: sometimes(int(`预设任务重试次数 · recall rounds asked for; ${ORDINARY}`)),
        status_recall: sometimes(string(`a 1 for each recall round run: JSON in a string; ${ORDINARY}`)),
        time_recall_wait: sometimes(int(`预设重试外呼等待时间,单位:秒 · seconds; ${ORDINARY}`)),
        time_range: sometimes(string(`预设外呼时间段 · spans of the day: JSON in a string; ${ORDINARY}`)),
        intention_push: sometimes(string(`预设推送意向度门限 · JSON in a string; ${ORDINARY}`)),
        process_count: sent(int('已呼叫次数 · calls dialled')),
        process_tel_count: sent(int('已呼叫号码数 · rows called at least once')),
        process_through_count: sent(int('已接通量 · rows answered')),
        process_through_rate: sent(
          number('当前接通率 · rows answered of those called', { minimum: 0, maximum: 1 }),
        ),
        remaining: sometimes(int('rows in work; only with `show_remaining` (seen)')),
      }),
      '结果列表 · the page',
    ),
  ),
});

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
  page: {
    title: '查询任务 · Query tasks',
    text: '查询任务信息和任务列表。\n\nThe filters combine; the newest task comes first unless told otherwise. Rows of a pool (`task_type` 2) leave out what is 仅限普通任务 (of ordinary tasks only).',
    fields: {
      task_id: '任务id · task',
      time_begin: '开始时间 · created from, ms, inclusive',
      time_end: '结束时间 · created up to, ms, inclusive',
      task_name: '任务名称,模糊检索 · part of the name',
      task_status_list: `任务状态数组 · statuses. ${Object.entries(STATUSES)
        .map(([status, words]) => `${status}: ${words}`)
        .join(', ')}`,
      page_size: '页大小,最大值50,默认20 · rows on a page',
      page_index: '当前页码,从1开始 · page, from 1',
      sort_name:
        '排序字段 · ID:任务编号,NAME:任务名称,CREATETIME:任务创建时间,STARTTIME:任务开始时间,ENDTIME:任务结束时间; in any case',
      sort_order: '排序字段方式 · ASC 正序 ascending, DESC 倒序 descending; in any case',
      show_remaining: 'adds `remaining` to the rows (seen)',
    },
    result: RESULT,
    refusals: [],
  },
  run(world, account, input) {
    const pages = pagesOf(world);
    const key = JSON.stringify([account.enterprise.id, input]);
    const kept = pages.get(key);
    if (kept !== undefined) return { json: kept };
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
    const json = `{"total_rows":${total},"rows":[${rows.join(',')}]}`;
    if (key.length <= MOST_KEY_LENGTH && pages.size < MOST_PAGES) pages.set(key, json);
    return { json };
  },
});

/** Bounds of what is kept: about 1 MB. */
const MOST_PAGES = 16;
const MOST_KEY_LENGTH = 1000;

/** Pages as they were last written, until any task changes: clients ask for the same page again and again. */
const written = new WeakMap<World, { readonly changes: number; readonly pages: Map<string, string> }>();

function pagesOf(world: World): Map<string, string> {
  const { taskChanges: changes } = world;
  const kept = written.get(world);
  if (kept?.changes === changes) return kept.pages;
  const pages = new Map<string, string>();
  written.set(world, { changes, pages });
  return pages;
}

/** Rows as they were last written: of the tasks on a page, few change at a time. */
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
    intention_push: JSON.stringify(fixtureOf(world, task)?.intentionPush ?? []),
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
