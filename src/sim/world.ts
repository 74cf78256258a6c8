import type { Fixtures } from './account/account.ts';
import { Accounts } from './account/accounts.ts';
import { isUsedUp } from './account/balance.ts';
import { CHANNEL_REST_MS, isExpired, type LineState, openLine } from './account/line-state.ts';
import type { Call } from './call/call.ts';
import type { SimulationConfig } from './config.ts';
import { FaultList } from './fault/fault.ts';
import { Outbox } from './push/outbox.ts';
import type { Seed } from './random.ts';
import { RuleList } from './rule/rule.ts';
import { type CallRow, readCall, saveCall } from './store/call-table.ts';
import type { Database } from './store/database.ts';
import { loadActiveTasks, loadTask, saveTask, saveTaskCounts } from './store/task-table.ts';
import { nextTaskEvent } from './task/hours.ts';
import { type Lane, Submissions } from './task/lane.ts';
import { isHolding, type Task } from './task/task.ts';
import { FIRST_LARGE_ID, LARGE_IDS, SMALL_IDS, type WireIds } from './task/wire-id.ts';
import { Agenda, RANK } from './time/agenda.ts';
import { DAY_MS, startOfDay } from './time/calendar.ts';

/** Something that happened, told to those who wait for it after its commit. */
export interface Fact {
  readonly at: number;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Tasks at rest that are kept for whoever asks for them. */
const SETTLED_TASKS = 1000;

type Numbered = 'task' | 'row' | 'call' | 'token';

/**
 * The working set of a simulation: what is alive, read once, changed by decisions, written once per unit of work.
 * The store is the truth; after a failed unit of work the set is thrown away and loaded again.
 */
export class World {
  readonly database: Database;
  readonly config: SimulationConfig;
  readonly seed: Seed;
  readonly accounts: Accounts;
  readonly ids: WireIds;
  readonly submissions: Submissions;
  readonly outbox: Outbox;
  readonly rules: RuleList;
  readonly faults: FaultList;
  readonly agenda = new Agenda();
  /** Live calls. */
  readonly calls = new Map<number, Call>();
  readonly lines = new Map<string, LineState>();
  /** The present instant; time comes in with the command. */
  now: number;
  /** Paths of failure files whose time is over; whoever drives the clock removes them. */
  readonly filesToRemove: string[] = [];
  /** Failure files were closed whose zips are not written yet. */
  filesClosed = true;
  /** Set by whoever wants to hear of facts; nothing is built when nobody listens. */
  onFact: ((fact: Fact) => void) | null = null;

  readonly #lineKeys = new Map<string, number>();
  readonly #linesByKey: LineState[] = [];
  /** Tasks that something can still happen to by themselves. */
  readonly #tasks = new Map<number, Task>();
  readonly #settledTasks = new Map<number, Task>();
  readonly #lanes = new Map<string, Lane>();
  /** Lines held, by the task that holds them. */
  readonly #holders = new Map<string, number>();
  readonly #poolLanes = new Map<string, Lane[]>();
  readonly #taskTimers = new Map<number, number>();
  readonly #numbers = new Map<Numbered, number>();
  readonly #dirtyTasks = new Set<Task>();
  readonly #countedTasks = new Set<Task>();
  readonly #dirtyCalls = new Set<Call>();
  readonly #dirtyLanes = new Set<Lane>();
  readonly #dirtyNumbers = new Set<Numbered>();
  #numbersChanged = false;

  constructor(options: { database: Database; config: SimulationConfig; fixtures: Fixtures; now: number }) {
    this.database = options.database;
    this.config = options.config;
    this.seed = options.config.seed;
    this.now = options.now;
    this.ids = options.config.ids === 'small' ? SMALL_IDS : LARGE_IDS;
    this.accounts = new Accounts(options.fixtures, this.database);
    this.submissions = new Submissions(this.database);
    this.outbox = new Outbox(this.database);
    this.rules = new RuleList(this.database);
    this.faults = new FaultList(this.database);
    for (const line of options.fixtures.lines) this.lines.set(line.lineNum, openLine(line));
    this.#load();
  }

  /** The task with this rowid, or null. */
  task(id: number): Task | null {
    const known = this.#tasks.get(id) ?? this.#settledTasks.get(id);
    if (known !== undefined) return known;
    const task = loadTask(this.database, id);
    if (task !== null) this.#settledTasks.set(id, task);
    return task;
  }

