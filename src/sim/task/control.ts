import type { Account } from '../account/token.ts';
import { cutCall } from '../call/step.ts';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import { checkAlive, checkBalance, checkLine, checkLineNotHeld, checkRobot, findTask } from './check.ts';
import { moveTask } from './progress.ts';
import { TASK_STATUS, type Task } from './task.ts';

/** @throws Refusal wrong-task, task-deleted, task-completed, wrong-robot, wrong-relation, line-held, balance-used-up, outside-working-time */
export function startTask(world: World, account: Account, taskId: string): void {
  const task = findTask(world, account, taskId);
  checkAlive(task);
  // A pool always runs: starting it changes nothing (choice).
  if (task.type === 2) return;
  const ended = task.timeEnd !== null && world.now >= task.timeEnd;
  // Started already: no change, code 0.
  if (!ended && (task.status === TASK_STATUS.started || task.status === TASK_STATUS.running)) return;
  checkRobot(world, account, task.robotId ?? '');
  for (const lineNum of task.lineNums) checkLine(world, account, lineNum);
  for (const lineNum of task.lineNums) checkLineNotHeld(world, lineNum, task);
  checkBalance(account.enterprise);
  if (ended) {
    throw new Refusal('outside-working-time', `task ${taskId} ended at ${task.timeEnd}`);
  }
  moveTask(world, task, 'start');
}

/** Calls under way finish; nothing new is dialled. @throws Refusal wrong-task, task-deleted, task-completed, wrong-relation */
export function pauseTask(world: World, account: Account, taskId: string): void {
  const task = findTask(world, account, taskId);
  checkAlive(task);
  refusePool(task, taskId);
  moveTask(world, task, 'pause');
}

/** Calls under way are cut at once. @throws Refusal wrong-task, task-deleted, wrong-relation */
export function deleteTask(world: World, account: Account, taskId: string): void {
  const task = findTask(world, account, taskId);
  if (task.deleted) throw new Refusal('task-deleted', `task ${taskId} is deleted already`);
  refusePool(task, taskId);
  task.deleted = true;
  world.touchTask(task);
  for (const call of [...world.calls.values()]) if (call.row?.taskId === task.id) cutCall(world, call);
  world.tell('task.deleted', () => ({ taskId }));
}

function refusePool(task: Task, taskId: string): void {
  if (task.type === 2)
    throw new Refusal('wrong-relation', `task ${taskId} is a pool: it can be neither paused nor deleted`);
}
