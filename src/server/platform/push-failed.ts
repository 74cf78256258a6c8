import { listPushFiles } from '../../sim/push/file-list.ts';
import { day, optional } from './input/field.ts';
import { defineOperation } from './operation.ts';

export const pushFailed = defineOperation({
  name: 'push/failed',
  path: '/openapi/download/v1/push/failed',
  right: 'any',
  effect: 'read',
  fields: { date: optional(day()) },
  run(world, account, input) {
    return { url: listPushFiles(world, account.enterprise.id, input.date) };
  },
});