  /** Tasks in the working set, by ascending key. */
  *activeTasks(): Iterable<Task> {
    for (const id of [...this.#tasks.keys()].sort((a, b) => a - b)) {
      const task = this.#tasks.get(id);
      if (task !== undefined) yield task;
    }
  }

  addTask(task: Task): void {
    this.#tasks.set(task.id, task);
    this.touchTask(task);
  }

  /** A task nothing happens to by itself is kept only as long as there is room. */
  #settleTask(task: Task): void {
    if (isActive(task)) {
      this.#tasks.set(task.id, task);
      this.#settledTasks.delete(task.id);
      return;
    }
    this.#tasks.delete(task.id);
    this.#settledTasks.set(task.id, task);
    if (this.#settledTasks.size > SETTLED_TASKS) {
      const oldest = this.#settledTasks.keys().next().value;
      if (oldest !== undefined) this.#settledTasks.delete(oldest);
    }
  }

  /** To be called after every change of a task: it is written, and its next event stands on the agenda. */
  touchTask(task: Task): void {
    task.changes++;
    this.#dirtyTasks.add(task);
    this.#holdLines(task);
    this.scheduleTask(task);
  }

  /** Only counted, with no effect on what happens to the task next. */
  countTask(task: Task): void {
    task.changes++;
    this.#countedTasks.add(task);
  }

  scheduleTask(task: Task): void {
    const at = nextTaskEvent(this, task);
    if (at === null) this.#taskTimers.delete(task.id);
    else if (this.#taskTimers.get(task.id) !== at) {
      this.#taskTimers.set(task.id, at);
      this.agenda.add({ at, rank: RANK.task, key: task.id });
    }
  }

  /** The started, unfinished task of type 0 that holds a line, or null (seen: 3030002). */
  holderOf(lineNum: string): Task | null {
    const id = this.#holders.get(lineNum);
    return id === undefined ? null : this.task(id);
  }

  /** The pools' lanes of a line that have rows left, by ascending task. */
  poolLanesOf(lineNum: string): readonly Lane[] {
    return this.#poolLanes.get(lineNum) ?? [];
  }

  /** Rows of pools that the line could still dial by itself. */
  dialableRows(state: LineState): number {
    if (isExpired(state.line, this.now)) return 0;
    const enterprise = this.accounts.enterprise(state.line.businessId);
    if (!enterprise?.enabled || isUsedUp(enterprise)) return 0;
    return this.poolLanesOf(state.line.lineNum).reduce((sum, lane) => sum + lane.lastIndex - lane.cursor, 0);
  }

  /** Whether an agenda entry of a task still stands; taking it clears it. */
  takeTaskTimer(id: number, at: number): boolean {
    return this.#taskTimers.get(id) === at && this.#taskTimers.delete(id);
  }

  addCall(call: Call): void {
    this.calls.set(call.id, call);
    this.touchCall(call);
  }

  touchCall(call: Call): void {
    this.#dirtyCalls.add(call);
    if (call.dueAt !== null) this.agenda.add({ at: call.dueAt, rank: RANK.call, key: call.id });
  }

