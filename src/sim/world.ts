import type { Fixtures } from './account/account.ts';
import { Accounts } from './account/accounts.ts';
import { isUsedUp } from './account/balance.ts';
import { CHANNEL_REST_MS, isExpired, type LineState, openLine } from './account/line-state.ts';
import type { Call } from './call/call.ts';
import type { SimulationConfig } from './config.ts';
import type { Fact, FactData, FactName } from './fact.ts';
import type { Fault } from './fault/fault.ts';
import { Outbox } from './push/outbox.ts';
import { type Chance, deriveChance } from './random.ts';
import { CountedList } from './rule/counted-list.ts';
import type { Rule } from './rule/rule.ts';
import { type CallRow, readCall, saveCall } from './store/call-table.ts';
import type { Database } from './store/database.ts';
import { type Numbered, NumberTable } from './store/number-table.ts';
import { nextTaskEvent } from './task/hours.ts';
import { type Lane, Submissions } from './task/lane.ts';
import { LaneSet } from './task/lane-set.ts';
import type { Task } from './task/task.ts';
import { TaskSet } from './task/task-set.ts';
import { FIRST_LARGE_ID, largeIds, SMALL_IDS, type WireIds } from './task/wire-id.ts';
import { Agenda, RANK } from './time/agenda.ts';
import { DAY_MS, startOfDay } from './time/calendar.ts';

/**
 * The working set of a simulation: what is alive, read once, changed by decisions, written once per unit of work.
 * The store is the truth; after a failed unit of work the set is thrown away and loaded again.
 */
export class World {
  readonly database: Database;
  readonly config: SimulationConfig;
  /** What all draws are rooted in: the seed of the configuration, apart for each universe. */
  readonly seed: Chance;
  readonly accounts: Accounts;
  readonly ids: WireIds;
  readonly submissions: Submissions;
  readonly outbox: Outbox;
  readonly rules: CountedList<Rule>;
  readonly faults: CountedList<Fault>;
  readonly agenda = new Agenda();
  /** Live calls. */
  readonly calls = new Map<number, Call>();
  readonly lines = new Map<string, LineState>();
  /** The present instant; time comes in with the command. */
  now: number;
  /** Wall ms at the present instant: what calls of real phones go by. */
  wallNow = 0;
  /** Whether a real phone is registered with a SIP account at this moment (spec 4.4). */
  readonly isReachable: (sipUser: string) => boolean;
  /** Live calls of real phones; they end when the phone does, whatever the clock says. */
  readonly phoneCalls = new Map<number, Call>();
  /** Those of them that were changed and whose phone has not been told. */
  readonly changedPhones = new Set<number>();
  /** Failure files may be there to be written or removed: the store knows which. */
  hasFileWork = true;
  /** Set by whoever wants to hear of facts; nothing is built when nobody listens. */
  onFact: ((fact: Fact) => void) | null = null;

  readonly #tasks: TaskSet;
  readonly #lanes: LaneSet;
  readonly #numbers: NumberTable;
  readonly #lineKeys = new Map<string, number>();
  readonly #linesByKey: LineState[] = [];
  /** The instant last put on the agenda for a line, so that a thousand submissions of one instant put it there once. */
  readonly #lastDial: number[] = [];
  /** When something happens next to a task by itself: other agenda entries of it are stale. */
  readonly #taskTimers = new Map<number, number>();
  readonly #dirtyCalls = new Map<number, Call>();

