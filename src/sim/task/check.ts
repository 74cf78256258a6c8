import type { Enterprise, Line, Robot } from '../account/account.ts';
import { isUsedUp } from '../account/balance.ts';
import { isExpired } from '../account/line-state.ts';
import type { Account } from '../account/token.ts';
import { refusedByNumber } from '../call/magic-number.ts';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import { MOST_ROWS } from './lane.ts';
import type { Rows, Task } from './task.ts';

/* The checks of spec 1.3, each of them a step of the documented order. All throw a Refusal and change nothing. */

export function checkRowCount(rows: Rows['rows']): void {
  if (rows.length > MOST_ROWS)
    throw new Refusal('too-many-rows', `${rows.length} rows, at most ${MOST_ROWS} at a time`);
}

/** @returns the enterprise's task, deleted or not */
export function findTask(world: World, account: Account, wireId: string): Task {
  const id = world.ids.parseTask(wireId);
  const task = id === null ? null : world.task(id);
  if (task === null || task.businessId !== account.enterprise.id) {
    throw new Refusal('wrong-task', `no task ${wireId} in enterprise ${account.enterprise.id}`);
  }
  return task;
}

export function checkAlive(task: Task): void {
  if (task.deleted) throw new Refusal('task-deleted', `task ${task.id} is deleted`);
  if (task.status === 4) throw new Refusal('task-completed', `task ${task.id} is completed`);
}

export function checkRobot(world: World, account: Account, robotId: string): Robot {
  const robot = world.accounts.robot(robotId);
  if (
    robot === undefined ||
    robot.businessId !== account.enterprise.id ||
    robot.deleted ||
    robot.status !== 4
  ) {
    throw new Refusal('wrong-robot', `no published robot ${robotId} in enterprise ${account.enterprise.id}`);
  }
  return robot;
}

export function checkLine(world: World, account: Account, lineNum: string): Line {
  const line = world.accounts.line(lineNum);
  if (line === undefined || line.businessId !== account.enterprise.id) {
    throw new Refusal('wrong-relation', `no line ${lineNum} in enterprise ${account.enterprise.id}`);
  }
  if (isExpired(line, world.now)) throw new Refusal('wrong-relation', `line ${lineNum} has expired`);
  return line;
}

/** @param own a task that may hold the line itself */
export function checkLineNotHeld(world: World, lineNum: string, own: Task | null): void {
  const holder = world.holderOf(lineNum);
  if (holder !== null && holder.id !== own?.id) {
    throw new Refusal('line-held', `line ${lineNum} is held by task ${world.ids.task(holder.id)}`);
  }
}

export function checkVoice(world: World, account: Account, voiceCode: string | null): void {
  if (voiceCode === null) return;
  if (!world.accounts.voices(account.enterprise.id).some((voice) => voice.code === voiceCode)) {
    throw new Refusal('wrong-voice', `no voice ${voiceCode} in enterprise ${account.enterprise.id}`);
  }
}

/** @returns the speed as a number, 0 if not sent */
export function checkSpeed(speed: unknown): number {
  if (speed === null || speed === undefined || speed === '') return 0;
  const value = typeof speed === 'string' && /^[+-]?\d+(\.\d+)?$/.test(speed.trim()) ? Number(speed) : speed;
  if (typeof value !== 'number' || !(value >= -500 && value <= 500)) {
    throw new Refusal(
      'wrong-speed',
      `robot_speed ${JSON.stringify(speed)}, expected a number from -500 to 500`,
    );
  }
  return value;
}

/** The first column is the template's first, the set of names is the same, each row as long as its head (1.3, 200212). */
export function checkColumns(template: readonly string[], rows: Rows): void {
  const { columns } = rows;
  const names = new Set(columns);
  const same =
    columns.length === template.length &&
    names.size === columns.length &&
    template.every((name) => names.has(name));
  if (columns[0] !== template[0] || !same) {
    throw new Refusal('wrong-columns', `columns ${columns.join(', ')}, expected ${template.join(', ')}`);
  }
  const short = rows.rows.findIndex((row) => row.length !== columns.length);
  if (short >= 0)
    throw new Refusal(
      'wrong-columns',
      `row ${short + 1} has ${rows.rows[short]?.length} values, expected ${columns.length}`,
    );
}

/** Area code and number, with or without a hyphen; only where landlines are allowed (choice). */
const LANDLINE = /^0\d{2,3}-?\d{7,8}$/;

/** One bad number refuses the whole batch (doc). A magic number may ask for another refusal (spec 2.4). */
export function checkNumbers(world: World, rows: Rows['rows']): void {
  for (let index = 0; index < rows.length; index++) {
    const number = rows[index]?.[0] ?? '';
    const callable = isMobile(number) || (world.config.phones.allowLandline && LANDLINE.test(number));
    if (!callable)
      throw new Refusal('wrong-number', `row ${index + 1}: ${JSON.stringify(number)} is not a mobile number`);
    if (world.accounts.isSensitive(number))
      throw new Refusal('wrong-number', `row ${index + 1}: ${number} is a sensitive number`);
    const wished = number.startsWith('199000040') ? refusedByNumber(number) : null;
    if (wished !== null) throw new Refusal(wished, `row ${index + 1}: magic number ${number}`);
  }
}

const ZERO = 0x30;
const ONE = 0x31;
const THREE = 0x33;
const NINE = 0x39;

/** 11 digits, a 1 first and then one from 3 on; by character, which is three times as fast as an expression. */
function isMobile(number: string): boolean {
  if (number.length !== 11 || number.charCodeAt(0) !== ONE || number.charCodeAt(1) < THREE) return false;
  for (let i = 1; i < number.length; i++) {
    const digit = number.charCodeAt(i);
    if (digit < ZERO || digit > NINE) return false;
  }
  return true;
}

export function checkBalance(enterprise: Enterprise): void {
  if (isUsedUp(enterprise))
    throw new Refusal('balance-used-up', `enterprise ${enterprise.id} has no minutes left`);
}
