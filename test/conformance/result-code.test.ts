import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator, type TestSimulator } from '../support/simulator.ts';
import { type Answer, APPS, PATHS, PlatformClient, type Sent, send } from './platform-client.ts';

/** The table of seed 001's appendix, copied by hand. */
const MESSAGES: Readonly<Record<number, string>> = {
  0: 'ok',
  200101: '账号或密码错误',
  10001: '无效的token请求',
  10002: '该token无请求权限',
  10003: '错误的app_id',
  10004: '服务忙,请稍后再试',
  10005: '输入参数不正确',
  10020: '接口维护',
  10021: '接口停用',
  200200: '错误的数据关系',
  200201: '错误的企业id',
  200202: '错误的任务id',
  200203: '错误的外呼号码',
  200204: '错误的话术id',
  200205: '错误的话术发音id',
  200206: '错误的语速',
  200209: '余额不足',
  200210: '错误的文件格式',
  200211: '文件上传超过限定大小10m',
  200212: '错误的数据,与话术动态信息不匹配',
  200213: '上传的外呼数据量超过限制',
  200222: '非有效工作时间段',
  3030002: '号码被占用',
  3010102: '任务已经删除',
  3010101: '任务已经完成',
};

/** 2026-01-05T10:00:00+08:00, where the manual clock begins. */
const TEN = 1_767_578_400_000;
const HOUR = 3_600_000;

const CALLOUT = {
  line_num: '69101338',
  robot_id: '719',
  call_column: ['客户手机号码', '姓名'],
  call_list: [['13800000001', '张先生']],
};
const TASK = { task_name: '测试', line_num: '055196866001', robot_id: '719', time_begin: TEN };
const ROWS = { call_column: ['客户手机号码', '姓名'], call_list: [['13800000001', '张先生']] };

let simulator: TestSimulator;
/** App 20180739: enterprise 167, everything allowed. */
let full: PlatformClient;

beforeAll(async () => {
  simulator = await startSimulator();
});

afterAll(() => simulator.stop());

beforeEach(async () => {
  await simulator.simulation.reset();
  full = await PlatformClient.open(simulator.app, APPS.full);
});

async function create(more: object = {}): Promise<string> {
  const { result } = await full.call('create', { ...TASK, ...more });
  return String(result.task_id);
}

async function createStarted(more: object = {}): Promise<string> {
  const task_id = await create(more);
  await full.call('insert', { task_id, ...ROWS });
  await full.call('start', { task_id });
  return task_id;
}

async function createDeleted(): Promise<string> {
  const task_id = await create();
  await full.call('delete', { task_id });
  return task_id;
}

/** A task without rows completes when it begins. */
async function createCompleted(): Promise<string> {
  const task_id = await create();
  await full.call('start', { task_id });
  await simulator.advance(1000);
  return task_id;
}

async function poolId(): Promise<string> {
  const { result } = await full.call('query', { page_size: 50 });
  const pool = (result.rows as { task_id: string; task_type: number }[]).find((row) => row.task_type === 2);
  return pool?.task_id ?? 'no pool';
}

const openAs = (app: keyof typeof APPS) => PlatformClient.open(simulator.app, APPS[app]);
const callout = (more: object = {}, sent: Sent = {}) => full.call('callout', { ...CALLOUT, ...more }, sent);
const calloutTo = (number: string) =>
  callout({
    call_list: [
      ['13800000001', '好'],
      [number, '坏'],
    ],
  });
const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => [String(13_800_000_000 + i), '张先生']);
const setEndpoint = (operation: string, state: 'maintenance' | 'disabled') =>
  simulator.simulation.execute((world) => world.accounts.setEndpointState(operation, state));

/** Sets the scene, and gives back the call that is to be refused. */
type Condition = () => Promise<() => Promise<Answer>>;

