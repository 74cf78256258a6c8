import { startTask } from '../../sim/task/control.ts';
import { required, text } from './input/field.ts';
import { defineOperation } from './operation.ts';

export const taskStart = defineOperation({
  name: 'task/start',
  path: '/openapi/outbound/v1/task/start',
  right: 'outbound',
  effect: 'write',
  fields: { task_id: required(text()) },
  run(world, account, input) {
    startTask(world, account, input.task_id);
    return {};
  },
});
