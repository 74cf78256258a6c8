import { isAnswered } from '../../../sim/call/result.ts';
import type { DemoClient } from '../demo-client.ts';
import type { DemoReceiver, Told } from '../demo-receiver.ts';
import { type FailureLine, readFailures } from './failure-file.ts';

/** A call, as far as `/_sim/calls` is looked at. */
export interface DemoCall {
  readonly taskId: string;
  readonly taskDataId: string;
  readonly result: string;
  readonly answerAtMs: number | null;
  readonly hangupAtMs: number;
}

/** A push, as far as `/_sim/pushes` is looked at. */
interface DemoPush {
  readonly module: string;
  readonly state: string;
  readonly attempts: readonly unknown[];
}

/** The keys of pushed bodies that are looked at. */
interface Body {
  readonly task_id?: string;
  readonly task_data_id?: string;
  readonly task_result?: string;
  readonly duration_call: number;
  readonly tag_max?: string;
}

/** What both sides know when the day is over. */
export interface Facts {
  readonly simulator: { readonly calls: readonly DemoCall[]; readonly pushes: readonly DemoPush[] };
  readonly receivers: { readonly requests: number; readonly taken: readonly Told[] };
  readonly failures: { readonly paths: readonly string[]; readonly lines: readonly FailureLine[] };
  /** By pushes that were taken, and by the lines of the failure file. */
  readonly told: readonly Told[];
}

/** Asks both sides. @param day of the failure file, `yyyy-MM-dd` */
export async function collectFacts(
  client: DemoClient,
  receivers: readonly DemoReceiver[],
  day: string,
): Promise<Facts> {
  const calls = await client.list<DemoCall>('/calls');
  const pushes = await client.list<DemoPush>('/pushes');
  const failures = await readFailures(client, day);
  const taken = receivers.flatMap((receiver) => receiver.taken);
  return {
    simulator: { calls, pushes },
    receivers: { requests: sum(receivers, ({ requests }) => requests), taken },
    failures,
    told: [...taken, ...failures.lines.map(({ module, data }) => ({ module, body: data }))],
  };
}

/** Bodies of a module, of one task if given. */
export function bodiesOf(told: readonly Told[], module: string, taskId?: string): Body[] {
  const bodies = told.filter((one) => one.module === module).map(({ body }) => body as unknown as Body);
  return taskId === undefined ? bodies : bodies.filter((body) => body.task_id === taskId);
}

/** Rows that were answered at least once. */
export function countAnswered(calls: readonly (readonly [row: string, result: string])[]): number {
  return new Set(calls.filter(([, result]) => isAnswered(Number(result))).map(([row]) => row)).size;
}

/** As `duration_call` counts them. */
export function talkSeconds({ answerAtMs, hangupAtMs }: DemoCall): number {
  return answerAtMs === null ? 0 : Math.floor((hangupAtMs - answerAtMs) / 1000);
}

export function countModule(list: readonly { readonly module: string }[], module: string): number {
  return list.filter((one) => one.module === module).length;
}

export function sum<T>(list: readonly T[], numberOf: (one: T) => number): number {
  return list.reduce((total, one) => total + numberOf(one), 0);
}
