import {
  type Condition,
  countRows,
  onColumn,
  type Page,
  type PageRequest,
  selectPage,
} from '../store/select-page.ts';
import { readTask, type TaskRow } from '../store/task-table.ts';
import type { World } from '../world.ts';
import { TASK_STATUS, type Task, type TaskStatus, type TaskType } from './task.ts';

/** Absent fields match everything. */
export interface TaskListFilter {
  /** Wire id. */
  readonly taskId?: string | undefined;
  readonly name?: string | undefined;
  /** `finished`: completed, expired or deleted. */
  readonly status?: TaskStatus | 'finished' | undefined;
  readonly robotId?: string | undefined;
  readonly appId?: string | undefined;
  readonly businessId?: string | undefined;
  readonly type?: TaskType | undefined;
  readonly deleted?: boolean | undefined;
}

const TASKS = { table: 'task' };
const NOBODY = -1;
const FINISHED = `(status IN (${TASK_STATUS.completed}, ${TASK_STATUS.expired}) OR deleted = ?)`;

/** The narrowest first. */
export function taskConditions(world: World, filter: TaskListFilter): Condition[] {
  const { taskId, name, status, robotId, appId, businessId, type, deleted } = filter;
  const conditions: Condition[] = [];
  if (taskId !== undefined) conditions.push(onColumn('id', null, world.ids.parseTask(taskId) ?? NOBODY));
  if (name !== undefined) conditions.push(onColumn('name', 'task_name', name));
  if (status === 'finished') {
    conditions.push({
      indexes: ['task_status', 'task_deleted'],
      leads: FINISHED,
      follows: FINISHED,
      value: 1,
    });
  } else if (status !== undefined) {
    conditions.push(onColumn('status', 'task_status', status));
  }
  if (robotId !== undefined) conditions.push(onColumn('robot_id', 'task_robot', robotId));
  if (appId !== undefined) conditions.push(onColumn('app_id', 'task_app', appId));
  if (businessId !== undefined) conditions.push(onColumn('business_id', 'task_enterprise', businessId));
  if (type !== undefined) conditions.push(onColumn('type', 'task_type', type));
  if (deleted !== undefined) conditions.push(onColumn('deleted', 'task_deleted', deleted ? 1 : 0));
  return conditions;
}

/** Tasks of all enterprises, deleted ones and pools too. */
export function listTasks(world: World, conditions: readonly Condition[], page: PageRequest): Page<Task> {
  const { items, next } = selectPage<TaskRow>(world.database, TASKS, { conditions, page });
  return { items: items.map(readTask), next };
}

/** Counting ends at `limit`. */
export function countTasks(world: World, conditions: readonly Condition[], limit: number): number {
  return countRows(world.database, TASKS, { conditions, limit });
}
