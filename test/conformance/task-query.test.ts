import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator, type TestSimulator } from '../support/simulator.ts';
import { APPS, PlatformClient } from './platform-client.ts';

const TEN = 1_767_578_400_000;
const HOUR = 3_600_000;

type Row = Record<string, unknown>;

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

async function create(task_name: string, more: object = {}): Promise<string> {
  const task = { task_name, line_num: '055196866001', robot_id: '719', time_begin: TEN, ...more };
  return String((await client.call('create', task)).result.task_id);
}

async function query(filter: object = {}): Promise<{ total: unknown; rows: Row[]; names: unknown[] }> {
  const { result } = await client.call('query', filter);
  const rows = result.rows as Row[];
  return { total: result.total_rows, rows, names: rows.map((row) => row.task_name) };
}

/** Three tasks, a second apart, beside those of the fixtures. */
async function createThree(): Promise<void> {
  for (const name of ['序甲', '序丙', '序乙']) {
    await create(name);
    await simulator.advance(1000);
  }
}

describe('the same query again', () => {
  it('tells what has changed meanwhile: a new task, its rows, its end', async () => {
    const filter = { task_name: '问' };
    expect((await query(filter)).total).toBe(0);
    const task_id = await create('再问');
    expect((await query(filter)).rows).toMatchObject([{ task_id, count_tel: 0, deleted: 0 }]);
    const rows = { call_column: ['客户手机号码', '姓名'], call_list: [['13800000001', '张先生']] };
    expect(await client.call('insert', { task_id, ...rows })).toMatchObject({ code: 0 });
    expect((await query(filter)).rows).toMatchObject([{ task_id, count_tel: 1, deleted: 0 }]);
    expect(await client.call('delete', { task_id })).toMatchObject({ code: 0 });
    expect((await query(filter)).rows).toMatchObject([{ task_id, deleted: 1 }]);
    await simulator.simulation.reset();
    client = await PlatformClient.open(simulator.app, APPS.full);
    expect((await query(filter)).total).toBe(0);
  });

  it('of another enterprise finds that one’s tasks', async () => {
    const own = await query();
    const other = await PlatformClient.open(simulator.app, APPS.poor);
    const { rows } = (await other.call('query')).result as { rows: Row[] };
    const ids = own.rows.map((row) => row.task_id);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((row) => ids.includes(row.task_id))).toEqual([]);
  });
});

describe('a task row', () => {
  it('of a new task tells what was asked for', async () => {
    const task_id = await create('新任务', {
      line_num: '055169101407;055169101408',
      recall_count: 2,
      time_recall_wait: 600,
      time_range: ['09:00:00-12:00:00', '13:00:00-17:30:00'],
      time_end: TEN + HOUR,
      voice_code: '60030',
    });
    const { rows } = await query({ task_id });
    expect(rows).toEqual([
      {
        task_id,
        task_name: '新任务',
        status: 0,
        task_type: 0,
        deleted: 0,
        time_task_start: 0,
        time_task_finish: 0,
        count_total_task: 0,
        count_tel: 0,
        count_recalled: 0,
        time_task_estimate_begin: TEN,
        time_task_estimate_end: TEN + HOUR,
        line_num: '055169101407;055169101408',
        robot_id: '719',
        robot_name: '测试话术',
        voice_code: '60030',
        voice_speed: 1,
        count_max_recall: 2,
        status_recall: '[]',
        time_recall_wait: 600,
        time_range: '["09:00:00-12:00:00","13:00:00-17:30:00"]',
        intention_push: '[]',
        process_count: 0,
        process_tel_count: 0,
        process_through_count: 0,
        process_through_rate: 0,
      },
    ]);
  });

  it('of a pool leaves out what is of ordinary tasks only', async () => {
    const { rows } = await query();
    const pool = rows.find((row) => row.task_type === 2) ?? {};
    expect(Object.keys(pool)).toEqual([
      'task_id',
      'task_name',
      'status',
      'task_type',
      'deleted',
      'time_task_start',
      'count_total_task',
      'count_tel',
      'process_count',
      'process_tel_count',
      'process_through_count',
      'process_through_rate',
    ]);
    expect(pool).toMatchObject({ status: 2, deleted: 0 });
  });

  it('of a task that ran counts rows, calls and answers', async () => {
    const task_id = await create('跑过');
    const call_list = [
      ['19900000001', '张'],
      ['19900000002', '王'],
      ['19900001020', '李'],
    ];
    await client.call('insert', { task_id, call_column: ['客户手机号码', '姓名'], call_list });
    await client.call('start', { task_id });
    await simulator.advance(HOUR - 1);
    const { rows } = await query({ task_id });
    expect(rows[0]).toMatchObject({
      status: 4,
      time_task_start: TEN,
      time_task_finish: expect.any(Number),
      count_tel: 3,
      count_total_task: 3,
      process_count: 3,
      process_tel_count: 3,
      process_through_count: 2,
      process_through_rate: 0.6667,
    });
    expect(Number(rows[0]?.time_task_finish)).toBeGreaterThan(TEN);
  });

  it('has a 1 in status_recall for each recall round', async () => {
    const task_id = await create('重试', { recall_count: 2 });
    const rows = { call_column: ['客户手机号码', '姓名'], call_list: [['19900001020', '李']] };
    await client.call('insert', { task_id, ...rows });
    await client.call('start', { task_id });
    await simulator.advance(HOUR - 1);
    expect((await query({ task_id })).rows[0]).toMatchObject({
      status: 4,
      count_recalled: 2,
      status_recall: '[1,1]',
      process_count: 3,
      process_tel_count: 1,
      process_through_rate: 0,
    });
  });

  it('of a deleted task is still there, as deleted', async () => {
    const task_id = await create('删除');
    await client.call('delete', { task_id });
    expect((await query({ task_id })).rows[0]).toMatchObject({ task_id, deleted: 1 });
  });

  it('has `remaining` when it is asked for, and not otherwise', async () => {
    const task_id = await create('剩余');
    const rows = { call_column: ['客户手机号码', '姓名'], call_list: [['13800000001', '张']] };
    await client.call('insert', { task_id, ...rows });
    expect((await query({ task_id, show_remaining: true })).rows[0]).toMatchObject({ remaining: 1 });
    expect((await query({ task_id })).rows[0]).not.toHaveProperty('remaining');
  });
});

