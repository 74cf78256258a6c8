import type { Robot } from '../account/account.ts';
import type { LineState } from '../account/line-state.ts';
import { callFact } from '../fact.ts';
import { deriveChance } from '../random.ts';
import { takeRule } from '../rule/rule.ts';
import type { LaneRow } from '../task/lane.ts';
import type { Task } from '../task/task.ts';
import { HOUR_MS, startOfDay } from '../time/calendar.ts';
import type { World } from '../world.ts';
import type { Call } from './call.ts';
import { decideOutcome, type Outcome } from './outcome.ts';
import { planCall } from './plan.ts';
import { callUuid } from './uuid.ts';

export interface Dial {
  readonly task: Task;
  readonly line: LineState;
  readonly row: LaneRow;
  /** Recall rounds already run for the row. */
  readonly tries: number;
}

/** Dials a row: what becomes of the call is decided here, and the rest of it stands on the agenda. */
export function dialCall(world: World, dial: Dial): Call {
  const { task, row } = dial;
  const robot = world.accounts.robotOfRows(row.robotId ?? task.robotId ?? '');
  if (robot === null)
    throw new Error(`task ${task.id} dials with a robot that is gone: ${row.robotId ?? task.robotId}`);
  const chance = deriveChance(world.seed, 'call', task.id, row.rowIndex, dial.tries);
  const outcome = decide(world, dial, robot, chance);
  const plan = planCall(outcome, chance);
  const after = (ms: number | null) => (ms === null ? null : world.now + ms);
  const id = world.takeNumber('call');
  const answerAt = after(plan.answerAfterMs);
  const call: Call = {
    id,
    chance,
    uuid: callUuid(world.seed, id, chance),
    direction: 'outbound',
    businessId: task.businessId,
    appId: task.appId,
    robotId: robot.robotId,
    revision: world.accounts.revisionOf(robot),
    lineNum: dial.line.line.lineNum,
    caller: dial.line.line.lineNum,
    callee: row.value[0] ?? '',
    row: {
      taskId: task.id,
      rowId: row.rowId,
      rowIndex: row.rowIndex,
      tries: dial.tries,
      head: row.head,
      value: row.value,
    },
    relationId: null,
    phone: null,
    turbo: task.turbo,
    speed: row.speed,
    state: 'dialing',
    dialAt: world.now,
    ringAt: after(plan.ringAfterMs),
    answerAt,
    hangupAt: after(plan.hangupAfterMs),
    next: plan.ringAfterMs === null ? (answerAt === null ? 'hangup' : 'answer') : 'ring',
    dueAt: after(plan.ringAfterMs ?? plan.answerAfterMs ?? plan.hangupAfterMs),
    result: outcome.result,
    script: outcome.wish,
    pushBehaviour: outcome.pushBehaviour,
    outside: [],
  };
  world.addCall(call);
  world.tell('call.dialed', () => callFact(world, call));
  return call;
}

function decide(world: World, { task, row, line, tries }: Dial, robot: Robot, chance: number): Outcome {
  const callee = row.value[0] ?? '';
  const { lineNum } = line.line;
  const facts = {
    direction: 'outbound',
    caller: lineNum,
    callee,
    taskId: world.ids.task(task.id),
    robotId: robot.robotId,
    lineNum,
    tries,
  } as const;
  const rule = takeRule(world, facts, chance);
  return decideOutcome({
    rule,
    callee,
    tries,
    weights: robot.script.weights ?? line.line.weights ?? world.accounts.fixtures.weights ?? null,
    chance,
    timeOfDayHour: Math.floor((world.now - startOfDay(world.now)) / HOUR_MS),
  });
}
