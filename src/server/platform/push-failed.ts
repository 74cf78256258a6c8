import { listPushFiles } from '../../sim/push/file-list.ts';
import { array, object, promised, string } from '../openapi/schema.ts';
import { day, optional } from './input/field.ts';
import { defineOperation } from './operation.ts';

export const pushFailed = defineOperation({
  name: 'push/failed',
  path: '/openapi/download/v1/push/failed',
  right: 'any',
  effect: 'read',
  fields: { date: optional(day()) },
  page: {
    title: '查询推送失败记录 · Query failed pushes',
    text: '查询推送失败记录文件清单,提供7日内失败记录文件下载,不含当日。\n\nWithout a date: the files of all seven days. They are downloaded without a token.',
    fields: { date: '日期,格式如yyyy-MM-dd · the day, in Asia/Shanghai' },
    result: object({
      url: promised(array(string(), '文件下载相对路径 · paths below `/push_download/`')),
    }),
    refusals: [],
  },
  run(world, account, input) {
    return { url: listPushFiles(world, account.enterprise.id, input.date) };
  },
});