describe('a filter', () => {
  it('by id finds that task alone', async () => {
    await createThree();
    expect(await query({ task_id: '129' })).toMatchObject({ total: 1, names: ['测试外呼'] });
    expect(await query({ task_id: '130' })).toMatchObject({ total: 0, rows: [] });
  });

  it('by name finds what contains it', async () => {
    await createThree();
    expect((await query({ task_name: '甲' })).names).toEqual(['序甲']);
    expect((await query({ task_name: '%' })).names).toEqual([]);
    expect((await query({ task_name: '_' })).names).toEqual([]);
  });

  it('by creation time takes both ends in', async () => {
    await createThree();
    expect((await query({ task_name: '序', time_begin: TEN + 1000, time_end: TEN + 2000 })).names).toEqual([
      '序乙',
      '序丙',
    ]);
    expect((await query({ task_name: '序', time_begin: TEN + 1001 })).names).toEqual(['序乙']);
  });

  it('by status takes several, 0 among them', async () => {
    await createThree();
    expect((await query({ task_status_list: [0, 4] })).names).toEqual(
      expect.arrayContaining(['序甲', '测试外呼']),
    );
    expect((await query({ task_status_list: [2] })).rows.every((row) => row.task_type === 2)).toBe(true);
    expect((await query({ task_status_list: [7] })).rows).toEqual([]);
  });

  it('by status takes one as often as it is sent, and no other value however few', async () => {
    await createThree();
    const often = Array.from({ length: 40_000 }, (_, i) => (i % 2 === 0 ? 0 : '7'));
    expect(await query({ task_name: '序', task_status_list: often })).toEqual(
      await query({ task_name: '序', task_status_list: [0, 7] }),
    );
    for (const odd of [8, -1, 1.5, 'x']) {
      expect((await client.call('query', { task_status_list: [...often, odd] })).code).toBe(10005);
    }
  });

  it("never finds another enterprise's tasks", async () => {
    const poor = await PlatformClient.open(simulator.app, APPS.poor);
    const { result } = await poor.call('query', { task_id: '129' });
    expect(result).toEqual({ total_rows: 0, rows: [] });
  });
});

describe('an order', () => {
  it.each([
    [{}, ['序乙', '序丙', '序甲']],
    [{ sort_name: 'CREATETIME', sort_order: 'ASC' }, ['序甲', '序丙', '序乙']],
    [{ sort_name: 'createtime', sort_order: 'desc' }, ['序乙', '序丙', '序甲']],
    [{ sort_name: 'NAME', sort_order: 'ASC' }, ['序丙', '序乙', '序甲']],
    [{ sort_name: 'ID', sort_order: 'ASC' }, ['序甲', '序丙', '序乙']],
  ])('of %j', async (sort, names) => {
    await createThree();
    expect((await query({ task_name: '序', ...sort })).names).toEqual(names);
  });

  it('breaks ties by id', async () => {
    for (let i = 0; i < 12; i++) await create(`同${String(i).padStart(2, '0')}`);
    const up = await query({ task_name: '同', sort_name: 'CREATETIME', sort_order: 'ASC' });
    const down = await query({ task_name: '同', sort_name: 'CREATETIME', sort_order: 'DESC' });
    expect(up.names).toEqual(Array.from({ length: 12 }, (_, i) => `同${String(i).padStart(2, '0')}`));
    expect(down.names).toEqual(up.names.toReversed());
  });
});

describe('a page', () => {
  it('has 20 rows unless told otherwise, and total_rows counts all', async () => {
    for (let i = 0; i < 25; i++) await create(`页${i}`);
    const first = await query({ task_name: '页' });
    const second = await query({ task_name: '页', page_index: 2 });
    expect([first.total, first.rows.length, second.total, second.rows.length]).toEqual([25, 20, 25, 5]);
    expect(new Set([...first.names, ...second.names]).size).toBe(25);
  });

  it('behind the last is empty', async () => {
    expect((await query({ page_index: 1000 })).rows).toEqual([]);
    expect((await query({ page_index: 2 ** 31 - 1, page_size: 50 })).rows).toEqual([]);
  });

  it('may have 50 rows', async () => {
    expect((await client.call('query', { page_size: 50 })).code).toBe(0);
  });
});
