import type { Account } from '../account/token.ts';
import type { SqlValue } from '../store/database.ts';
import type { World } from '../world.ts';
import type { Task, TaskFilter, TaskSort } from './task.ts';

const ORDER: Readonly<Record<TaskSort, string>> = {
  id: 'id',
  name: 'name',
  created: 'created_at',
  started: 'started_at',
  ended: 'finished_at',
};

/** Tasks of the enterprise, deleted ones and pools too, a page of them (spec 1.7). */
export function queryTasks(
  world: World,
  account: Account,
  filter: TaskFilter,
): { total: number; tasks: Task[] } {
  const conditions = ['business_id = ?'];
  const values: SqlValue[] = [account.enterprise.id];
  const add = (condition: string, ...more: SqlValue[]) => {
    conditions.push(condition);
    values.push(...more);
  };
  if (filter.taskId !== null) add('id = ?', world.ids.parseTask(filter.taskId) ?? -1);
  if (filter.createdFrom !== null) add('created_at >= ?', filter.createdFrom);
  if (filter.createdTo !== null) add('created_at <= ?', filter.createdTo);
  if (filter.nameContains !== null) add('instr(name, ?) > 0', filter.nameContains);
  const statuses = [...new Set(filter.statuses)];
  if (statuses.length > 0) add(`status IN (${statuses.map(() => '?').join()})`, ...statuses);
  const where = conditions.join(' AND ');
  const direction = filter.descending ? 'DESC' : 'ASC';
  const column = ORDER[filter.sort];
  const order = column === 'id' ? `id ${direction}` : `${column} ${direction}, id ${direction}`;
  const ids = world.database
    .prepare<{ id: number }>(`SELECT id FROM task WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`)
    .all(...values, filter.pageSize, (filter.pageIndex - 1) * filter.pageSize);
  const tasks = ids.map(({ id }) => world.task(id)).filter((task) => task !== null);
  const total =
    world.database.prepare<{ n: number }>(`SELECT count(*) AS n FROM task WHERE ${where}`).get(...values)
      ?.n ?? 0;
  return { total, tasks };
}

/** Rows of a task that are being processed: submitted and not called yet, or in a call (`remaining`, seen). */
export function remainingRows(task: Task): number {
  return Math.max(0, task.rowCount - task.calledCount) + task.liveCount;
}
