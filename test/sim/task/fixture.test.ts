import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Fixtures } from '../../../src/sim/account/account.ts';
import { DEFAULT_FIXTURES } from '../../support/dialogue.ts';
import { Stage } from '../../support/stage.ts';

/** Tasks like the default one, with other ids. */
function tasks(...ids: readonly number[]): Fixtures['tasks'] {
  return DEFAULT_FIXTURES.tasks.flatMap((task) =>
    ids.map((taskId) => ({ ...task, taskId, taskName: `固定${taskId}` })),
  );
}

async function create(stage: Stage, count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let i = 0; i < count; i++) ids.push(Number(await stage.create()));
  return ids;
}

async function poolsOf(stage: Stage): Promise<number[]> {
  const rows = await stage.rows<{ id: number }>('SELECT id FROM task WHERE type = 2 ORDER BY id');
  return rows.map(({ id }) => id);
}

describe('where ids are small', () => {
  it('a task of the fixtures keeps its id, which created ones pass over, however many come', async () => {
    await using stage = await Stage.open({ ids: 'small' });
    await stage.call('start', { task_id: '129' });
    const ids = await create(stage, 126);
    expect(ids).toEqual(Array.from({ length: 127 }, (_, i) => i + 5).filter((id) => id !== 129));
    const { rows } = (await stage.call('query', { task_id: '129' })).result;
    expect(rows).toMatchObject([{ task_name: '测试外呼', robot_id: '11' }]);
    expect(await stage.status('129')).not.toBe(0);
  });

  it('pools pass over the tasks of the fixtures, too, and the first task created takes the smallest id left', async () => {
    const fixtures = { tasks: tasks(1, 3, 4, 7, 8) };
    await using stage = await Stage.open({ ids: 'small', fixtures });
    expect(await poolsOf(stage)).toEqual([2, 5, 6, 9]);
    expect(await create(stage, 2)).toEqual([10, 11]);
    const placed = await stage.rows('SELECT id, name FROM task WHERE id IN (1, 3, 4, 7, 8) ORDER BY id');
    expect(placed).toEqual([1, 3, 4, 7, 8].map((id) => ({ id, name: `固定${id}` })));
    expect(stage.logged).toEqual([]);
  });

  it('a task that came with fixtures before is passed over though these have it no more', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-id-'));
    const options = { ids: 'small', dataDir: folder.path } as const;
    await (await Stage.open({ ...options, fixtures: { tasks: tasks(6) } })).close();
    await using stage = await Stage.open({ ...options, fixtures: { tasks: [] } });
    expect(await create(stage, 2)).toEqual([5, 7]);
  });

  it('a task of new fixtures whose id a state has given away is told of, and those beside it are placed', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-id-'));
    const options = { ids: 'small', dataDir: folder.path } as const;
    await (await Stage.open(options)).close();
    const stage = await Stage.open({ ...options, fixtures: { tasks: tasks(2, 30) }, expectErrors: true });
    await using _ = stage;
    expect(stage.logged).toEqual([
      'task 2, "固定2", is not placed: in this state 2 is "任务池" of app 20180740',
    ]);
    expect(await stage.rows('SELECT name FROM task WHERE id IN (2, 30) ORDER BY id')).toEqual([
      { name: '任务池' },
      { name: '固定30' },
    ]);
  });
});

describe('what a task of the fixtures pushes of intentions', () => {
  const intentionPush = ['A', 'B', '"有意向"'];
  const fixtures = { tasks: DEFAULT_FIXTURES.tasks.map((task) => ({ ...task, intentionPush })) };

  async function told(stage: Stage, filter: object): Promise<unknown[]> {
    const { rows } = (await stage.call('query', filter)).result as { rows: Record<string, unknown>[] };
    return rows.map((row) => row.intention_push);
  }

  it('is told by task/query as JSON in a text, and is nothing where the fixtures say nothing', async () => {
    await using stage = await Stage.open({ fixtures });
    const created = await stage.create();
    expect(await told(stage, { task_id: '129' })).toEqual([JSON.stringify(intentionPush)]);
    expect(await told(stage, { task_id: created })).toEqual(['[]']);
    await using plain = await Stage.open();
    expect(await told(plain, { task_id: '129' })).toEqual(['[]']);
  });

  it('is told of no task that has its id in a state of other fixtures', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-id-'));
    const options = { ids: 'small', dataDir: folder.path } as const;
    const first = await Stage.open(options);
    const created = await first.create();
    await first.close();
    const moved = fixtures.tasks.map((task) => ({ ...task, taskId: Number(created) }));
    await using stage = await Stage.open({ ...options, fixtures: { tasks: moved }, expectErrors: true });
    expect(await told(stage, { task_id: created })).toEqual(['[]']);
  });
});
