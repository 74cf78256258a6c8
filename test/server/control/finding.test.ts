import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FINDINGS } from '../../../src/server/platform/finding/finding.ts';
import { APPS, PlatformClient } from '../../conformance/platform-client.ts';
import { ControlClient } from '../../support/control.ts';
import { type Json, startSimulator, type TestSimulator } from '../../support/simulator.ts';

const TEN_S = 1_767_578_400;
const TASK = { task_name: '测试', line_num: '055196866001', robot_id: '719', time_begin: TEN_S * 1000 };
const ROWS = { line_num: '69101338', robot_id: '719', call_column: ['客户手机号码', '姓名'] };

let simulator: TestSimulator;
let control: ControlClient;
let client: PlatformClient;

beforeEach(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator);
  client = await PlatformClient.open(simulator.app, APPS.full);
});

afterEach(() => simulator.stop());

/** Of the last call. */
async function findings(): Promise<string[]> {
  return (await control.get('/requests')).body.items.at(-1).findings;
}

describe('the journal notes', () => {
  it('nothing of a client that does all as it should', async () => {
    await client.call('config', { type: 2 });
    const { result } = await client.call('create', TASK);
    await client.call('insert', {
      task_id: result.task_id,
      call_column: ['客户手机号码', '姓名'],
      call_list: [['13800000001', '张']],
    });
    await client.call('start', { task_id: result.task_id });
    await client.call('query', { task_id: result.task_id });
    expect((await control.get('/findings')).body).toEqual({ items: [], next: null, dropped: 0 });
    expect((await control.get('/requests?findings=true')).body.items).toEqual([]);
  });

  it('a token for each call', async () => {
    for (let i = 0; i < 3; i++) {
      const own = await PlatformClient.open(simulator.app, APPS.full);
      expect(await findings()).toHaveLength(i === 0 ? 0 : 1);
      await own.call('create', TASK);
    }
    expect((await control.get('/findings')).body.items).toMatchObject([
      { code: 'token-per-call', count: 2, operations: ['token'] },
    ]);
  });

  it('fast polling', async () => {
    for (let i = 0; i < 3; i++) await client.call('query', { task_id: '129' });
    expect(await findings()).toEqual([
      expect.stringMatching(/^polling-fast: the same task\/query \d+ ms after/),
    ]);
  });

  it('a misspelt field, with the one that is meant', async () => {
    await client.call('create', { ...TASK, time_endd: 1 });
    expect(await findings()).toEqual([
      'unknown-field: "time_endd" is no field of this operation: time_end is meant?',
    ]);
  });

  it('a task id that a number has cut, whether it is refused or just not found', async () => {
    // Ids of 16 digits may be longer than a number can tell: one in ten is.
    let taskId = '';
    while (Number(taskId) <= Number.MAX_SAFE_INTEGER || String(Number(taskId)) === taskId) {
      taskId = String((await client.call('create', TASK)).result.task_id);
    }
    const cut = String(Number(taskId));
    expect(await client.call('start', { task_id: cut })).toMatchObject({ code: 200_202 });
    expect(await findings()).toEqual([
      `id-cut-by-number: task_id ${cut} is unknown; ${taskId} cut to a double`,
    ]);
    expect((await client.call('query', `{"task_id":${cut}}`)).result).toMatchObject({ total_rows: 0 });
    expect(await findings()).toHaveLength(1);
    expect(await client.call('start', { task_id: taskId })).toMatchObject({ code: 0 });
    expect(await findings()).toEqual([]);
  });

  it('a refusal that is retried blindly, and not one that was mended', async () => {
    const bad = { ...ROWS, call_list: [['10086', '张']] };
    await client.call('callout', bad);
    expect(await findings()).toEqual([]);
    await client.call('callout', bad);
    expect(await findings()).toEqual([
      expect.stringMatching(/^blind-retry: the same request was refused with 200203/),
    ]);
    await client.call('callout', { ...bad, call_list: [['13800000001', '张']] });
    expect(await findings()).toEqual([]);
  });

  it.each([
    ['application/x-www-form-urlencoded', 'content-type: application/x-www-form-urlencoded'],
    ['', 'content-type: none'],
  ])('the content type "%s"', async (type, finding) => {
    await client.call('config', {}, { headers: { 'content-type': type } });
    expect(await findings()).toEqual([finding]);
  });

  it('seconds where ms are asked, and ms where seconds are', async () => {
    await client.call('create', { ...TASK, time_begin: TEN_S, time_recall_wait: 600_000 });
    expect(await findings()).toEqual([
      'ms-for-seconds: time_recall_wait: 600000 s are 6 days; 600 is meant?',
      `seconds-for-ms: time_begin: ${TEN_S} is in January 1970; ${TEN_S}000 is meant?`,
    ]);
    await client.call('query', { time_begin: TEN_S * 1000 });
    expect(await findings()).toEqual([]);
  });

  it('a number that stands in a submission twice', async () => {
    const row = ['13800000001', '张'];
    expect(
      await client.call('callout', { ...ROWS, call_list: [row, ['13800000002', '王'], row] }),
    ).toMatchObject({
      code: 0,
    });
    expect(await findings()).toEqual(['number-twice: 13800000001 stands in it more than once']);
  });
});

describe('GET /findings', () => {
  it('counts them, the most frequent first, each with the reason and the last one', async () => {
    await client.call('config', { colour: 'red' }, { headers: { 'content-type': 'text/plain' } });
    await client.call('query', { colour: 'blue', size: 1 });
    const { items } = (await control.get('/findings')).body;
    expect(items).toEqual([
      {
        code: 'unknown-field',
        why: FINDINGS['unknown-field'],
        count: 3,
        operations: ['config/query', 'task/query'],
        last: {
          requestId: '3',
          at: '2026-01-05T10:00:00.000+08:00',
          atMs: TEN_S * 1000,
          message: expect.stringContaining('"size"'),
        },
      },
      expect.objectContaining({ code: 'content-type', count: 1, operations: ['config/query'] }),
    ]);
  });

  it('is empty after a reset, which also forgets habits', async () => {
    for (let i = 0; i < 3; i++) await client.call('query');
    expect((await control.get('/findings')).body.items).toHaveLength(1);
    await control.post('/reset');
    client = await PlatformClient.open(simulator.app, APPS.full);
    for (let i = 0; i < 2; i++) await client.call('query');
    expect((await control.get('/findings')).body.items).toEqual([]);
  });

  it('counts beyond a page of the journal', async () => {
    for (let i = 0; i < 1005; i++) await client.call('config', { [`colour${i}`]: 1 });
    expect((await control.get('/findings')).body.items[0]).toMatchObject({
      code: 'unknown-field',
      count: 1005,
    });
  });

  it('tells each universe its own', async () => {
    const { body: own } = await control.post('/universes', {});
    await client.call('config', { colour: 'red' });
    expect((await control.get(`/universes/${own.id}/findings`)).body.items).toEqual([]);
    expect((await control.get('/findings')).body.items).toHaveLength(1);
  });
});

describe('GET /requests', () => {
  it('is found by whether there are findings', async () => {
    await client.call('config', { colour: 'red' });
    const ids = async (query: string) =>
      (await control.get(`/requests?${query}`)).body.items.map(({ id }: Json) => id);
    expect([await ids('findings=true'), await ids('findings=false')]).toEqual([['2'], ['1']]);
  });
});
