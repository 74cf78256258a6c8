import type { World } from '../world.ts';
import { FRESH } from './create.ts';
import { createPool } from './pool.ts';
import { TASK_STATUS } from './task.ts';

/** Places what stands from the start: a pool for each app that has none, and the tasks of the fixtures. */
export function placeFixtures(world: World): void {
  for (const app of world.accounts.fixtures.apps) if (world.poolOf(app.id) === null) createPool(world, app);
  for (const fixture of world.accounts.fixtures.tasks) {
    if (world.task(fixture.taskId) !== null) continue;
    const app = world.accounts.app(fixture.appId);
    if (app === undefined) continue;
    const { taskId, appId, taskName, ...rest } = fixture;
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
  }
}
