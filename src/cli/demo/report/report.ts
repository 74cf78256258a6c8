import { dayOf } from '../../../sim/time/calendar.ts';
import type { DemoClient } from '../demo-client.ts';
import type { DemoReceiver, Told } from '../demo-receiver.ts';
import type { Snapshot, TaskProgress } from '../snapshot.ts';
import { type Check, compareSides, PUSHED } from './check.ts';
import {
  bodiesOf,
  collectFacts,
  countAnswered,
  countModule,
  type DemoCall,
  type Facts,
  sum,
  talkSeconds,
} from './facts.ts';

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
  const facts = await collectFacts(client, receivers, day);
  const tasks = last.tasks.map((progress) => reportTask(progress, facts));
  const checks = compareSides(facts);
  const report: Report = {
    seed,
    day,
    tasks,
    total: addUp(tasks),
    results: countResults(facts.simulator.calls),
    pushes: countPushes(facts),
    failureFile: describeFile(facts),
    checks,
    addsUp: checks.every(({ agrees }) => agrees),
  };
  return { report, told: facts.told };
}

function reportTask({ task, queried }: TaskProgress, { simulator, told }: Facts): TaskReport {
  const { name, about, robotId, rows } = task;
  const own = simulator.calls.filter((call) => call.taskId === queried.task_id);
  const intentions: Record<string, number> = {};
  for (const { tag_max = 'none' } of bodiesOf(told, 'receiveDialog', queried.task_id))
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

function addUp(tasks: readonly TaskReport[]): Counts {
  return {
    numbers: sum(tasks, ({ numbers }) => numbers),
    calls: sum(tasks, ({ calls }) => calls),
    answered: sum(tasks, ({ answered }) => answered),
    talkSeconds: sum(tasks, (task) => task.talkSeconds),
  };
}

function countResults(calls: readonly DemoCall[]): Report['results'] {
  const counts = new Map<string, number>();
  for (const { result } of calls) counts.set(result, (counts.get(result) ?? 0) + 1);
  return [...counts]
    .map(([result, count]) => ({ result, calls: count }))
    .sort((a, b) => b.calls - a.calls || Number(a.result) - Number(b.result));
}

function countPushes({ simulator: { pushes } }: Facts): Report['pushes'] {
  const delivered = pushes.filter(({ state }) => state === 'delivered');
  const atOnce = delivered.filter(({ attempts }) => attempts.length === 1).length;
  return {
    attempts: sum(pushes, ({ attempts }) => attempts.length),
    deliveredAtOnce: atOnce,
    deliveredAfterRetry: delivered.length - atOnce,
    givenUp: pushes.filter(({ state }) => state === 'failed').length,
  };
}

function describeFile({ failures: { paths, lines } }: Facts): Report['failureFile'] {
  const modules = Object.keys(PUSHED).map((module): [string, number] => [module, countModule(lines, module)]);
  return {
    paths,
    lines: lines.length,
    byModule: Object.fromEntries(modules.filter(([, count]) => count > 0)),
  };
}
