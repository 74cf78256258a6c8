import { isAnswered } from '../../sim/call/result.ts';
import { dayOf } from '../../sim/time/calendar.ts';
import type { DemoClient } from './demo-client.ts';
import type { DemoReceiver, Told } from './demo-receiver.ts';
import { type FailureLine, readFailures } from './failure-file.ts';
import type { DemoTask } from './plan.ts';
import type { Snapshot } from './snapshot.ts';

/** What the day came to: what the simulator says of it, beside what the receivers and the failure file say. */
export interface Report {
  readonly seed: number;
  /** `yyyy-MM-dd`. */
  readonly day: string;
  readonly tasks: readonly TaskReport[];
  readonly total: Counts;
  /** Calls by `task_result`, the most frequent first. */
  readonly results: readonly { readonly result: string; readonly calls: number }[];
  readonly pushes: {
    readonly attempts: number;
    readonly deliveredAtOnce: number;
    readonly deliveredAfterRetry: number;
    readonly givenUp: number;
  };
  readonly failureFile: {
    readonly paths: readonly string[];
    readonly lines: number;
    readonly byModule: Readonly<Record<string, number>>;
  };
  readonly checks: readonly Check[];
  /** Whether all checks agree. */
  readonly addsUp: boolean;
}

interface Counts {
  readonly numbers: number;
  readonly calls: number;
  /** Numbers that were answered at least once. */
  readonly answered: number;
  readonly talkSeconds: number;
}

export interface TaskReport extends Counts {
  readonly name: string;
  readonly about: string;
  readonly robotId: string;
  /** Dialogues by the best intention they reached; `none`: they ended before any. */
  readonly intentions: Readonly<Record<string, number>>;
}

/** One thing that was counted on both sides. */
export interface Check {
  readonly what: string;
  readonly simulator: number;
  /** By the receivers, together with the failure file where pushes were given up. */
  readonly receivers: number;
  readonly agrees: boolean;
}

interface Call {
  readonly taskId: string;
  readonly taskDataId: string;
  readonly result: string;
  readonly answerAtMs: number | null;
  readonly hangupAtMs: number;
}

interface Push {
  readonly module: string;
  readonly state: string;
  readonly attempts: readonly unknown[];
}

/** The keys of pushed bodies that are looked at here. */
export interface Body {
  readonly call_uuid: string;
  readonly task_id?: string;
  readonly task_data_id?: string;
  readonly task_result?: string;
  readonly duration_call: number;
  readonly tag_max?: string;
}

const MODULES = {
  receiveCallRecord: 'call records',
  receiveDialog: 'dialogues',
  receiveVoice: 'recordings',
} as const;

export interface ReportOptions {
  readonly client: DemoClient;
  readonly receivers: readonly DemoReceiver[];
  readonly seed: number;
  /** Where the day stood when it was over. */
  readonly last: Snapshot;
}

/** Asks both sides. @returns the report, and everything that was told by pushes and the failure file */
export async function makeReport(options: ReportOptions): Promise<{ report: Report; told: readonly Told[] }> {
  const { client, receivers, seed, last } = options;
  const day = dayOf(last.now);
  const calls = await client.list<Call>('/calls');
  const pushes = await client.list<Push>('/pushes');
  const { paths, lines } = await readFailures(client, day);
  const taken = receivers.flatMap((receiver) => receiver.taken);
  const told = [...taken, ...lines.map(({ module, data }) => ({ module, body: data }))];
  const delivered = pushes.filter(({ state }) => state === 'delivered');
  const tasks = last.tasks.map(({ task, queried }) => reportTask(task, queried.task_id, { calls, told }));
  const checks = [
    check(
      'attempts',
      sum(pushes, ({ attempts }) => attempts.length),
      sum(receivers, ({ requests }) => requests),
    ),
    ...Object.entries(MODULES).map(([module, name]) =>
      check(`${name} delivered`, countModule(delivered, module), countModule(taken, module)),
    ),
    check('given up, and in the failure file', pushes.length - delivered.length, lines.length),
    ...compareTold(calls, told),
  ];
  const report: Report = {
    seed,
    day,
    tasks,
    total: addUp(tasks),
    results: countResults(calls),
    pushes: {
      attempts: sum(pushes, ({ attempts }) => attempts.length),
      deliveredAtOnce: delivered.filter(({ attempts }) => attempts.length === 1).length,
      deliveredAfterRetry: delivered.filter(({ attempts }) => attempts.length > 1).length,
      givenUp: pushes.filter(({ state }) => state === 'failed').length,
    },
    failureFile: { paths, lines: lines.length, byModule: countModules(lines) },
    checks,
    addsUp: checks.every(({ agrees }) => agrees),
  };
  return { report, told };
}

