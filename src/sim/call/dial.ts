import type { Robot } from '../account/account.ts';
import type { LineState } from '../account/line-state.ts';
import { callFact } from '../fact.ts';
import { type Chance, deriveChance, drawInteger } from '../random.ts';
import { takeRule } from '../rule/rule.ts';
import type { LaneRow } from '../task/lane.ts';
import type { Task } from '../task/task.ts';
import { HOUR_MS, startOfDay } from '../time/calendar.ts';
import type { World } from '../world.ts';
import type { Call, CallStep, Phone } from './call.ts';
import { decideOutcome, type Outcome } from './outcome.ts';
import { type CallPlan, planCall } from './plan.ts';
import { callUuid } from './uuid.ts';

export interface Dial {
  readonly task: Task;
  readonly line: LineState;
  readonly row: LaneRow;
  /** Recall rounds already run for the row. */
  readonly tries: number;
}

/** A real phone plans nothing. */
const LEFT_TO_THE_PHONE: CallPlan = { ringAfterMs: null, answerAfterMs: null, hangupAfterMs: null };
/** How long a real phone rings that nobody picks up, ms: as long as a simulated one (choice). */
const MOST_RING_MS = [45_000, 60_000] as const;

/**
 * Dials a row: what becomes of the call is decided here, and the rest of it stands on the agenda; that of a real phone
 * is left to whoever serves the phones.
 */
export function dialCall(world: World, dial: Dial): Call {
  const { task, row } = dial;
  const robot = world.accounts.robotOfRows(row.robotId ?? task.robotId ?? '');
  if (robot === null)
    throw new Error(`task ${task.id} dials with a robot that is gone: ${row.robotId ?? task.robotId}`);
  const chance = deriveChance(world.seed, 'call', task.id, row.rowIndex, dial.tries);
  const outcome = decide(world, dial, robot, chance);
  const phone = phoneOf(world, outcome, chance);
  const plan = phone === null ? planCall(outcome, chance) : LEFT_TO_THE_PHONE;
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
    phone,
    turbo: task.turbo,
    speed: row.speed,
    state: 'dialing',
    dialAt: world.now,
    ringAt: after(plan.ringAfterMs),
    answerAt,
    hangupAt: after(plan.hangupAfterMs),
    next: firstStep(plan),
    dueAt: after(plan.ringAfterMs ?? plan.answerAfterMs ?? plan.hangupAfterMs),
    result: phone === null ? outcome.result : null,
    script: outcome.wish,
    pushBehaviour: outcome.pushBehaviour,
    outside: [],
  };
  world.addCall(call);
  world.tell('call.dialed', () => callFact(world, call));
  return call;
}

function firstStep({ ringAfterMs, answerAfterMs, hangupAfterMs }: CallPlan): CallStep | null {
  if (ringAfterMs !== null) return 'ring';
  if (answerAfterMs !== null) return 'answer';
  return hangupAfterMs === null ? null : 'hangup';
}

function phoneOf(world: World, { sip, ringMs }: Outcome, chance: Chance): Phone | null {
  if (sip === undefined) return null;
  const mostMs = ringMs ?? drawInteger(chance, 'ring-end', MOST_RING_MS);
  return { wallAt: world.wallNow, rung: { user: sip, mostMs }, recording: null };
}

function decide(world: World, { task, row, line, tries }: Dial, robot: Robot, chance: Chance): Outcome {
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
  const user = rule?.sip ?? world.accounts.sipUserOf(callee);
  return decideOutcome({
    rule,
    phone: user === undefined ? undefined : { user, isReachable: world.isReachable(user) },
    callee,
    tries,
    weights: robot.script.weights ?? line.line.weights ?? world.accounts.fixtures.weights ?? null,
    chance,
    timeOfDayHour: Math.floor((world.now - startOfDay(world.now)) / HOUR_MS),
  });
}
