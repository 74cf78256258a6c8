import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { APPS, PlatformClient } from '../../conformance/platform-client.ts';
import { ControlClient, callOut } from '../../support/control.ts';
import { type Json, startSimulator, type TestSimulator } from '../../support/simulator.ts';

let simulator: TestSimulator;
let control: ControlClient;
let client: PlatformClient;

beforeEach(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator);
  client = await PlatformClient.open(simulator.app, APPS.full);
});

afterEach(() => simulator.stop());

const idle = () => control.post('/clock/advance', { until: 'idle' });
const rowsOf = async (taskId: string, query = ''): Promise<Json[]> =>
  (await control.get(`/tasks/${taskId}/rows${query}`)).body.items;
const waitsOf = async (taskId: string): Promise<string[]> =>
  (await rowsOf(taskId)).map(({ waitsFor }) => waitsFor.replace(/[\da-f-]{36}/, '<uuid>'));

/** A task with these numbers, made through the platform. */
async function createTask(numbers: readonly string[], change: Record<string, unknown> = {}): Promise<string> {
  const { result, text } = await client.call('create', {
    task_name: 'campaign',
    robot_id: '719',
    line_num: '055196866001',
    recall_count: 1,
    time_recall_wait: 600,
    time_range: [],
    time_begin: 1_767_578_400_000,
    ...change,
  });
  const taskId = String(result.task_id);
  if (numbers.length > 0) {
    const inserted = await client.call('insert', {
      task_id: taskId,
      call_column: ['客户手机号码', '姓名'],
      call_list: numbers.map((number) => [number, '张']),
    });
    if (inserted.code !== 0) throw new Error(`${text} ${inserted.text}`);
  }
  return taskId;
}

const start = async (taskId: string) => {
  const { code } = await client.call('start', { task_id: taskId });
  if (code !== 0) throw new Error(`start: ${code}`);
  await control.post('/clock/advance', { by: '0s' });
};

describe('GET /tasks', () => {
  it('shows the tasks of all enterprises, pools too, from the inside', async () => {
    const { items } = (await control.get('/tasks')).body;
    expect(items.map(({ type, appId }: Json) => [type, appId])).toEqual([
      [0, '20180739'],
      [2, '20180739'],
      [2, '20180740'],
      [2, '20180741'],
      [2, '20180742'],
    ]);
    expect(items[0]).toMatchObject({
      taskId: '129',
      name: '测试外呼',
      status: 0,
      deleted: false,
      lineNums: ['055196866001'],
      recallCount: 1,
      timeRecallWait: 600,
      rowCount: 0,
      timeBegin: '2018-05-26T15:58:12.000+08:00',
      timeEnd: null,
      startedAt: null,
      waitsFor: 'not started',
    });
    expect(items[1].waitsFor).toBeNull();
  });

  it('is found by each of its fields', async () => {
    const taskId = await createTask(['19900005001'], { task_name: '催收 A' });
    await client.call('delete', { task_id: '129' });
    const found = async (query: string) =>
      (await control.get(`/tasks?${query}`)).body.items.map(({ taskId }: Json) => taskId);
    expect(await found(`taskId=${taskId}`)).toEqual([taskId]);
    expect(await found('taskId=nonsense')).toEqual([]);
    expect(await found(`name=${encodeURIComponent('催收 A')}`)).toEqual([taskId]);
    expect(await found('type=0')).toEqual(['129', taskId]);
    expect(await found('type=0&deleted=true')).toEqual(['129']);
    expect(await found('status=0&deleted=false')).toEqual([taskId]);
    expect(await found('status=finished')).toEqual(['129']);
    expect(await found('robotId=719')).toEqual([taskId]);
    expect(await found('appId=20180742')).toHaveLength(1);
    expect(await found('businessId=168')).toHaveLength(1);
    expect(await found('businessId=167')).toHaveLength(5);
  });

  it('comes in pages', async () => {
    const ids: string[] = [];
    for (let query = '?limit=2'; ; ) {
      const { items, next } = (await control.get(`/tasks${query}`)).body;
      ids.push(...items.map(({ taskId }: Json) => taskId));
      if (next === null) break;
      expect(next).toBe(ids.at(-1));
      query = `?limit=2&after=${next}`;
    }
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
  });
});