/** Each code of the table by its natural condition (spec 1.3); more than one where a code has several. */
const CONDITIONS: readonly (readonly [code: number, when: string, condition: Condition])[] = [
  [
    200101,
    'the secret is wrong',
    async () => () =>
      send(simulator.app, PATHS.token, { body: { app_key: APPS.full[0], app_secret: 'wrong' } }),
  ],
  [
    200101,
    'the key is unknown',
    async () => () => send(simulator.app, PATHS.token, { body: { app_key: 'x', app_secret: APPS.full[1] } }),
  ],
  [10001, 'there is no token', async () => () => callout({}, { token: null })],
  [10001, 'the token is unknown', async () => () => callout({}, { token: 'f'.repeat(32) })],
  [10001, 'the token is empty', async () => () => callout({}, { token: '' })],
  [
    10001,
    'the token has just expired',
    async () => {
      await simulator.advance(HOUR);
      return () => callout();
    },
  ],
  [
    10001,
    'the token is sent in the body and as a header only',
    async () => () => callout({ token: full.token }, { token: null, headers: { token: full.token } }),
  ],
  ...(['callout', 'create', 'insert', 'start', 'pause', 'delete', 'query'] as const).map(
    (operation): readonly [number, string, Condition] => [
      10002,
      `an inbound app calls ${operation}`,
      async () => {
        const inbound = await openAs('inbound');
        return () => inbound.call(operation);
      },
    ],
  ),
  [
    10003,
    'the app is disabled',
    async () => {
      const disabled = await openAs('disabled');
      return () => disabled.call('config');
    },
  ],
  [
    10004,
    'a fault rule orders it',
    async () => {
      await simulator.simulation.execute((world) =>
        world.faults.add({ on: 'task/callout', code: 10004 }, null),
      );
      return () => callout();
    },
  ],
  [10005, 'the body is no JSON', async () => () => full.call('callout', '{"line_num":')],
  [10005, 'the body is no object', async () => () => full.call('callout', '[1]')],
  [10005, 'the body is empty', async () => () => full.call('callout', '')],
  [10005, 'the body is not UTF-8', async () => () => full.call('callout', Uint8Array.of(0x7b, 0xff, 0x7d))],
  [
    10005,
    'the body is nested too deep',
    async () => () => full.call('callout', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`),
  ],
  [
    10005,
    'app_secret is missing',
    async () => () => send(simulator.app, PATHS.token, { body: { app_key: APPS.full[0] } }),
  ],
  [10005, 'a required field is null', async () => () => callout({ line_num: null })],
  [10005, 'a required list is empty', async () => () => callout({ call_list: [] })],
  [10005, 'call_list is flat', async () => () => callout({ call_list: ['13800000001', '张先生'] })],
  [10005, 'a list is a text', async () => () => callout({ call_column: '客户手机号码' })],
  [10005, 'a text is an object', async () => () => callout({ robot_id: {} })],
  [10005, 'type is 5', async () => () => full.call('config', { type: 5 })],
  [10005, 'type is a word', async () => () => full.call('config', { type: 'robots' })],
  [10005, 'page_size is 51', async () => () => full.call('query', { page_size: 51 })],
  [10005, 'page_index is negative', async () => () => full.call('query', { page_index: -1 })],
  [10005, 'a task status is 8', async () => () => full.call('query', { task_status_list: [0, 8] })],
  [10005, 'sort_name is unknown', async () => () => full.call('query', { sort_name: 'SIZE' })],
  [10005, 'sort_order is unknown', async () => () => full.call('query', { sort_order: 'UP' })],
  [
    10005,
    'the task name is longer than 100',
    async () => () => full.call('create', { ...TASK, task_name: '长'.repeat(101) }),
  ],
  [10005, 'recall_count is 4', async () => () => full.call('create', { ...TASK, recall_count: 4 })],
  [10005, 'recall_count is negative', async () => () => full.call('create', { ...TASK, recall_count: -1 })],
  [
    10005,
    'time_recall_wait is negative',
    async () => () => full.call('create', { ...TASK, time_recall_wait: -1 }),
  ],
  [10005, 'time_begin is missing', async () => () => full.call('create', { ...TASK, time_begin: 0 })],
  [10005, 'time_end is time_begin', async () => () => full.call('create', { ...TASK, time_end: TEN })],
  [
    10005,
    'time_range is malformed',
    async () => () => full.call('create', { ...TASK, time_range: ['9:00-12:00'] }),
  ],
  [
    10005,
    'time_range runs backwards',
    async () => () => full.call('create', { ...TASK, time_range: ['12:00:00-09:00:00'] }),
  ],
  [
    10005,
    'time_range overlaps itself',
    async () => () =>
      full.call('create', { ...TASK, time_range: ['09:00:00-12:00:00', '11:00:00-13:00:00'] }),
  ],
  [10005, 'trubo_mode is a word', async () => () => full.call('create', { ...TASK, trubo_mode: 'fast' })],
  [10005, 'the date is no day', async () => () => full.call('failed', { date: '2026-02-30' })],
  [10005, 'the date has another form', async () => () => full.call('failed', { date: '20260105' })],
  [
    10020,
    'the endpoint is in maintenance',
    async () => {
      await setEndpoint('task/callout', 'maintenance');
      return () => callout();
    },
  ],
  [
    10021,
    'the endpoint is disabled',
    async () => {
      await setEndpoint('task/callout', 'disabled');
      return () => callout();
    },
  ],
  [200200, 'the line is unknown', async () => () => callout({ line_num: '000' })],
  [200200, "the line is another enterprise's", async () => () => callout({ line_num: '055168000001' })],
  [200200, 'the line has expired', async () => () => callout({ line_num: '055169109999' })],
  [
    200200,
    'one of several lines is unknown',
    async () => () => full.call('create', { ...TASK, line_num: '055196866001;000' }),
  ],
  [
    200200,
    'rows are inserted after the start',
    async () => {
      const task_id = await createStarted();
      return () => full.call('insert', { task_id, ...ROWS });
    },
  ],
  [
    200200,
    'a new task is paused',
    async () => {
      const task_id = await create();
      return () => full.call('pause', { task_id });
    },
  ],
  ...(['pause', 'delete', 'insert'] as const).map((operation): readonly [number, string, Condition] => [
    200200,
    `the pool meets ${operation}`,
    async () => {
      const task_id = await poolId();
      return () => full.call(operation, { task_id, ...ROWS });
    },
  ]),
  [
    200201,
    'the enterprise is disabled',
    async () => {
      await simulator.simulation.execute(({ accounts }) => {
        const enterprise = accounts.enterprise('167');
        if (enterprise) accounts.setEnterprise(enterprise, { enabled: false });
      });
      return () => callout();
    },
  ],
  ...(['insert', 'start', 'pause', 'delete'] as const).map(
    (operation): readonly [number, string, Condition] => [
      200202,
      `${operation} names a task that is unknown`,
      async () => () => full.call(operation, { task_id: '1000000000000000', ...ROWS }),
    ],
  ),
  [200202, 'a task id is no number', async () => () => full.call('start', { task_id: "1' OR '1'='1" })],
  [
    200202,
    "the task is another enterprise's",
    async () => {
      const poor = await openAs('poor');
      return () => poor.call('start', { task_id: '129' });
    },
  ],
  [200203, 'one number is too short', async () => () => calloutTo('1380000000')],
  [200203, 'one number is too long', async () => () => calloutTo('138000000011')],
  [200203, 'one number has a character after 9', async () => () => calloutTo('1380000000:')],
  [200203, 'one number has a character before 0', async () => () => calloutTo('1380000/001')],
  [200203, 'one number is a landline', async () => () => calloutTo('055112345678')],
  [200203, 'one number begins with 12', async () => () => calloutTo('12800000001')],
  [200203, 'one number is empty', async () => () => calloutTo('')],
  [200203, 'one number is sensitive', async () => () => calloutTo('19999999999')],
  [200203, 'a magic number asks for it', async () => () => calloutTo('19900004003')],
  [200204, 'the robot is unknown', async () => () => callout({ robot_id: '999999' })],
  [200204, "the robot is another enterprise's", async () => () => callout({ robot_id: '168001' })],
  [200204, 'the robot is deleted', async () => () => callout({ robot_id: '721' })],
  [200204, 'the robot is not published', async () => () => callout({ robot_id: '720' })],
  [
    200204,
    'a task is created with an unknown robot',
    async () => () => full.call('create', { ...TASK, robot_id: 'x' }),
  ],
  [200205, 'the voice is unknown', async () => () => callout({ voice_code: '1' })],
  [
    200205,
    'a task is created with an unknown voice',
    async () => () => full.call('create', { ...TASK, voice_code: '1' }),
  ],
  ...[501, -501, 'fast', true, {}, '9007199254740993', 1e300].map(
    (robot_speed): readonly [number, string, Condition] => [
      200206,
      `robot_speed is ${JSON.stringify(robot_speed)}`,
      async () => () => callout({ robot_speed }),
    ],
  ),
  [
    200206,
    'robot_speed is a very long number',
    async () => () =>
      full.call(
        'callout',
        JSON.stringify({ ...CALLOUT, robot_speed: 1 }).replace(/1}$/, '9007199254740993}'),
      ),
  ],
  [
    200209,
    'the balance is used up',
    async () => {
      const poor = await openAs('poor');
      return () =>
        poor.call('callout', {
          line_num: '055168000001',
          robot_id: '168001',
          call_column: ['客户手机号码'],
          call_list: [['13800000001']],
        });
    },
  ],
  [200209, 'a magic number asks for it', async () => () => calloutTo('19900004009')],
  [
    200210,
    'the body is declared a form with files',
    async () => () => callout({}, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }),
  ],
  [
    200211,
    'the body is over 10 MiB',
    async () => () => full.call('callout', `{"a":"${'x'.repeat(10 * 1024 * 1024)}"}`),
  ],
  [
    200212,
    'the first column is not the template’s',
    async () => () => callout({ call_column: ['姓名', '客户手机号码'] }),
  ],
  [
    200212,
    'a column is not in the template',
    async () => () => callout({ call_column: ['客户手机号码', '年龄'] }),
  ],
  [
    200212,
    'a column is missing',
    async () => () => callout({ call_column: ['客户手机号码'], call_list: [['13800000001']] }),
  ],
  [
    200212,
    'a row is too short',
    async () => () => callout({ call_list: [['13800000001', '好'], ['13800000002']] }),
  ],
  [200212, 'a row is empty', async () => () => callout({ call_list: [[]] })],
  [200213, 'there are 51 rows', async () => () => callout({ call_list: rows(51) })],
  [
    200222,
    'the line does not work at this hour',
    async () => {
      await simulator.advance(2.5 * HOUR);
      full = await openAs('full');
      return () => callout({ line_num: '055169101407' });
    },
  ],
  [
    200222,
    'time_range lies outside of the hours of all lines',
    async () => () =>
      full.call('create', { ...TASK, line_num: '055169101408', time_range: ['21:00:00-22:00:00'] }),
  ],
  [
    200222,
    'a task is started after its end',
    async () => {
      const task_id = await create({ time_begin: TEN - HOUR, time_end: TEN - 1 });
      return () => full.call('start', { task_id });
    },
  ],
  [
    3030002,
    'a call goes out on a held line',
    async () => {
      await createStarted();
      return () => callout({ line_num: '055196866001' });
    },
  ],
  [
    3030002,
    'a task is created on a held line',
    async () => {
      await createStarted();
      return () => full.call('create', TASK);
    },
  ],
  [
    3030002,
    'a task is started on a held line',
    async () => {
      const task_id = await create();
      await createStarted();
      return () => full.call('start', { task_id });
    },
  ],
  ...(['insert', 'start', 'pause', 'delete'] as const).map(
    (operation): readonly [number, string, Condition] => [
      3010102,
      `a deleted task meets ${operation}`,
      async () => {
        const task_id = await createDeleted();
        return () => full.call(operation, { task_id, ...ROWS });
      },
    ],
  ),
  ...(['insert', 'start', 'pause'] as const).map((operation): readonly [number, string, Condition] => [
    3010101,
    `a completed task meets ${operation}`,
    async () => {
      const task_id = await createCompleted();
      return () => full.call(operation, { task_id, ...ROWS });
    },
  ]),
];

describe('the platform answers', () => {
  it.each(CONDITIONS)('%d when %s, and nothing has changed', async (code, _when, condition) => {
    const act = await condition();
    const before = simulator.simulation.dump();

    const answer = await act();

    expect(answer).toMatchObject({ code, message: MESSAGES[code], result: {}, status: 200 });
    expect(simulator.simulation.dump()).toBe(before);
  });

  it('0 to a callout, which the dump shows', async () => {
    const before = simulator.simulation.dump();
    expect(await callout()).toMatchObject({ code: 0, message: MESSAGES[0] });
    expect(simulator.simulation.dump()).not.toBe(before);
  });

  it('with every code of the table somewhere above', () => {
    const met = new Set([0, ...CONDITIONS.map(([code]) => code)]);
    expect([...met].sort()).toEqual(Object.keys(MESSAGES).map(Number).sort());
  });
});

describe('the checks run in the documented order', () => {
  it('for a callout that is wrong in every way and gets better step by step', async () => {
    const { simulation } = simulator;
    const account = (change: { app?: boolean; enterprise?: boolean; balance?: number | null }) =>
      simulation.execute(({ accounts }) => {
        const app = accounts.app('20180740');
        const enterprise = accounts.enterprise('167');
        if (app && change.app !== undefined) accounts.setAppEnabled(app, change.app);
        if (enterprise)
          accounts.setEnterprise(enterprise, { enabled: change.enterprise, balance: change.balance });
      });
    const inbound = await openAs('inbound');
    const held = await createStarted({ line_num: '055169101407' });
    await account({ app: false, enterprise: false, balance: 0 });
    await setEndpoint('task/callout', 'disabled');
    const { id } = await simulation.execute((world) =>
      world.faults.add({ on: 'task/callout', code: 10004 }, null),
    );
    await simulator.advance(2.5 * HOUR);

    let body: Record<string, unknown> | string = 'no JSON';
    let sent: Sent = { token: null, headers: { 'content-type': 'multipart/form-data' } };
    const improve = (better: object) => {
      body = { ...(body as object), ...better };
    };
    const steps: readonly (readonly [code: number, repair: () => unknown])[] = [
      [10021, () => simulation.execute(({ accounts }) => accounts.setEndpointState('task/callout', 'open'))],
      [10004, () => simulation.execute(({ faults }) => faults.remove(id))],
      [200210, () => (sent = { token: null })],
      [
        10005,
        () => {
          body = {
            line_num: '000',
            robot_id: '000',
            voice_code: '000',
            robot_speed: 'fast',
            call_column: ['姓名'],
          };
        },
      ],
      [10001, () => (sent = { token: inbound.token })],
      [10001, async () => (sent = { token: (await openAs('inbound')).token })],
      [10003, () => account({ app: true })],
      [200201, () => account({ enterprise: true })],
      [10002, async () => (sent = { token: (await openAs('full')).token })],
      [10005, () => improve({ call_list: rows(51).map(() => ['1', '2']) })],
      [200213, () => improve({ call_list: [['1', '2']] })],
      [200204, () => improve({ robot_id: '719' })],
      [200200, () => improve({ line_num: '055169101407' })],
      [3030002, () => full.call('delete', { task_id: held }, sent)],
      [200205, () => improve({ voice_code: '60030' })],
      [200206, () => improve({ robot_speed: 200 })],
      [200212, () => improve({ call_column: CALLOUT.call_column })],
      [200203, () => improve({ call_list: CALLOUT.call_list })],
      [200209, () => account({ balance: null })],
      [200222, () => improve({ line_num: '69101338' })],
      [0, () => undefined],
    ];
    const met: number[] = [];
    for (const [, repair] of steps) {
      met.push((await full.call('callout', body, sent)).code);
      await repair();
    }
    expect(met).toEqual(steps.map(([code]) => code));
  });

  it('for a task: unknown before deleted, deleted before completed, completed before its status', async () => {
    const task_id = await createCompleted();
    expect((await full.call('pause', { task_id })).code).toBe(3010101);
    expect((await full.call('delete', { task_id })).code).toBe(0);
    expect((await full.call('pause', { task_id })).code).toBe(3010102);
  });
});
