import type { Settings } from '../../src/config.ts';
import { type Fixtures, type Line, MODULES } from '../../src/sim/account/account.ts';
import { changeEnterprise } from '../../src/sim/account/change.ts';
import { admitInbound } from '../../src/sim/call/admit.ts';
import type { Call } from '../../src/sim/call/call.ts';
import { receiveCall } from '../../src/sim/call/inbound.ts';
import type { Fact } from '../../src/sim/fact.ts';
import type { FaultEffect } from '../../src/sim/fault/fault.ts';
import type { OutboxRow } from '../../src/sim/push/outbox.ts';
import type { Simulation } from '../../src/sim/simulation.ts';
import type { CallRow } from '../../src/sim/store/call-table.ts';
import type { FailPoint, SqlValue } from '../../src/sim/store/database.ts';
import type { TaskRow } from '../../src/sim/store/task-table.ts';
import type { Advanced } from '../../src/sim/time/driver.ts';
import { createSimulator, type Simulator } from '../../src/simulator.ts';
import { APPS, PlatformClient } from '../conformance/platform-client.ts';
import { holdToContract } from './contract/hold.ts';
import { DEFAULT_FIXTURES } from './dialogue.ts';
import type { TestReceiver } from './receiver.ts';

/** Where a manual clock begins: 2026-01-05 10:00 in Asia/Shanghai, a Monday inside all working hours. */
export const TEN = Date.parse('2026-01-05T10:00:00+08:00');
export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The full size of heavy tests; the suite runs them scaled down. */
export const FULL = process.env.YETA_SIM_FULL === '1';

/** An instant of the present test day, or of another one: `at('12:30')`, `at('2026-01-06 00:00')`. */
export function at(text: string): number {
  const [day, time = day] = text.includes(' ') ? text.split(' ') : ['2026-01-05', text];
  return Date.parse(`${day}T${String(time).length === 5 ? `${time}:00` : time}+08:00`);
}

export interface StageOptions
  extends Omit<Settings, 'fixtures' | 'host' | 'pushUrl' | 'urls' | 'logLevel' | 'logFormat'> {
  /** Laid over the default ones. */
  readonly fixtures?: Partial<Fixtures>;
  /** Where enterprise 167's pushes and pulls go; default: the built-in receiver. */
  readonly receiver?: TestReceiver;
  readonly failPoint?: (point: FailPoint) => void;
  /** Errors may be logged; without it closing fails over them. */
  readonly expectErrors?: boolean;
}

/** A line of the test's own, of enterprise 167. */
export function aLine(lineNum: string, concurrents: number, timeWork: readonly string[] = []): Line {
  return { lineNum, businessId: '167', concurrents, timeWork, timeApply: null, timeExpire: -1 };
}

/** All modules of enterprise 167 to one receiver. */
export function urlsTo(receiver: TestReceiver): Fixtures['urls'] {
  return MODULES.map((module) => ({
    businessId: '167',
    module,
    url: `${receiver.url}/${module}`,
    enabled: true,
  }));
}

export interface AttemptRow {
  readonly outbox_id: number;
  readonly number: number;
  readonly at: number;
  readonly took_ms: number;
  readonly status: number | null;
  readonly answer: string | null;
  readonly error: string | null;
}

export interface NewTask {
  readonly name?: string;
  readonly lines?: string;
  readonly robot?: string;
  readonly begin?: number;
  readonly end?: number;
  readonly recalls?: number;
  /** Seconds. */
  readonly recallWait?: number;
  readonly range?: readonly string[];
  readonly turbo?: boolean;
  /** Call numbers; inserted 50 at a time. */
  readonly numbers?: readonly string[];
}

/** A simulator and one who uses it, for one test. */
export class Stage implements AsyncDisposable {
  readonly simulation: Simulation;
  readonly app: Pick<Simulator, 'request'>;
  /** What was logged: bugs, stores that cannot be written, sentences without an error. */
  readonly logged: unknown[];
  readonly #simulator: Simulator;
  readonly #expectErrors: boolean;
  #client: Promise<PlatformClient> | null = null;
  #closed = false;

