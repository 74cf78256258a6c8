import { deleteTask } from '../../sim/task/control.ts';
import { object } from '../openapi/schema.ts';
import { required, text } from './input/field.ts';
import { defineOperation } from './operation.ts';

export const taskDelete = defineOperation({
  name: 'task/delete',
  path: '/openapi/outbound/v1/task/delete',
  right: 'outbound',
  effect: 'write',
  fields: { task_id: required(text()) },
  page: {
    title: '删除外呼任务 · Delete a task',
    text: '对外呼任务进行强制停止并删除,删除后不能再次启动。\n\nCalls under way are cut at once.',
    fields: { task_id: '任务id · task' },
    result: object({}),
    refusals: ['wrong-task', 'task-deleted', 'wrong-relation'],
  },
  run(world, account, input) {
    deleteTask(world, account, input.task_id);
    return {};
  },
});
