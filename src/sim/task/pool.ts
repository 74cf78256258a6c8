import type { App } from '../account/account.ts';
import type { World } from '../world.ts';
import { FRESH } from './create.ts';
import { TASK_STATUS, type Task } from './task.ts';

/** The app's long-term task, 任务池: it exists from the start, always runs, and cannot be paused or deleted (spec 1.5). */
export function poolOf(world: World, appId: string): Task {
  const pool = world.poolOf(appId);
  if (pool === null) throw new Error(`app ${appId} has no pool`);
  return pool;
}

export function createPool(world: World, app: App): void {
  world.touchTask({
    ...FRESH,
    id: world.takeTaskId(),
    businessId: app.businessId,
    appId: app.id,
    type: 2,
    name: '任务池',
    robotId: null,
    lineNums: [],
    voiceCode: null,
    recallCount: 0,
    timeRecallWait: 0,
    timeRange: [],
    timeBegin: world.now,
    timeEnd: null,
    turbo: false,
    createdAt: world.now,
    status: TASK_STATUS.running,
    startedAt: world.now,
  });
}
