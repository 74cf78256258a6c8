import type { Call, Direction } from './call/call.ts';
import type { OutboxRow } from './push/outbox.ts';
import type { World } from './world.ts';

/** The call that a fact is about; ids as the wire has them. */
export interface CallFact {
  readonly callUuid: string;
  readonly direction: Direction;
  readonly caller: string;
  readonly callee: string;
  readonly lineNum: string;
  readonly robotId: string;
  readonly taskId: string | null;
  readonly taskDataId: string | null;
  readonly callRelationId: string | null;
}

/** The push or pull that a fact is about. */
export interface EffectFact extends CallFact {
  /** As `/_sim/pushes` has it. */
  readonly id: string;
  readonly module: OutboxRow['module'];
  readonly variant: OutboxRow['variant'];
  /** Null: none is set. */
  readonly url: string | null;
}

export interface AttemptFact extends EffectFact {
  /** Counts from 1, anew for a push that is sent again. */
  readonly number: number;
  /** Simulated instant of its start. */
  readonly startedAt: number;
  /** Wall ms. */
  readonly tookMs: number;
  readonly status: number | null;
  /** The answer's start. */
  readonly answer: string | null;
  /** Why it does not count; null: it does. */
  readonly error: string | null;
  /** As it was sent. */
  readonly body: string;
}

/** Everything that is told, by its name; instants are ms of the simulator's clock. */
export interface FactData {
  readonly 'task.created': { readonly taskId: string; readonly name: string };
  /** Rows were submitted. */
  readonly 'task.rows': { readonly taskId: string; readonly count: number };
  readonly 'task.status': {
    readonly taskId: string;
    readonly from: number;
    readonly to: number;
    readonly cause: string;
  };
  readonly 'task.deleted': { readonly taskId: string };
  readonly 'call.dialed': CallFact;
  readonly 'call.received': CallFact;
  readonly 'call.ringing': CallFact;
  readonly 'call.answered': CallFact;
  readonly 'call.ended': CallFact & { readonly result: string | null };
  readonly 'push.owed': EffectFact & { readonly dueAt: number };
  readonly 'push.no-url': EffectFact;
  readonly 'push.attempt': AttemptFact & {
    /** What the push is after it. */
    readonly state: 'owed' | 'delivered' | 'failed';
    /** Of the next attempt; null: there is none. */
    readonly dueAt: number | null;
  };
  readonly 'pull.attempt': AttemptFact;
  /** A failure file can be downloaded. */
  readonly 'push-file.closed': {
    readonly businessId: string;
    readonly day: string;
    readonly path: string;
    readonly lines: number;
  };
  /** All that was is gone, and the simulation begins anew. */
  readonly reset: { readonly seed: number };
  /** The same, and it goes on from a snapshot. */
  readonly restored: { readonly seed: number };
}

export type FactName = keyof FactData;

/** Something that happened, told to those who listen after its commit. */
export type Fact = {
  [Name in FactName]: { readonly at: number; readonly event: Name; readonly data: FactData[Name] };
}[FactName];

export function callFact(world: World, call: Call): CallFact {
  const { row } = call;
  return {
    callUuid: call.uuid,
    direction: call.direction,
    caller: call.caller,
    callee: call.callee,
    lineNum: call.lineNum,
    robotId: call.robotId,
    taskId: row === null ? null : world.ids.task(row.taskId),
    taskDataId: row === null ? null : world.ids.row(row.rowId),
    callRelationId: call.relationId,
  };
}

/** @param url null: none is set */
export function effectFact(
  world: World,
  effect: Pick<OutboxRow, 'id' | 'call_id' | 'module' | 'variant'>,
  url: string | null,
): EffectFact {
  const call = world.call(effect.call_id);
  if (call === null)
    throw new Error(`outbox row ${effect.id} is for call ${effect.call_id}, which is not in the store`);
  const { id, module, variant } = effect;
  return { id: String(id), module, variant, url, ...callFact(world, call) };
}
