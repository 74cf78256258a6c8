import type { Line, Robot, UrlEntry, Voice } from '../../sim/account/account.ts';
import { lineEnd } from '../../sim/account/line-state.ts';
import { lineStatus } from '../../sim/task/line.ts';
import type { World } from '../../sim/world.ts';
import {
  array,
  choice,
  instant,
  integer as int,
  nullable,
  object,
  promised,
  sent,
  sometimes,
  string,
} from '../openapi/schema.ts';
import { integer, optional, positive } from './input/field.ts';
import { defineOperation } from './operation.ts';

const SECTION = { all: 0, robots: 1, lines: 2, urls: 3, voices: 4 } as const;

/** How a line without hours of its own is told: an empty list would read as never (choice). */
const ALL_DAY = ['00:00:00-23:59:59'];

const RESULT = object({
  lines: sometimes(
    array(
      object({
        line_num: promised(string('号码 · number')),
        concurrents: promised(int('并发数 · channels')),
        time_work: promised(array(string(), '工作时段 · working hours')),
        status: promised(choice('状态 · status', { 0: '空闲 idle', 1: '任务占用中 held by a task' })),
        time_apply: promised(nullable(instant('申请时间 · begin; null where there is none (seen)'))),
        time_expire: promised(int('有效期,单位:秒。-1:永久有效 · seconds it is valid, -1 for ever')),
        expired: sent(choice('expired (seen)', { 0: 'no', 1: 'yes' })),
        real_expiration_time: sent(nullable(instant('end; null for a line without one (seen)'))),
      }),
      '线路 · lines',
    ),
  ),
  robots: sometimes(
    array(
      object({
        robot_id: promised(string('话术编号 · id')),
        robot_name: promised(string('话术名称 · name')),
        call_column: promised(
          array(
            string(),
            '外呼数据列模板。第一列必须是客户手机号,其他列是话术动态信息 · columns that rows need, the number first',
          ),
        ),
        status: promised(
          choice('话术状态 · status', {
            1: '审核中 in review',
            2: '未通过 rejected',
            3: '待发布 to be published',
            4: '已发布 published',
          }),
        ),
        type: promised(choice('话术类型 · type', { 1: '普通话术 ordinary', 2: '动态话术 dynamic' })),
        deleted: promised(choice('删除标记 · deleted', { 0: '未删除 no', 1: '已删除 yes' })),
        time_create: promised(instant('创建时间 · created')),
        time_update: promised(instant('更新时间 · changed')),
        robot_uuid: sent(string('(seen)')),
        create_name: sent(nullable(string('who made it (seen)'))),
        create_phone: sent(nullable(string('(seen)'))),
      }),
      '话术 · robots, deleted and unpublished ones too',
    ),
  ),
  urls: sometimes(
    array(
      object({
        url: promised(string('应用方提供给yeta平台调用的接口服务url地址 · where it goes')),
        url_module: promised(
          string(
            '接口模块 · module; a scope may follow: `receiveDialog|APP`, `receiveVoice|APP|ROBOT` (seen)',
          ),
        ),
      }),
      '接口配置 · push and pull addresses',
    ),
  ),
  voices: sometimes(
    array(
      object({
        voice_code: promised(string('发音人编码 · code')),
        voice_name: promised(string('发音人名称 · name')),
        code: sent(string('the code again (seen)')),
        name: sent(string('the name again (seen)')),
      }),
      '发音人 · voices',
    ),
  ),
  robotTotal: sometimes(int('number of robots on all pages (seen)')),
});

export const configQuery = defineOperation({
  name: 'config/query',
  path: '/openapi/config/v1/query',
  right: 'any',
  effect: 'read',
  fields: {
    type: optional(integer(SECTION.all, SECTION.voices), SECTION.all),
    // Paging of the robots (seen); without a size all of them are on the first page (choice).
    page_size: optional(positive(), Number.MAX_SAFE_INTEGER),
    page_index: optional(positive(), 1),
  },
  page: {
    title: '查询配置 · Query the configuration',
    text: '查询企业下的各项资源及配置信息。\n\nWith a type, only that section is in the result. The keys marked (seen) stand in real answers and in no document.',
    fields: {
      type: '配置项分类。1:话术,2:线路,3:接口,4:发音人,0:全部(默认) · 1 robots, 2 lines, 3 addresses, 4 voices, 0 all of them',
      page_size: '话术页大小 · robots on a page; without it all of them (seen)',
      page_index: '话术当前页码,从1开始 · page of the robots, from 1 (seen)',
    },
    result: RESULT,
    refusals: [],
  },
  run(world, account, input) {
    const { accounts } = world;
    const businessId = account.enterprise.id;
    const asks = (section: number) => input.type === SECTION.all || input.type === section;
    const first = (input.page_index - 1) * input.page_size;
    return {
      ...(asks(SECTION.lines) && { lines: accounts.lines(businessId).map((line) => writeLine(world, line)) }),
      ...(asks(SECTION.robots) && {
        robots: accounts
          .robots(businessId)
          .slice(first, first + input.page_size)
          .map(writeRobot),
      }),
      ...(asks(SECTION.urls) && {
        urls: accounts
          .urls(businessId)
          .filter((url) => url.enabled)
          .map(writeUrl),
      }),
      ...(asks(SECTION.voices) && { voices: accounts.voices(businessId).map(writeVoice) }),
      ...(asks(SECTION.robots) && { robotTotal: accounts.robots(businessId).length }),
    };
  },
});

/** The last two keys stand in real answers and in no document (seen). */
function writeLine(world: World, line: Line) {
  const endsAt = lineEnd(line);
  return {
    line_num: line.lineNum,
    concurrents: line.concurrents,
    time_work: line.timeWork.length === 0 ? ALL_DAY : line.timeWork,
    status: lineStatus(world, line.lineNum),
    time_apply: line.timeApply,
    time_expire: line.timeExpire,
    expired: endsAt !== null && endsAt <= world.now ? 1 : 0,
    real_expiration_time: endsAt,
  };
}

/** Deleted and unpublished ones are listed too; the last three keys are (seen). */
function writeRobot(robot: Robot) {
  return {
    robot_id: robot.robotId,
    robot_name: robot.name,
    call_column: robot.callColumn,
    status: robot.status,
    type: robot.type,
    deleted: robot.deleted ? 1 : 0,
    time_create: robot.timeCreate,
    time_update: robot.timeUpdate,
    robot_uuid: robot.robotUuid,
    create_name: robot.createName,
    create_phone: robot.createPhone,
  };
}

/** A scope follows the module: `receiveDialog|APP`, `receiveVoice|APP|ROBOT`, `receiveVoice||ROBOT` (seen). */
function writeUrl({ url, module, appId = '', robotId = '' }: UrlEntry) {
  const scope = robotId === '' ? [appId] : [appId, robotId];
  return { url, url_module: appId + robotId === '' ? module : [module, ...scope].join('|') };
}

/** Real answers name both twice (seen). */
function writeVoice({ code, name }: Voice) {
  return { voice_code: code, voice_name: name, code, name };
}
