import type { Account } from '../account/token.ts';
import { Refusal } from '../refusal.ts';
import { isWithin } from '../time/calendar.ts';
import type { World } from '../world.ts';
import {
  checkBalance,
  checkColumns,
  checkLine,
  checkLineNotHeld,
  checkNumbers,
  checkRobot,
  checkRowCount,
  checkSpeed,
  checkVoice,
} from './check.ts';
import { appendRows } from './insert.ts';
import { poolOf } from './pool.ts';
import type { Callout } from './task.ts';
import type { RowRange } from './wire-id.ts';

/**
 * Direct callout: rows go into the app's pool and are dialled at once (spec 1.5).
 * @returns the rowids, in the order of the rows
 * @throws Refusal in the order of spec 1.3
 */
export function callout(world: World, account: Account, request: Callout): RowRange {
  checkRowCount(request.rows);
  const robot = checkRobot(world, account, request.robotId);
  const line = checkLine(world, account, request.lineNum);
  checkLineNotHeld(world, line.lineNum, null);
  checkVoice(world, account, request.voiceCode);
  const speed = checkSpeed(request.speed);
  checkColumns(robot.callColumn, request);
  checkNumbers(world, request.rows);
  checkBalance(account.enterprise);
  const state = world.lines.get(line.lineNum);
  if (state === undefined || !isWithin(state.hours, world.now)) {
    throw new Refusal('outside-working-time', `line ${line.lineNum} works ${line.timeWork.join(', ')}`);
  }
  const range = appendRows(world, poolOf(world, account.app.id), request, {
    lineNum: line.lineNum,
    robotId: robot.robotId,
    voiceCode: request.voiceCode,
    speed,
  });
  world.scheduleDial(state, world.now);
  return range;
}
