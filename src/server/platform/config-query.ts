import type { Line, Robot, UrlEntry, Voice } from '../../sim/account/account.ts';
import { lineStatus } from '../../sim/task/line.ts';
import type { World } from '../../sim/world.ts';
import { integer, optional, positive } from './input/field.ts';
import { defineOperation } from './operation.ts';

const SECTION = { all: 0, robots: 1, lines: 2, urls: 3, voices: 4 } as const;

/** How a line without hours of its own is told: an empty list would read as never (choice). */
const ALL_DAY = ['00:00:00-23:59:59'];

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
  const endsAt = endOf(line);
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

/** ms; null for a line without an end. */
function endOf({ timeApply, timeExpire }: Line): number | null {
  return timeApply === null || timeExpire < 0 ? null : timeApply + timeExpire * 1000;
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