  private constructor(simulator: Simulator, logged: unknown[], expectErrors: boolean) {
    this.#simulator = simulator;
    this.simulation = simulator.simulation;
    this.app = simulator;
    this.logged = logged;
    this.#expectErrors = expectErrors;
  }

  static async open(options: StageOptions = {}): Promise<Stage> {
    const { fixtures, receiver, expectErrors = false, ...settings } = options;
    const logged: unknown[] = [];
    const simulator = await createSimulator({
      clock: 'manual',
      listen: false,
      ...settings,
      fixtures: {
        ...DEFAULT_FIXTURES,
        ...(receiver === undefined ? null : { urls: urlsTo(receiver) }),
        ...fixtures,
      },
      log: (message, error) => void logged.push(error ?? message),
      inspect: holdToContract,
    });
    return new Stage(simulator, logged, expectErrors);
  }

  /** Opens a port of its own. @returns where it listens */
  async listen(): Promise<string> {
    await this.#simulator.listen();
    return this.#simulator.url;
  }

  /** What a program has of it. */
  get sim(): Simulator {
    return this.#simulator;
  }

  get now(): number {
    return this.simulation.clock.target;
  }

  /** The client of app 20180739 (enterprise 167), with a token that is valid now. */
  client(): Promise<PlatformClient> {
    this.#client ??= PlatformClient.open(this.app, APPS.full);
    return this.#client;
  }

  /** The next call asks for a token first. */
  renewToken(): void {
    this.#client = null;
  }

  /** A call of the platform; a token that has expired on the way is renewed first. @returns its code and result */
  async call(operation: Parameters<PlatformClient['call']>[0], body: object) {
    let answer = await (await this.client()).call(operation, body);
    if (answer.code === 10001) {
      this.#client = null;
      answer = await (await this.client()).call(operation, body);
    }
    return answer;
  }

  /** The same, where anything but success is a mistake of the test. */
  async ask(
    operation: Parameters<PlatformClient['call']>[0],
    body: object,
  ): Promise<Record<string, unknown>> {
    const { code, message, result } = await this.call(operation, body);
    if (code !== 0) throw new Error(`${operation} answered ${code} ${message}: ${JSON.stringify(body)}`);
    return result;
  }

  /** @returns the id of a new task */
  async create(task: NewTask = {}): Promise<string> {
    const { result } = await this.call('create', {
      task_name: task.name ?? '测试',
      line_num: task.lines ?? '69101338',
      robot_id: task.robot ?? '719',
      time_begin: task.begin ?? TEN,
      time_end: task.end,
      recall_count: task.recalls,
      time_recall_wait: task.recallWait,
      time_range: task.range,
      trubo_mode: task.turbo,
    });
    const id = String(result.task_id);
    const numbers = task.numbers ?? [];
    for (let i = 0; i < numbers.length; i += 50) {
      await this.ask('insert', { task_id: id, ...rowsOf(numbers.slice(i, i + 50), task.robot) });
    }
    return id;
  }

  /** @returns the id of a task that was started */
  async start(task: NewTask): Promise<string> {
    const id = await this.create(task);
    await this.ask('start', { task_id: id });
    return id;
  }

  callout(numbers: readonly string[], more: { line?: string; robot?: string } = {}) {
    return this.ask('callout', {
      line_num: more.line ?? '69101338',
      robot_id: more.robot ?? '719',
      ...rowsOf(numbers, more.robot),
    });
  }

  /** A call comes in over a line. @throws Refusal if it is not let in */
  callIn(more: { line?: string; robot?: string; relation?: string; ringMs?: number } = {}): Promise<Call> {
    return this.simulation.execute((world) =>
      receiveCall(world, {
        ...admitInbound(world, {
          appId: '20180739',
          robotId: more.robot ?? '719',
          lineNum: more.line ?? '69101408',
        }),
        caller: '13900000001',
        relationId: more.relation ?? 'relation-1',
        ringMs: more.ringMs ?? 500,
      }),
    );
  }

  /** Minutes left; null = unlimited. */
  setBalance(balance: number | null): Promise<void> {
    return this.simulation.execute((world) => {
      const enterprise = world.accounts.enterprise('167');
      if (enterprise !== undefined) changeEnterprise(world, enterprise, { balance });
    });
  }

