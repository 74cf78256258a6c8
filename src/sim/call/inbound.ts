import type { App, Line, Robot } from '../account/account.ts';
import { callFact } from '../fact.ts';
import { owePull } from '../pull/owe.ts';
import { deriveChance } from '../random.ts';
import { takeRule } from '../rule/rule.ts';
import type { World } from '../world.ts';
import type { Call } from './call.ts';
import { wishOfRule } from './outcome.ts';
import { callUuid } from './uuid.ts';

export interface Inbound {
  readonly app: App;
  readonly robot: Robot;
  readonly line: Line;
  readonly caller: string;
  readonly relationId: string;
  /** From the first ring to the answer, ms; null: a real phone calls, and whoever serves it answers. */
  readonly ringMs: number | null;
}

/** A call comes in over a line that has a channel for it; a dynamic robot's context is pulled while it rings (spec 3.6). */
export function receiveCall(world: World, inbound: Inbound): Call {
  const { robot, line, app } = inbound;
  const id = world.takeNumber('call');
  const chance = deriveChance(world.seed, 'inbound', inbound.relationId, id);
  const answerAt = inbound.ringMs === null ? null : world.now + inbound.ringMs;
  const facts = {
    direction: 'inbound',
    caller: inbound.caller,
    callee: line.lineNum,
    taskId: null,
    robotId: robot.robotId,
    lineNum: line.lineNum,
    tries: null,
  } as const;
  const rule = takeRule(world, facts, chance);
  const call: Call = {
    id,
    chance,
    uuid: callUuid(world.seed, id, chance),
    direction: 'inbound',
    businessId: app.businessId,
    appId: app.id,
    robotId: robot.robotId,
    revision: world.accounts.revisionOf(robot),
    lineNum: line.lineNum,
    caller: inbound.caller,
    callee: line.lineNum,
    row: null,
    relationId: inbound.relationId,
    phone: inbound.ringMs === null ? { wallAt: world.wallNow, rung: null, recording: null } : null,
    turbo: false,
    speed: 0,
    state: 'ringing',
    dialAt: world.now,
    ringAt: world.now,
    answerAt,
    hangupAt: null,
    next: answerAt === null ? null : 'answer',
    dueAt: answerAt,
    result: null,
    script: rule === null ? {} : wishOfRule(rule),
    pushBehaviour: rule?.pushes ?? null,
    outside: [],
  };
  const state = world.lines.get(line.lineNum);
  if (state !== undefined) state.busy++;
  world.addCall(call);
  if (robot.type === 2 && !owePull(world, call, 'getDialogContext')) {
    call.outside.push({ kind: 'context', values: {}, note: 'no url for getDialogContext' });
    answerInbound(world, call, world.now);
  }
  world.tell('call.received', () => callFact(world, call));
  return call;
}

/** The context is in since `at`, or none is to come: the call is answered as soon as it has rung long enough. */
export function answerInbound(world: World, call: Call, at: number): void {
  if (call.phone !== null) {
    world.touchCall(call);
    return;
  }
  call.answerAt = Math.max(call.answerAt ?? 0, at);
  call.next = 'answer';
  call.dueAt = call.answerAt;
  world.touchCall(call);
}
