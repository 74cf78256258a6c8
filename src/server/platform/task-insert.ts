import { insertRows } from '../../sim/task/insert.ts';
import { writeRowIds } from './envelope.ts';
import { cell, list, required, text } from './input/field.ts';
import { defineOperation } from './operation.ts';

export const taskInsert = defineOperation({
  name: 'task/insert',
  path: '/openapi/outbound/v1/task/insert',
  right: 'outbound',
  effect: 'write',
  fields: {
    task_id: required(text()),
    call_column: required(list(text())),
    call_list: required(list(list(cell()))),
  },
  run(world, account, input) {
    const ids = insertRows(world, account, input.task_id, {
      columns: input.call_column,
      rows: input.call_list,
    });
    return writeRowIds(ids);
  },
});
