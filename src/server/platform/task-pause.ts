import { pauseTask } from '../../sim/task/control.ts';
import { required, text } from './input/field.ts';
import { defineOperation } from './operation.ts';

export const taskPause = defineOperation({
  name: 'task/pause',
  path: '/openapi/outbound/v1/task/pause',
  right: 'outbound',
  effect: 'write',
  fields: { task_id: required(text()) },
  run(world, account, input) {
    pauseTask(world, account, input.task_id);
    return {};
  },
});
