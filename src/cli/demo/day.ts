import { DAY_MS, startOfDay } from '../../sim/time/calendar.ts';
import type { DemoClient, QueriedTask } from './demo-client.ts';
import type { DemoReceiver } from './demo-receiver.ts';
import { failReceiver, type Incident, pauseCheckup } from './incident.ts';
import { type DemoTask, RECALL_WAIT_S } from './plan.ts';
import { type Snapshot, STATUS, type TaskProgress } from './snapshot.ts';

export interface DayOptions {
  readonly client: DemoClient;
  readonly tasks: readonly DemoTask[];
  /** What the survey is pushed to; it will be down for a while. */
  readonly flaky: DemoReceiver;
  /** @param at simulated instant */
  onMilestone(at: number, text: string): void;
  /** Time stands until it is done. */
  onSnapshot(snapshot: Snapshot): Promise<void>;
}

/** Simulated time between two looks at a day of 300 numbers; while nothing goes on, longer. */
const STEP_MS = 10_000;
const QUIET_STEP_MS = 60_000;
const NEXT_MORNING_MS = 9 * 3_600_000;

/** One campaign day, driven over HTTP as an integrator would: everything happens at the same instants each time. */
export class Day {
  readonly #options: DayOptions;
  readonly #incidents: readonly Incident[];
  readonly #stepMs: number;
  /** Wire ids; null: the app's pool. */
  readonly #ids = new Map<DemoTask, string | null>();
  readonly #rows: number;

  constructor(options: DayOptions) {
    this.#options = options;
    this.#incidents = [pauseCheckup(options.client), failReceiver(options.flaky)];
    this.#rows = options.tasks.reduce((sum, task) => sum + task.rows.length, 0);
    this.#stepMs = STEP_MS * Math.max(1, Math.round(this.#rows / 300));
  }

  /** Submits everything, lets time go until nothing is left to happen, and on to the next morning. */
  async run(): Promise<Snapshot> {
    const { onMilestone, onSnapshot } = this.#options;
    let snapshot = await this.#submit();
    while (!this.#isOver(snapshot)) {
      await this.#advance({ by: `${this.#paceOf(snapshot) / 1000}s` });
      const before = snapshot;
      snapshot = await this.#look();
      for (const text of changesIn(before, snapshot)) onMilestone(snapshot.now, text);
      for (const incident of this.#incidents) {
        const text = await incident.look(snapshot);
        if (text !== null) onMilestone(snapshot.now, text);
      }
      await onSnapshot(snapshot);
    }
    const morning = startOfDay(snapshot.now) + DAY_MS + NEXT_MORNING_MS;
    await this.#advance({ to: morning });
    onMilestone(morning, 'the next morning: the failure file of the day is offered');
    return snapshot;
  }

  async #submit(): Promise<Snapshot> {
    const { client, tasks, onMilestone } = this.#options;
    const { nowMs } = await client.control<{ nowMs: number }>('GET', '/clock');
    for (const task of tasks) this.#ids.set(task, await client.submit(task, nowMs));
    onMilestone(nowMs, `${this.#rows} numbers submitted, 50 at a time: three tasks and direct callouts`);
    return this.#look();
  }

  async #look(): Promise<Snapshot> {
    const { client, tasks } = this.#options;
    const { clock, counts } = await client.control<{
      clock: { nowMs: number };
      counts: { liveCalls: number; owed: number };
    }>('GET', '/health');
    const queried = await client.tasks();
    return {
      now: clock.nowMs,
      tasks: tasks.map((task) => ({ task, queried: pick(queried, this.#ids.get(task) ?? null) })),
      liveCalls: counts.liveCalls,
      owed: counts.owed,
    };
  }

  #isOver({ tasks, liveCalls, owed }: Snapshot): boolean {
    const hasMore = tasks.some(({ task, queried }) =>
      task.key === 'pool'
        ? queried.process_tel_count < queried.count_total_task
        : queried.status !== STATUS.completed,
    );
    return !hasMore && liveCalls === 0 && owed === 0 && this.#incidents.every(({ isOver }) => isOver);
  }

  #paceOf({ liveCalls, owed, tasks }: Snapshot): number {
    const isQuiet = liveCalls === 0 && owed === 0 && tasks.every(({ queried }) => queried.process_count > 0);
    return isQuiet ? QUIET_STEP_MS : this.#stepMs;
  }

  async #advance(by: { readonly by: string } | { readonly to: number }): Promise<void> {
    await this.#options.client.control('POST', '/clock/advance', by);
  }
}

function pick(queried: readonly QueriedTask[], id: string | null): QueriedTask {
  const found = queried.find(({ task_id, task_type, count_total_task }) =>
    id === null ? task_type === 2 && count_total_task > 0 : task_id === id,
  );
  if (found === undefined) throw new Error(`task ${id ?? 'of the pool'} is not in the answer of task/query`);
  return found;
}

/** What tasks have done by themselves between two looks, in words. */
function changesIn(before: Snapshot, after: Snapshot): string[] {
  return after.tasks.flatMap(({ task, queried }, i) => {
    const old = before.tasks[i]?.queried.status;
    return old === queried.status ? [] : describeStatus({ task, queried }, old);
  });
}

function describeStatus({ task: { name }, queried }: TaskProgress, old: number | undefined): string[] {
  const { status, count_total_task: all, process_through_count: answered } = queried;
  if (status === STATUS.waiting) {
    return [
      `${name} has called everybody; ${all - answered} did not answer and are called again in ${RECALL_WAIT_S / 60} minutes`,
    ];
  }
  if (status === STATUS.completed) return [`${name} is completed: ${answered} of ${all} answered`];
  if (status === STATUS.outsideHours) return [`${name} waits: its line is outside its working hours`];
  return status === STATUS.running && old === STATUS.waiting ? [`${name} begins its recall round`] : [];
}