  addFault(fault: FaultEffect & { on: string; probability?: number }, times: number | null = null) {
    return this.simulation.execute((world) => world.faults.add(fault, times));
  }

  advance(by: number): Promise<Advanced> {
    return this.advanceTo(this.now + by);
  }

  advanceTo(to: number, more: { overlap?: boolean } = {}): Promise<Advanced> {
    return this.simulation.advance({ to, untilIdle: false, overlap: false, ...more });
  }

  /** Until nothing is left to happen by itself. */
  async idle(more: { overlap?: boolean; within?: number } = {}): Promise<Advanced> {
    const { overlap = false, within = 30 * DAY } = more;
    const advanced = await this.simulation.advance({ to: this.now + within, untilIdle: true, overlap });
    if (advanced.pending.length > 0) throw new Error(`not idle: ${advanced.pending.join(', ')}`);
    return advanced;
  }

  /** What stands in the store. */
  async rows<Row>(sql: string, ...values: SqlValue[]): Promise<Row[]> {
    return await this.simulation.read((world) => world.database.prepare<Row>(sql).all(...values));
  }

  /** All calls in the order in which they were dialled. */
  calls(): Promise<CallRow[]> {
    return this.rows<CallRow>('SELECT * FROM call ORDER BY id');
  }

  outbox(): Promise<OutboxRow[]> {
    return this.rows<OutboxRow>('SELECT * FROM outbox ORDER BY id');
  }

  attempts(): Promise<AttemptRow[]> {
    return this.rows<AttemptRow>('SELECT * FROM attempt ORDER BY outbox_id, number');
  }

  /** A task as it stands in the store. @param wireId as the platform names it */
  async task(wireId: string): Promise<TaskRow> {
    const id = await this.simulation.read((world) => world.ids.parseTask(wireId));
    const [row] = await this.rows<TaskRow>('SELECT * FROM task WHERE id = ?', id);
    if (row === undefined) throw new Error(`there is no task ${wireId}`);
    return row;
  }

  async status(wireId: string): Promise<number> {
    return (await this.task(wireId)).status;
  }

  /** Gathers the facts that are told from now on. */
  gatherFacts(): Fact[] {
    const facts: Fact[] = [];
    this.simulation.onFacts((told) => void facts.push(...told));
    return facts;
  }

  /** The state without what only the wall clock knows: how long attempts took. */
  dump(): string {
    return dumpWithoutWall(this.simulation.dump());
  }

  /** @param graceMs wall ms that attempts in flight have to end */
  async close(graceMs?: number): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#simulator.close(graceMs);
    if (this.#expectErrors) return;
    if (this.simulation.fault !== null)
      throw new Error('the simulation stood', { cause: this.simulation.fault });
    if (this.logged.length > 0) throw new Error('errors were logged', { cause: this.logged[0] });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Head and rows of a submission for a robot of the default fixtures. */
export function rowsOf(
  numbers: readonly string[],
  robot = '719',
): { call_column: string[]; call_list: string[][] } {
  const head = DEFAULT_FIXTURES.robots.find(({ robotId }) => robotId === robot)?.callColumn ?? [];
  return {
    call_column: [...head],
    call_list: numbers.map((number, i) => [number, ...head.slice(1).map((name) => `${name}${i}`)]),
  };
}

/** Ordinary numbers, so that the weights decide. */
export function numbersFrom(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(13_800_000_000 + first + i));
}

/** Tells by the wall that somebody took his time. */
const SLOW_NOTE = /(?:; )?slow: \d+ ms, at most 500 ms are advised/;

/** A dump without what only the wall knows: how long attempts took, and which pulls were slow. */
export function dumpWithoutWall(dump: string): string {
  const tables = JSON.parse(dump) as Record<string, Record<string, unknown>[]>;
  const attempt = tables.attempt?.map(({ took_ms: _, ...rest }) => rest);
  const call = tables.call?.map(({ outside, ...rest }) => ({
    ...rest,
    outside: typeof outside === 'string' ? outside.replace(SLOW_NOTE, '').replace(',"note":""', '') : outside,
  }));
  return JSON.stringify({ ...tables, attempt, call });
}
