import type { Account } from '../account/token.ts';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import {
  checkAlive,
  checkBalance,
  checkColumns,
  checkNumbers,
  checkRobot,
  checkRowCount,
  findTask,
} from './check.ts';
import { insertSubmission } from './lane.ts';
import { type Rows, TASK_STATUS, type Task } from './task.ts';
import type { RowRange } from './wire-id.ts';

/** How rows of a submission are called. */
export interface Manner {
  readonly lineNum: string;
  readonly robotId: string | null;
  readonly voiceCode: string | null;
  readonly speed: number;
}

const AS_THE_TASK: Manner = { lineNum: '', robotId: null, voiceCode: null, speed: 0 };

/**
 * Submits rows to a new task (spec 1.6).
 * @returns the rowids, in the order of the rows
 * @throws Refusal too-many-rows, wrong-task, task-deleted, task-completed, wrong-relation, wrong-robot, wrong-columns,
 *   wrong-number, balance-used-up
 */
export function insertRows(world: World, account: Account, taskId: string, rows: Rows): RowRange {
  checkRowCount(rows.rows);
  const task = findTask(world, account, taskId);
  checkAlive(task);
  if (task.type === 2 || task.status !== TASK_STATUS.new) {
    throw new Refusal(
      'wrong-relation',
      `task ${taskId} takes no rows: type ${task.type}, status ${task.status}; expected type 0, status 0: rows come before the start`,
    );
  }
  if (task.rowCount + rows.rows.length > world.config.task.maxRows) {
    throw new Refusal(
      'too-many-rows',
      `task ${taskId} has ${task.rowCount} rows, at most ${world.config.task.maxRows}`,
    );
  }
  const robot = checkRobot(world, account, task.robotId ?? '');
  checkColumns(robot.callColumn, rows);
  checkNumbers(world, rows.rows);
  checkBalance(account.enterprise);
  return appendRows(world, task, rows, AS_THE_TASK);
}

/** Appends checked rows to a task's lane. @returns the rowids, in the order of the rows */
export function appendRows(world: World, task: Task, rows: Rows, manner: Manner): RowRange {
  const count = rows.rows.length;
  // Its revision is kept from now on: the rows can be called even if later fixtures have the robot no more.
  const robot = world.accounts.robot(manner.robotId ?? task.robotId ?? '');
  if (robot !== undefined) world.accounts.revisionOf(robot);
  const first = world.takeNumber('row', count);
  insertSubmission(world.database, {
    id: first,
    taskId: task.id,
    firstIndex: task.rowCount + 1,
    columns: rows.columns,
    rows: rows.rows,
    ...manner,
  });
  task.rowCount += count;
  world.countTask(task);
  const lane = world.openLane(task.id, manner.lineNum);
  lane.lastIndex = task.rowCount;
  world.touchLane(lane);
  world.tell('task.rows', () => ({ taskId: world.ids.task(task.id), count }));
  return { first, count };
}
