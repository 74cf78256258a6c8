import { describe, expect, it } from 'vitest';
import { FRESH } from '../../../src/sim/task/create.ts';
import type { Task } from '../../../src/sim/task/task.ts';
import type { World } from '../../../src/sim/world.ts';
import { Stage } from '../../support/stage.ts';

/** More than are kept at rest, of tasks and of lanes. */
const MANY = 1100;

function addTask(world: World): number {
  const task: Task = {
    ...FRESH,
    id: world.takeTaskId(),
    businessId: '167',
    appId: '20180739',
    type: 0,
    name: 'at rest',
    robotId: '719',
    lineNums: [],
    voiceCode: null,
    recallCount: 0,
    timeRecallWait: 0,
    timeRange: [],
    timeBegin: 0,
    timeEnd: null,
    turbo: false,
    createdAt: world.now,
  };
  world.touchTask(task);
  return task.id;
}

function taskOf(world: World, id: number): Task {
  const task = world.task(id);
  if (task === null) throw new Error(`there is no task ${id}`);
  return task;
}

describe('within a batch', () => {
  it('what is written of a task with its counts is not overwritten by those of a command before', async () => {
    await using stage = await Stage.open();
    const { simulation } = stage;
    const id = await simulation.execute(addTask);
    await Promise.all([
      simulation.execute((world) => {
        const task = taskOf(world, id);
        task.rowCount = 3;
        world.countTask(task);
      }),
      simulation.execute((world) => {
        const task = taskOf(world, id);
        task.rowCount = 5;
        world.touchTask(task);
      }),
    ]);
    expect(await stage.rows('SELECT row_count FROM task WHERE id = ?', id)).toEqual([{ row_count: 5 }]);
  });

  it('a lane stays as far as it was when a command has a bug', async () => {
    await using stage = await Stage.open();
    const { simulation } = stage;
    const id = await simulation.execute(addTask);
    const move = (world: World) => {
      const lane = world.openLane(id, '');
      lane.lastIndex += 3;
      world.touchLane(lane);
    };
    const [, , left] = await Promise.allSettled([
      simulation.execute(move),
      simulation.execute((world) => {
        move(world);
        throw new Error('a bug');
      }),
      simulation.execute((world) => world.lane(id, '')?.lastIndex),
    ]);
    expect(left).toMatchObject({ value: 3 });
  });

  it('a task and a lane are found as they were counted, however many others were looked at since', async () => {
    await using stage = await Stage.open();
    const { simulation } = stage;
    const ids = await simulation.execute((world) => Array.from({ length: MANY }, () => addTask(world)));
    const [first = 0] = ids;
    const [, , found] = await Promise.all([
      simulation.execute((world) => {
        const task = taskOf(world, first);
        task.rowCount = 3;
        world.countTask(task);
        const lane = world.openLane(first, '');
        lane.lastIndex = 3;
        world.touchLane(lane);
      }),
      simulation.execute((world) => {
        for (const id of ids.slice(1)) {
          world.touchTask(taskOf(world, id));
          world.touchLane(world.openLane(id, ''));
        }
      }),
      simulation.execute((world) => {
        addTask(world);
        return [taskOf(world, first).rowCount, world.lane(first, '')?.lastIndex];
      }),
    ]);
    expect(found).toEqual([3, 3]);
  });
});
