import { pauseTask } from '../../sim/task/control.ts';
import { object } from '../openapi/schema.ts';
import { required, text } from './input/field.ts';
import { defineOperation } from './operation.ts';

export const taskPause = defineOperation({
  name: 'task/pause',
  path: '/openapi/outbound/v1/task/pause',
  right: 'outbound',
  effect: 'write',
  fields: { task_id: required(text()) },
  page: {
    title: '暂停外呼任务 · Pause a task',
    text: '暂时停止任务呼叫。可以通过启动外呼任务接口恢复任务呼叫。\n\nCalls under way finish; nothing new is dialled until the task is started again.',
    fields: { task_id: '任务id · task' },
    result: object({}),
    refusals: ['wrong-task', 'task-deleted', 'task-completed', 'wrong-relation'],
  },
  run(world, account, input) {
    pauseTask(world, account, input.task_id);
    return {};
  },
});