/** Bodies of a module, of one task if given. */
export function bodiesOf(told: readonly Told[], module: string, taskId?: string): Body[] {
  const bodies = told.filter((one) => one.module === module).map(({ body }) => body as unknown as Body);
  return taskId === undefined ? bodies : bodies.filter((body) => body.task_id === taskId);
}

function reportTask(
  { name, about, robotId, rows }: DemoTask,
  taskId: string,
  facts: { readonly calls: readonly Call[]; readonly told: readonly Told[] },
): TaskReport {
  const own = facts.calls.filter((call) => call.taskId === taskId);
  const intentions: Record<string, number> = {};
  for (const { tag_max = 'none' } of bodiesOf(facts.told, 'receiveDialog', taskId))
    intentions[tag_max] = (intentions[tag_max] ?? 0) + 1;
  return {
    name,
    about,
    robotId,
    numbers: rows.length,
    calls: own.length,
    answered: countAnswered(own.map(({ taskDataId, result }) => [taskDataId, result])),
    talkSeconds: sum(own, talkSeconds),
    intentions,
  };
}

/** What the calls came to, beside what the outbound records said of them. */
function compareTold(calls: readonly Call[], told: readonly Told[]): Check[] {
  const records = bodiesOf(told, 'receiveCallRecord').filter(({ task_result }) => task_result !== undefined);
  return [
    check('calls told', calls.length, records.length),
    check(
      'numbers answered',
      countAnswered(calls.map(({ taskDataId, result }) => [taskDataId, result])),
      countAnswered(records.map(({ task_data_id = '', task_result = '' }) => [task_data_id, task_result])),
    ),
    check(
      'seconds of talk',
      sum(calls, talkSeconds),
      sum(records, ({ duration_call }) => duration_call),
    ),
  ];
}

function check(what: string, simulator: number, receivers: number): Check {
  return { what, simulator, receivers, agrees: simulator === receivers };
}

function countAnswered(rows: readonly (readonly [row: string, result: string])[]): number {
  return new Set(rows.filter(([, result]) => isAnswered(Number(result))).map(([row]) => row)).size;
}

function countResults(calls: readonly Call[]): Report['results'] {
  const counts = new Map<string, number>();
  for (const { result } of calls) counts.set(result, (counts.get(result) ?? 0) + 1);
  return [...counts]
    .map(([result, count]) => ({ result, calls: count }))
    .sort((a, b) => b.calls - a.calls || Number(a.result) - Number(b.result));
}

function countModule(list: readonly { readonly module: string }[], module: string): number {
  return list.filter((one) => one.module === module).length;
}

function countModules(lines: readonly FailureLine[]): Record<string, number> {
  const modules = Object.keys(MODULES).map((module): [string, number] => [
    module,
    countModule(lines, module),
  ]);
  return Object.fromEntries(modules.filter(([, count]) => count > 0));
}

function addUp(tasks: readonly TaskReport[]): Counts {
  return {
    numbers: sum(tasks, ({ numbers }) => numbers),
    calls: sum(tasks, ({ calls }) => calls),
    answered: sum(tasks, ({ answered }) => answered),
    talkSeconds: sum(tasks, ({ talkSeconds }) => talkSeconds),
  };
}

/** As `duration_call` counts them. */
function talkSeconds({ answerAtMs, hangupAtMs }: Call): number {
  return answerAtMs === null ? 0 : Math.floor((hangupAtMs - answerAtMs) / 1000);
}

function sum<T>(list: readonly T[], numberOf: (one: T) => number): number {
  return list.reduce((total, one) => total + numberOf(one), 0);
}
