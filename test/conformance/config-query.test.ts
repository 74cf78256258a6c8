import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator, type TestSimulator } from '../support/simulator.ts';
import { APPS, PlatformClient } from './platform-client.ts';

const TEN = 1_767_578_400_000;

type Item = Record<string, unknown>;

let simulator: TestSimulator;
let client: PlatformClient;

beforeAll(async () => {
  simulator = await startSimulator();
});

afterAll(() => simulator.stop());

beforeEach(async () => {
  await simulator.simulation.reset();
  client = await PlatformClient.open(simulator.app, APPS.full);
});

async function query(body: object = {}): Promise<Record<string, Item[]>> {
  const { result } = await client.call('config', body);
  return result as Record<string, Item[]>;
}

describe('config query', () => {
  it.each([
    [{}, ['lines', 'robots', 'urls', 'voices', 'robotTotal']],
    [{ type: 0 }, ['lines', 'robots', 'urls', 'voices', 'robotTotal']],
    [{ type: 1 }, ['robots', 'robotTotal']],
    [{ type: '2' }, ['lines']],
    [{ type: 3 }, ['urls']],
    [{ type: 4 }, ['voices']],
  ])('of %j has the sections %j', async (body, sections) => {
    expect(Object.keys(await query(body))).toEqual(sections);
  });

  it('shows no other enterprise’s things', async () => {
    const poor = await PlatformClient.open(simulator.app, APPS.poor);
    const { result } = await poor.call('config');
    expect(result).toMatchObject({
      lines: [{ line_num: '055168000001' }],
      robots: [{ robot_id: '168001' }],
      robotTotal: 1,
    });
  });

  it('is open to an inbound app', async () => {
    const inbound = await PlatformClient.open(simulator.app, APPS.inbound);
    expect(await inbound.call('config')).toMatchObject({ code: 0 });
    expect(await inbound.call('failed')).toMatchObject({ code: 0 });
  });
});

describe('a line', () => {
  const find = async (line_num: string) =>
    (await query({ type: 2 })).lines?.find((line) => line.line_num === line_num);

  it('is told with its hours and its end', async () => {
    expect(await find('055169101407')).toMatchObject({
      line_num: '055169101407',
      concurrents: 10,
      time_work: ['09:00:00-12:00:00', '13:00:00-17:59:59'],
      status: 0,
      expired: 0,
    });
  });

  it('without hours of its own works all day', async () => {
    expect(await find('69101338')).toMatchObject({ time_work: ['00:00:00-23:59:59'] });
  });

  it('that ended says so, with the instant', async () => {
    const line = await find('055169109999');
    expect(line).toMatchObject({ expired: 1, real_expiration_time: expect.any(Number) });
    expect(Number(line?.real_expiration_time)).toBeLessThanOrEqual(TEN);
    expect(line?.real_expiration_time).toBe(Number(line?.time_apply) + Number(line?.time_expire) * 1000);
  });

  it('without an end has null for it', async () => {
    const { lines = [] } = await query({ type: 2 });
    const endless = lines.filter((line) => line.time_expire === -1);
    expect(endless).not.toEqual([]);
    expect(endless.map((line) => [line.real_expiration_time, line.expired])).toEqual(
      endless.map(() => [null, 0]),
    );
  });

  it('is taken while a task holds it', async () => {
    const task = { task_name: '占线', line_num: '69101338', robot_id: '719', time_begin: TEN + 1000 };
    const { task_id } = (await client.call('create', task)).result;
    expect(await find('69101338')).toMatchObject({ status: 0 });
    await client.call('start', { task_id });
    expect(await find('69101338')).toMatchObject({ status: 1 });
    await client.call('delete', { task_id });
    expect(await find('69101338')).toMatchObject({ status: 0 });
  });
});

describe('robots', () => {
  it('are listed with their flags, unpublished and deleted ones too', async () => {
    const { robots = [] } = await query({ type: 1 });
    const flags = Object.fromEntries(
      robots.map((robot) => [robot.robot_id, [robot.status, robot.deleted, robot.type]]),
    );
    expect(flags).toMatchObject({ 719: [4, 0, 1], 720: [1, 0, 1], 4567: [4, 0, 2] });
    expect(flags[721]?.[1]).toBe(1);
    expect(robots[0]).toMatchObject({
      robot_uuid: expect.any(String),
      call_column: expect.arrayContaining(['客户手机号码']),
      time_create: expect.any(Number),
      time_update: expect.any(Number),
    });
    expect(robots.every((robot) => 'create_name' in robot && 'create_phone' in robot)).toBe(true);
  });

  it('are paged, and robotTotal counts all of them', async () => {
    const all = await query({ type: 1 });
    const pages = [
      await query({ type: 1, pageSize: 2, pageIndex: 1 }),
      await query({ type: 1, page_size: 2, page_index: 2 }),
    ];
    expect(pages.flatMap((page) => page.robots)).toEqual(all.robots?.slice(0, 4));
    expect(pages.map((page) => page.robotTotal)).toEqual([all.robots?.length, all.robots?.length]);
    expect((await query({ type: 1, pageSize: 2, pageIndex: 99 })).robots).toEqual([]);
  });
});

describe('voices and urls', () => {
  it('name each voice twice', async () => {
    const { voices = [] } = await query({ type: 4 });
    expect(voices).toHaveLength(7);
    expect(voices).toContainEqual({ voice_code: '60020', voice_name: '晓燕', code: '60020', name: '晓燕' });
  });

  it('tell the scope of a url behind its module, and leave out what is switched off', async () => {
    const url = 'http://localhost/x';
    await simulator.simulation.execute(({ accounts }) =>
      accounts.setUrls('167', [
        { module: 'receiveDialog', url, enabled: true },
        { module: 'receiveDialog', appId: '20180739', url, enabled: true },
        { module: 'receiveVoice', appId: '20180739', robotId: '719', url, enabled: true },
        { module: 'receiveVoice', robotId: '719', url, enabled: true },
        { module: 'receiveCallRecord', url, enabled: false },
      ]),
    );
    expect((await query({ type: 3 })).urls).toEqual([
      { url, url_module: 'receiveDialog' },
      { url, url_module: 'receiveDialog|20180739' },
      { url, url_module: 'receiveVoice|20180739|719' },
      { url, url_module: 'receiveVoice||719' },
    ]);
  });
});
