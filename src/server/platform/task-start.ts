import { startTask } from '../../sim/task/control.ts';
import { object } from '../openapi/schema.ts';
import { required, text } from './input/field.ts';
import { defineOperation } from './operation.ts';

export const taskStart = defineOperation({
  name: 'task/start',
  path: '/openapi/outbound/v1/task/start',
  right: 'outbound',
  effect: 'write',
  fields: { task_id: required(text()) },
  page: {
    title: '启动外呼任务 · Start a task',
    text: '启动外呼任务,任务将按照预设的开始时间和工作时段进行外呼。 任务启动之后,将不能再提交号码数据。\n\nStarts a new task, or goes on with a paused one; a task that runs already stays as it is.',
    fields: { task_id: '任务id · task' },
    result: object({}),
    refusals: [
      'wrong-task',
      'task-deleted',
      'task-completed',
      'wrong-robot',
      'wrong-relation',
      'line-held',
      'balance-used-up',
      'outside-working-time',
    ],
  },
  run(world, account, input) {
    startTask(world, account, input.task_id);
    return {};
  },
});