  constructor(options: {
    database: Database;
    config: SimulationConfig;
    fixtures: Fixtures;
    now: number;
    isReachable: (sipUser: string) => boolean;
  }) {
    this.database = options.database;
    this.isReachable = options.isReachable;
    this.config = options.config;
    const { seed, universe } = options.config;
    this.seed = universe === '' ? seed : deriveChance(seed, 'universe', universe);
    this.now = options.now;
    this.ids = options.config.ids === 'small' ? SMALL_IDS : largeIds(universe);
    this.accounts = new Accounts(options.fixtures, this.database);
    this.submissions = new Submissions(this.database);
    this.#tasks = new TaskSet(this.database);
    this.#lanes = new LaneSet(this.database);
    const first = this.config.ids === 'small' ? 1 : FIRST_LARGE_ID;
    this.#numbers = new NumberTable(this.database, { task: first, row: first });
    this.outbox = new Outbox(this.database, this.#numbers);
    this.rules = new CountedList('rule', this.database, this.#numbers);
    this.faults = new CountedList('fault', this.database, this.#numbers);
    this.#openLines();
    this.#placeCalls();
    this.#fillAgenda();
  }

  /** The task with this rowid, or null. */
  task(id: number): Task | null {
    return this.#tasks.get(id);
  }

  /** Grows with every change of any task. */
  get taskChanges(): number {
    return this.#tasks.changes;
  }

  /** Pools, started and unfinished tasks, those with live calls; by ascending key. */
  activeTasks(): readonly Task[] {
    return this.#tasks.active();
  }

  /** The app's pool; null only before the fixtures are placed. */
  poolOf(appId: string): Task | null {
    return this.#tasks.poolOf(appId);
  }

  /** The started, unfinished task of type 0 that holds a line, or null (seen: 3030002). */
  holderOf(lineNum: string): Task | null {
    return this.#tasks.holderOf(lineNum);
  }

  /** To be called with a new task and after every change of one: it is written, and its next event is on the agenda. */
  touchTask(task: Task): void {
    this.#tasks.touch(task);
    this.scheduleTask(task);
  }

  /** To be called after a change of its counts alone, which has no effect on what happens to the task next. */
  countTask(task: Task): void {
    this.#tasks.count(task);
  }

  scheduleTask(task: Task): void {
    const at = nextTaskEvent(this, task);
    if (at === null) this.#taskTimers.delete(task.id);
    else if (this.#taskTimers.get(task.id) !== at) {
      this.#taskTimers.set(task.id, at);
      this.agenda.add({ at, rank: RANK.task, key: task.id });
    }
  }

  /** Whether real phones hold all channels of a line: no clock can free one. */
  isHeldByPhones({ line }: LineState): boolean {
    if (this.phoneCalls.size < line.concurrents) return false;
    let held = 0;
    for (const call of this.phoneCalls.values()) if (call.lineNum === line.lineNum) held++;
    return held >= line.concurrents;
  }

  /** Rows of pools that the line could still dial by itself. */
  dialableRows(state: LineState): number {
    if (isExpired(state.line, this.now) || this.isHeldByPhones(state)) return 0;
    const enterprise = this.accounts.enterprise(state.line.businessId);
    if (!enterprise?.enabled || isUsedUp(enterprise)) return 0;
    return this.#lanes
      .ofPools(state.line.lineNum)
      .reduce((sum, lane) => sum + lane.lastIndex - lane.cursor, 0);
  }

  /** Whether an agenda entry of a task still stands; taking it clears it. */
  takeTaskTimer(id: number, at: number): boolean {
    return this.#taskTimers.get(id) === at && this.#taskTimers.delete(id);
  }

  addCall(call: Call): void {
    this.calls.set(call.id, call);
    if (call.phone !== null) this.phoneCalls.set(call.id, call);
    this.touchCall(call);
  }

  /** A call has ended; it stays in the store. */
  dropCall(call: Call): void {
    this.calls.delete(call.id);
    this.phoneCalls.delete(call.id);
  }

  touchCall(call: Call): void {
    this.#dirtyCalls.set(call.id, call);
    if (call.phone !== null) this.changedPhones.add(call.id);
    if (call.dueAt !== null) this.agenda.add({ at: call.dueAt, rank: RANK.call, key: call.id });
  }

  /** Any call, live or ended; null if it is unknown or was pruned. */
  call(id: number): Call | null {
    const known = this.calls.get(id) ?? this.#dirtyCalls.get(id);
    if (known !== undefined) return known;
    const row = this.database.prepare<CallRow>('SELECT * FROM call WHERE id = ?').get(id);
    return row === undefined ? null : readCall(row, this.submissions);
  }

  /** @param lineNum empty for a task of type 0 */
  lane(taskId: number, lineNum: string): Lane | null {
    return this.#lanes.get(taskId, lineNum);
  }

  openLane(taskId: number, lineNum: string): Lane {
    return this.#lanes.open(taskId, lineNum);
  }

  touchLane(lane: Lane): void {
    this.#lanes.touch(lane);
  }

  /** The pools' lanes of a line, by ascending task. */
  poolLanesOf(lineNum: string): readonly Lane[] {
    return this.#lanes.ofPools(lineNum);
  }

  /** Dialling on this line is looked at again at `at`. */
  scheduleDial(state: LineState, at: number): void {
    const key = this.#lineKeys.get(state.line.lineNum) ?? 0;
    if (this.#lastDial[key] === at) return;
    this.#lastDial[key] = at;
    this.agenda.add({ at, rank: RANK.dial, key });
  }

  /** The line whose dialling stands on the agenda for `at`; taking it clears that. */
  takeDial(key: number, at: number): LineState | undefined {
    if (this.#lastDial[key] === at) this.#lastDial[key] = Number.NaN;
    return this.#linesByKey[key];
  }

  /** The next number of a kind; the `count` - 1 after it are taken too. */
  takeNumber(kind: Exclude<Numbered, 'task'>, count = 1): number {
    return this.#numbers.take(kind, count);
  }

  /** The next id that no task has: those of fixtures were not counted, and small ones come by them. */
  takeTaskId(): number {
    let id = this.#numbers.take('task');
    while (id < FIRST_LARGE_ID && this.task(id) !== null) id = this.#numbers.take('task');
    return id;
  }

  /** @param data built only if somebody listens */
  tell<Name extends FactName>(event: Name, data: () => FactData[Name]): void {
    this.onFact?.({ at: this.now, event, data: data() } as Fact);
  }

  /**
   * Ends a command or a window of events that went well: what it changed is written, and its counters are captured as
   * they are now. Commands of one batch count the same things, so these are written once, by `writeCounters`.
   */
  flush(): void {
    this.#tasks.flush();
    for (const call of this.#dirtyCalls.values()) saveCall(this.database, call);
    if (this.#dirtyCalls.size > 0) this.#dirtyCalls.clear();
    // From here on nothing can fail: either all of a command's counters are captured or none.
    this.#tasks.capture();
    this.#lanes.capture();
    this.#numbers.capture();
  }

  /** Before the commit, and before anything else that reads them in the store. */
  writeCounters(): void {
    this.#tasks.write();
    this.#lanes.write();
    this.#numbers.write();
  }

  /** Keeps the instant up to which everything has happened, so that a restart goes on from there. */
  saveNow(): void {
    this.database.prepare('INSERT OR REPLACE INTO meta VALUES(?, ?)').run('now', this.now);
  }

  #openLines(): void {
    for (const line of this.accounts.fixtures.lines) {
      const state = openLine(line);
      this.lines.set(line.lineNum, state);
      this.#lineKeys.set(line.lineNum, this.#linesByKey.push(state) - 1);
    }
  }

  /** Live calls, and the rest that the last ones gave their channels. */
  #placeCalls(): void {
    const rows = this.database
      .prepare<CallRow>('SELECT * FROM call WHERE state < 3 OR hangup_at > ? ORDER BY id')
      .all(this.now - CHANNEL_REST_MS);
    for (const row of rows) {
      const call = readCall(row, this.submissions);
      const line = this.lines.get(call.lineNum);
      if (call.state !== 'ended') {
        this.calls.set(call.id, call);
        if (call.phone !== null) this.phoneCalls.set(call.id, call);
        if (line !== undefined) line.busy++;
      } else if (call.direction === 'outbound' && !call.turbo && call.hangupAt !== null) {
        line?.resting.push(call.hangupAt + CHANNEL_REST_MS);
      }
    }
    for (const { resting } of this.lines.values()) resting.sort((a, b) => a - b);
  }

  #fillAgenda(): void {
    this.agenda.add({ at: startOfDay(this.now) + DAY_MS, rank: RANK.day, key: 0 });
    for (const task of this.activeTasks()) this.scheduleTask(task);
    for (const { id, dueAt } of this.calls.values()) {
      if (dueAt !== null) this.agenda.add({ at: dueAt, rank: RANK.call, key: id });
    }
    for (const state of this.lines.values()) {
      this.scheduleDial(state, this.now);
      for (const at of state.resting) this.scheduleDial(state, at);
    }
  }
}