  /** Any call, live or ended; null if it is unknown or was pruned. */
  call(id: number): Call | null {
    const live = this.calls.get(id);
    if (live !== undefined) return live;
    for (const call of this.#dirtyCalls) if (call.id === id) return call;
    const row = this.database.prepare<CallRow>('SELECT * FROM call WHERE id = ?').get(id);
    return row === undefined ? null : readCall(row, this.submissions);
  }

  lane(taskId: number, lineNum: string): Lane | null {
    const key = `${taskId}/${lineNum}`;
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const row = this.database
      .prepare<{ cursor: number; last_index: number }>(
        'SELECT cursor, last_index FROM lane WHERE task_id = ? AND line_num = ?',
      )
      .get(taskId, lineNum);
    if (row === undefined) return null;
    const lane = { taskId, lineNum, cursor: row.cursor, lastIndex: row.last_index };
    this.#lanes.set(key, lane);
    return lane;
  }

  openLane(taskId: number, lineNum: string): Lane {
    const known = this.lane(taskId, lineNum);
    if (known !== null) return known;
    const lane = { taskId, lineNum, cursor: 0, lastIndex: 0 };
    this.#lanes.set(`${taskId}/${lineNum}`, lane);
    this.#addPoolLane(lane);
    return lane;
  }

  touchLane(lane: Lane): void {
    this.#dirtyLanes.add(lane);
  }

  /** Dialling on this line is looked at again at `at`. */
  scheduleDial(state: LineState, at: number): void {
    this.agenda.add({ at, rank: RANK.dial, key: this.#lineKeys.get(state.line.lineNum) ?? 0 });
  }

  lineByKey(key: number): LineState | undefined {
    return this.#linesByKey[key];
  }

  /** The next number of a kind, and the `count` - 1 after it. */
  takeNumber(kind: Numbered, count = 1): number {
    const next = this.#numbers.get(kind) ?? 1;
    this.#numbers.set(kind, next + count);
    this.#dirtyNumbers.add(kind);
    this.#numbersChanged = true;
    return next;
  }

  tell(event: string, data: Readonly<Record<string, unknown>>): void {
    this.onFact?.({ at: this.now, event, data });
  }

  /** Writes what was changed; called at the end of each command and of each window of events. */
  flush(): void {
    for (const task of this.#dirtyTasks) {
      saveTask(this.database, task);
      this.#settleTask(task);
    }
    for (const task of this.#countedTasks) {
      if (!this.#dirtyTasks.has(task)) saveTaskCounts(this.database, task);
      this.#settleTask(task);
    }
    this.#countedTasks.clear();
    this.#dirtyTasks.clear();
    for (const call of this.#dirtyCalls) saveCall(this.database, call);
    this.#dirtyCalls.clear();
    for (const lane of this.#dirtyLanes) {
      this.database
        .prepare('INSERT OR REPLACE INTO lane VALUES(?, ?, ?, ?)')
        .run(lane.taskId, lane.lineNum, lane.cursor, lane.lastIndex);
    }
    this.#dirtyLanes.clear();
    if (this.#numbersChanged) {
      for (const kind of this.#dirtyNumbers) this.#writeMeta(`next-${kind}`, this.#numbers.get(kind) ?? 1);
      this.#dirtyNumbers.clear();
      this.#numbersChanged = false;
    }
  }

  /** Keeps the instant up to which everything has happened, so that a restart goes on from there. */
  saveNow(): void {
    this.#writeMeta('now', this.now);
  }

  #writeMeta(key: string, value: number): void {
    this.database.prepare('INSERT OR REPLACE INTO meta VALUES(?, ?)').run(key, value);
  }

  #load(): void {
    [...this.lines.values()].forEach((state, key) => {
      this.#lineKeys.set(state.line.lineNum, key);
      this.#linesByKey[key] = state;
    });
    const first = this.config.ids === 'small' ? 1 : FIRST_LARGE_ID;
    for (const kind of ['task', 'row', 'call', 'token'] as const) {
      const row = this.database
        .prepare<{ value: number }>('SELECT value FROM meta WHERE key = ?')
        .get(`next-${kind}`);
      this.#numbers.set(kind, row?.value ?? (kind === 'task' || kind === 'row' ? first : 1));
    }
    for (const task of loadActiveTasks(this.database)) {
      this.#tasks.set(task.id, task);
      this.#holdLines(task);
      this.scheduleTask(task);
    }
    const lanes = this.database
      .prepare<{ task_id: number; line_num: string }>(
        "SELECT task_id, line_num FROM lane WHERE line_num <> ''",
      )
      .all();
    for (const row of lanes) {
      const lane = this.lane(row.task_id, row.line_num);
      if (lane !== null) this.#addPoolLane(lane);
    }
    const calls = this.database
      .prepare<CallRow>('SELECT * FROM call WHERE state < 3 OR hangup_at > ? ORDER BY id')
      .all(this.now - CHANNEL_REST_MS);
    for (const row of calls) this.#placeCall(readCall(row, this.submissions));
    for (const state of this.lines.values()) {
      state.resting.sort((a, b) => a - b);
      for (const at of state.resting) this.scheduleDial(state, at);
      this.scheduleDial(state, this.now);
    }
    this.agenda.add({ at: startOfDay(this.now) + DAY_MS, rank: RANK.day, key: 0 });
  }

  #holdLines(task: Task): void {
    if (task.type !== 0) return;
    const holds = isHolding(task);
    for (const lineNum of task.lineNums) {
      if (holds) this.#holders.set(lineNum, task.id);
      else if (this.#holders.get(lineNum) === task.id) this.#holders.delete(lineNum);
    }
  }

  #addPoolLane(lane: Lane): void {
    if (lane.lineNum === '') return;
    const lanes = this.#poolLanes.get(lane.lineNum) ?? [];
    lanes.push(lane);
    this.#poolLanes.set(
      lane.lineNum,
      lanes.sort((a, b) => a.taskId - b.taskId),
    );
  }

  #placeCall(call: Call): void {
    const line = this.lines.get(call.lineNum);
    if (call.state !== 'ended') {
      this.calls.set(call.id, call);
      if (call.dueAt !== null) this.agenda.add({ at: call.dueAt, rank: RANK.call, key: call.id });
      if (line !== undefined) line.busy++;
    } else if (call.direction === 'outbound' && !call.turbo && call.hangupAt !== null) {
      line?.resting.push(call.hangupAt + CHANNEL_REST_MS);
    }
  }
}

function isActive(task: Task): boolean {
  return task.type === 2 || task.liveCount > 0 || isHolding(task);
}
