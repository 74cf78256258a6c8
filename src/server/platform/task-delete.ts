import { deleteTask } from '../../sim/task/control.ts';
import { required, text } from './input/field.ts';
import { defineOperation } from './operation.ts';

export const taskDelete = defineOperation({
  name: 'task/delete',
  path: '/openapi/outbound/v1/task/delete',
  right: 'outbound',
  effect: 'write',
  fields: { task_id: required(text()) },
  run(world, account, input) {
    deleteTask(world, account, input.task_id);
    return {};
  },
});
