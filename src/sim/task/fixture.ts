import type { Fixtures } from '../account/account.ts';
import type { World } from '../world.ts';
import { FRESH } from './create.ts';
import { createPool } from './pool.ts';
import { TASK_STATUS, type Task } from './task.ts';

type TaskFixture = Fixtures['tasks'][number];

/**
 * Places what stands from the start: the tasks of the fixtures, and a pool for each app that has none. The tasks come
 * first, as their ids are given and a pool takes the next that is free.
 * @returns a sentence for each task whose id another one has, in a state of other fixtures
 */
export function placeFixtures(world: World): string[] {
  const { apps, tasks } = world.accounts.fixtures;
  const problems = tasks.flatMap((fixture) => placeTask(world, fixture) ?? []);
  for (const app of apps) if (world.poolOf(app.id) === null) createPool(world, app);
  return problems;
}

/** @returns what is in its way, if anything is */
function placeTask(world: World, fixture: TaskFixture): string | null {
  const there = world.task(fixture.taskId);
  if (there !== null) return isOf(fixture, there) ? null : describeClash(fixture, there);
  const app = world.accounts.app(fixture.appId);
  if (app === undefined) return null;
  const { taskId, appId, taskName, intentionPush: _, ...rest } = fixture;
  world.touchTask({
    ...FRESH,
    ...rest,
    id: taskId,
    appId,
    name: taskName,
    businessId: app.businessId,
    type: 0,
    createdAt: world.now,
    status: TASK_STATUS.new,
  });
  return null;
}

/** The entry that a task came of; it is asked for what a task tells and nothing else knows of. */
export function fixtureOf(world: World, task: Task): TaskFixture | undefined {
  return world.accounts.fixtures.tasks.find((fixture) => fixture.taskId === task.id && isOf(fixture, task));
}

/** Whether a task of the state came of this entry: it keeps its app and name for life. */
function isOf({ appId, taskName }: TaskFixture, { type, appId: owner, name }: Task): boolean {
  return type === 0 && owner === appId && name === taskName;
}

function describeClash({ taskId, taskName }: TaskFixture, { appId, name }: Task): string {
  return `task ${taskId}, "${taskName}", is not placed: in this state ${taskId} is "${name}" of app ${appId}`;
}
