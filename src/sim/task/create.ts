import type { Account } from '../account/token.ts';
import { Refusal } from '../refusal.ts';
import { intersectSpans, parseSpan, parseSpans, type Span } from '../time/calendar.ts';
import type { World } from '../world.ts';
import { checkLine, checkLineNotHeld, checkRobot, checkVoice } from './check.ts';
import { type CreateTask, TASK_STATUS, type Task } from './task.ts';
import { endsTooEarly, overlapsItself } from './times.ts';

/**
 * Creates a task of type 0 (spec 1.6).
 * @returns its wire id
 * @throws Refusal wrong-robot, wrong-relation, line-held, wrong-voice, invalid-parameter, outside-working-time
 */
export function createTask(world: World, account: Account, request: CreateTask): string {
  checkTimes(request);
  checkRobot(world, account, request.robotId);
  for (const lineNum of request.lineNums) checkLine(world, account, lineNum);
  for (const lineNum of request.lineNums) checkLineNotHeld(world, lineNum, null);
  checkVoice(world, account, request.voiceCode);
  checkWorkingTime(world, request);
  const task: Task = {
    ...request,
    id: world.takeTaskId(),
    businessId: account.enterprise.id,
    appId: account.app.id,
    type: 0,
    createdAt: world.now,
    ...FRESH,
  };
  world.touchTask(task);
  const taskId = world.ids.task(task.id);
  world.tell('task.created', () => ({ taskId, name: task.name }));
  return taskId;
}

/** A task nothing has happened to. */
export const FRESH = {
  status: TASK_STATUS.new,
  deleted: false,
  startedAt: 0,
  finishedAt: 0,
  recalled: 0,
  rowCount: 0,
  dialCount: 0,
  calledCount: 0,
  answeredCount: 0,
  liveCount: 0,
  recallAt: 0,
  changes: 0,
} as const;

function checkTimes(request: CreateTask): void {
  if (endsTooEarly(request)) {
    throw new Refusal(
      'invalid-parameter',
      `time_end ${request.timeEnd}, expected later than time_begin ${request.timeBegin}`,
    );
  }
  for (const text of request.timeRange) {
    if (parseSpan(text) === null) {
      throw new Refusal(
        'invalid-parameter',
        `time_range ${JSON.stringify(text)}, expected HH:mm:ss-HH:mm:ss, begin before end`,
      );
    }
  }
  if (overlapsItself(request.timeRange)) {
    throw new Refusal('invalid-parameter', `time_range ${request.timeRange.join(', ')} overlaps itself`);
  }
}

/** None of the range within any line's hours is refused; a partial overlap is cut when dialling. */
function checkWorkingTime(world: World, request: CreateTask): void {
  const range: readonly Span[] = parseSpans(request.timeRange);
  const meets = request.lineNums.some(
    (lineNum) => intersectSpans(range, world.lines.get(lineNum)?.hours ?? []).length > 0,
  );
  if (!meets)
    throw new Refusal(
      'outside-working-time',
      `time_range ${request.timeRange.join(', ')} lies outside the hours of all lines`,
    );
}
