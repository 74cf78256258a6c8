import { insertRows } from '../../sim/task/insert.ts';
import { rowIds } from '../openapi/row.ts';
import { writeRowIds } from './envelope.ts';
import { list, required, rows, text } from './input/field.ts';
import { defineOperation } from './operation.ts';

export const taskInsert = defineOperation({
  name: 'task/insert',
  path: '/openapi/outbound/v1/task/insert',
  right: 'outbound',
  effect: 'write',
  fields: {
    task_id: required(text()),
    call_column: required(list(text())),
    call_list: required(rows()),
  },
  page: {
    title: '提交任务数据 · Submit rows to a task',
    text: '向指定任务提交号码数据,可以分多批次提交。\n\nOnly while the task is new: a started one takes no more.',
    fields: {
      task_id: '任务id · task',
      call_column: '数据列映射 · names of the columns: the set of the robot, its first one first',
      call_list: { description: '数据行,单次上限50条 · the rows, at most 50', maxItems: 50 },
    },
    result: rowIds(),
    refusals: [
      'too-many-rows',
      'wrong-task',
      'task-deleted',
      'task-completed',
      'wrong-relation',
      'wrong-robot',
      'wrong-columns',
      'wrong-number',
      'balance-used-up',
    ],
  },
  run(world, account, input) {
    const range = insertRows(world, account, input.task_id, {
      columns: input.call_column,
      rows: input.call_list,
    });
    return writeRowIds(world.ids, range);
  },
});