describe('GET /tasks/:id', () => {
  it('shows one task', async () => {
    expect((await control.get('/tasks/129')).body).toEqual((await control.get('/tasks')).body.items[0]);
  });

  it.each(['130', 'x', '-1', '9999999999999999'])('answers 404 for %s, and for its rows', async (id) => {
    expect(await control.get(`/tasks/${id}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'not-found' } },
    });
    expect((await control.get(`/tasks/${id}/rows`)).status).toBe(404);
  });
});

describe('GET /tasks/:id/rows', () => {
  it('shows what became of a row', async () => {
    const taskId = await createTask(['19900005001', '19900001008'], { recall_count: 0 });
    await start(taskId);
    await idle();
    const calls = (await control.get(`/calls?taskId=${taskId}`)).body.items;
    expect(await rowsOf(taskId)).toEqual([
      {
        taskDataId: expect.stringMatching(/^\d+$/),
        rowIndex: 1,
        callee: '19900005001',
        head: ['客户手机号码', '姓名'],
        value: ['19900005001', '张'],
        lineNum: null,
        robotId: null,
        tries: 1,
        result: '0',
        callUuid: calls[0].callUuid,
        waitsFor: 'answered',
      },
      expect.objectContaining({
        rowIndex: 2,
        tries: 1,
        result: '8',
        callUuid: calls[1].callUuid,
        waitsFor: 'done: result 8',
      }),
    ]);
  });

  it('says what each row waits for, all along the way of a task', async () => {
    const taskId = await createTask(['19900002001', '19900005001', '19900001008']);
    expect(await waitsOf(taskId)).toEqual(Array(3).fill('not started'));
    await start(taskId);
    expect(await waitsOf(taskId)).toEqual(Array(3).fill('in call <uuid>'));
    await control.post('/wait', { for: 'call', where: { callee: '19900001008' }, advance: true });
    expect(await waitsOf(taskId)).toEqual([
      'in call <uuid>',
      'in call <uuid>',
      'waiting for the next recall round',
    ]);
    await control.post('/wait', { for: 'task', where: { taskId, status: 5 }, advance: true });
    const { recallAt } = (await control.get(`/tasks/${taskId}`)).body;
    const next = `waiting for the next recall round at ${recallAt}`;
    expect(await waitsOf(taskId)).toEqual([next, 'answered', next]);
    await client.call('pause', { task_id: taskId });
    expect((await waitsOf(taskId))[0]).toBe(`${next}, paused`);
    await start(taskId);
    expect(await waitsOf(taskId)).toEqual(['in call <uuid>', 'answered', 'in call <uuid>']);
    await idle();
    expect(await waitsOf(taskId)).toEqual(['answered', 'answered', 'done: result 8']);
    expect((await control.get(`/tasks/${taskId}`)).body).toMatchObject({
      status: 4,
      waitsFor: 'nothing: the task is completed',
    });
  });

  it('says of rows in a recall round that they wait for a channel, as in the first one', async () => {
    const numbers = Array.from({ length: 12 }, () => '19900001020');
    const taskId = await createTask(numbers, { line_num: '69101338' });
    await start(taskId);
    const expected = [...Array(10).fill('in call <uuid>'), 'waiting for a channel', 'waiting for a channel'];
    expect(await waitsOf(taskId)).toEqual(expected);
    await control.post('/wait', { for: 'task', where: { taskId, status: 5 }, advance: true });
    // The channel of the last call rests.
    await control.post('/clock/advance', { by: '2s' });
    await start(taskId);
    expect((await control.get(`/tasks/${taskId}`)).body.recalled).toBe(1);
    expect(await waitsOf(taskId)).toEqual(expected);
  });

  it.each([
    [
      'a time to come',
      { time_begin: 1_767_582_000_000 },
      'waiting for the task to begin at 2026-01-05T11:00:00.000+08:00',
    ],
    [
      'hours to come',
      { time_range: ['19:00:00-20:00:00'] },
      'outside working time until 2026-01-05T19:00:00.000+08:00',
    ],
  ])('says that it waits for %s', async (_, change, expected) => {
    const taskId = await createTask(['19900005001'], change);
    await start(taskId);
    expect(await waitsOf(taskId)).toEqual([expected]);
    expect((await control.get(`/tasks/${taskId}`)).body.waitsFor).toBe(expected);
  });

  it('says that a task is paused, or deleted, or over', async () => {
    const taskId = await createTask(['19900005001'], {
      time_begin: 1_767_582_000_000,
      time_end: 1_767_585_600_000,
    });
    await start(taskId);
    await client.call('pause', { task_id: taskId });
    expect(await waitsOf(taskId)).toEqual(['paused']);
    await control.post('/clock/advance', { by: '3h' });
    expect(await waitsOf(taskId)).toEqual(['never called: the task has expired']);
    client = await PlatformClient.open(simulator.app, APPS.full);
    await client.call('delete', { task_id: taskId });
    expect(await waitsOf(taskId)).toEqual(['never called: the task is deleted']);
  });

  it('says that minutes are missing, and dials as soon as there are some', async () => {
    await control.post('/enterprises/167', { balance: 1 });
    const taskId = await createTask(Array(51).fill('19900005001').slice(0, 50), {
      line_num: '69101338',
      recall_count: 0,
    });
    await start(taskId);
    await control.post('/clock/advance', { by: '5m' });
    expect((await waitsOf(taskId)).slice(10)).toEqual(
      Array(40).fill('the balance of enterprise 167 is used up'),
    );
    await control.post('/enterprises/167', { balance: null });
    await control.post('/clock/advance', { by: '0s' });
    expect((await waitsOf(taskId)).slice(10, 21)).toEqual([
      ...Array(10).fill('in call <uuid>'),
      'waiting for a channel',
    ]);
  });

  it('says that an enterprise is disabled, and dials once it is enabled', async () => {
    const taskId = await createTask(['19900005001']);
    await control.post('/enterprises/167', { enabled: false });
    await simulator.simulation.execute((world) => {
      const task = world.task(world.ids.parseTask(taskId) ?? 0);
      if (task === null) throw new Error('no task');
      task.status = 2;
      world.touchTask(task);
    });
    await control.post('/clock/advance', { by: '1m' });
    expect(await waitsOf(taskId)).toEqual(['enterprise 167 is disabled']);
    await control.post('/enterprises/167', { enabled: true });
    await control.post('/clock/advance', { by: '0s' });
    expect(await waitsOf(taskId)).toEqual(['in call <uuid>']);
  });

  it('shows the rows of a pool with the line that each is for', async () => {
    const [first] = await callOut(simulator, ['19900001020'], '69101338');
    await callOut(simulator, ['19900005001'], '055169101407');
    const pool = (await control.get('/tasks?type=2&appId=20180739')).body.items[0].taskId;
    expect(
      (await rowsOf(pool)).map(({ lineNum, robotId, waitsFor }) => [lineNum, robotId, waitsFor]),
    ).toEqual([
      ['69101338', '719', 'waiting for a channel'],
      ['055169101407', '719', 'waiting for a channel'],
    ]);
    await idle();
    expect(await waitsOf(pool)).toEqual(['done: result 20', 'answered']);
    expect(await rowsOf(pool, `?taskDataId=${first}`)).toMatchObject([{ rowIndex: 1 }]);
    expect(await rowsOf('129', `?taskDataId=${first}`)).toEqual([]);
    expect(await rowsOf(pool, '?taskDataId=nonsense')).toEqual([]);
  });

  it('comes in pages across submissions', async () => {
    const taskId = await createTask(Array(30).fill('19900005001'));
    for (let i = 0; i < 3; i++) {
      const more = {
        task_id: taskId,
        call_column: ['客户手机号码', '姓名'],
        call_list: Array(30).fill(['19900005001', 'x']),
      };
      expect((await client.call('insert', more)).code).toBe(0);
    }
    const indexes: number[] = [];
    for (let query = '?limit=7'; ; ) {
      const { items, next } = (await control.get(`/tasks/${taskId}/rows${query}`)).body;
      indexes.push(...items.map(({ rowIndex }: Json) => rowIndex));
      if (next === null) break;
      query = `?limit=7&after=${next}`;
    }
    expect(indexes).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
    expect(await rowsOf(taskId)).toHaveLength(100);
  });
});
