import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Fixtures } from './account/account.ts';
import { endLostPhones } from './call/phone.ts';
import type { ClockMode, SimulationConfig } from './config.ts';
import { ConfigurationError } from './configuration-error.ts';
import { Engine } from './engine.ts';
import type { Fact } from './fact.ts';
import type { HttpPort } from './port.ts';
import { createFilePort, type FileStore } from './push/file.ts';
import { Flights } from './push/flights.ts';
import { Database, type FailPoint } from './store/database.ts';
import { dumpTables } from './store/dump.ts';
import { placeFixtures } from './task/fixture.ts';
import { Clock } from './time/clock.ts';
import { type Advance, type Advanced, Driver } from './time/driver.ts';
import { World } from './world.ts';

export interface SimulationOptions {
  readonly config: SimulationConfig;
  readonly fixtures: Fixtures;
  /** Folder of durable state; null = memory mode. */
  readonly dataDir: string | null;
  /** How attempts at the integrator's URLs are made; closed with the simulation. */
  readonly http: HttpPort;
  readonly log: (message: string, error: unknown) => void;
  readonly failPoint?: (point: FailPoint) => void;
  readonly cacheMb?: number;
}

/** Spec 5.1. */
const CLOSE_GRACE_MS = 5000;

interface Core {
  readonly database: Database;
  readonly clock: Clock;
  readonly engine: Engine;
  readonly driver: Driver;
}

/**
 * One simulator: its own database, clock, seed and fixtures; nothing of it is global. Reset builds a new core and
 * swaps it, so that nothing of the old one can leak into the new.
 */
export class Simulation {
  #options: SimulationOptions;
  #core: Core;
  readonly #files: FileStore;
  #onPhones: (callIds: readonly number[] | null) => void = () => {};
  #onFacts: ((facts: readonly Fact[]) => void) | null = null;
  #stopFacts = () => {};

  private constructor(options: SimulationOptions) {
    this.#options = options;
    if (options.dataDir !== null) mkdirSync(options.dataDir, { recursive: true });
    this.#files = createFilePort(
      options.dataDir === null ? null : join(options.dataDir, 'push'),
      options.failPoint,
    );
    this.#core = this.#build();
  }

  /** Opens the state, recovers what was left half done, and lets a running clock run. */
  static async open(options: SimulationOptions): Promise<Simulation> {
    const simulation = new Simulation(options);
    await simulation.#core.driver.start();
    return simulation;
  }

  get config(): SimulationConfig {
    return this.#options.config;
  }

  get fixtures(): Fixtures {
    return this.#options.fixtures;
  }

  get clock(): Clock {
    return this.#core.clock;
  }

  get files(): FileStore {
    return this.#files;
  }

  get isAdvancing(): boolean {
    return this.#core.driver.isAdvancing;
  }

  /** What stopped the clock for good, or null. */
  get fault(): unknown {
    return this.#core.driver.fault;
  }

  get isWriting(): boolean {
    return this.#core.engine.isWriting;
  }

  /** Resolves after the command's commit. @throws Refusal */
  execute<T>(command: (world: World) => T): Promise<T> {
    return this.#core.engine.execute(command);
  }

  /** A read that meets an open batch is answered with it. */
  read<T>(query: (world: World) => T): T | Promise<T> {
    return this.#core.engine.read(query);
  }

  hasFaults(): boolean {
    return this.#core.engine.world.faults.all().length > 0;
  }

  /** One listener to the facts of the simulation, across resets. @returns how to stop */
  onFacts(listener: (facts: readonly Fact[]) => void): () => void {
    this.#stopFacts();
    this.#onFacts = listener;
    this.#stopFacts = this.#core.engine.listen(listener);
    return () => {
      if (this.#onFacts !== listener) return;
      this.#onFacts = null;
      this.#stopFacts();
    };
  }

  /**
   * One listener to the calls of real phones, across resets: told after a commit which of them it changed.
   * @param listener null: all that it knew of are gone
   */
  onPhones(listener: (callIds: readonly number[] | null) => void): void {
    this.#onPhones = listener;
  }

  /** @throws Error while another advance is under way */
  advance(request: Advance): Promise<Advanced> {
    return this.#core.driver.advance(request);
  }

  /** Changes mode and speed while running; time goes on from where it stands, never backwards. */
  async setClock(mode: ClockMode, speed: number): Promise<void> {
    const { clock } = this.#core;
    await this.execute((world) => {
      clock.moveTo(clock.target);
      clock.setMode(mode, speed);
      world.now = clock.position;
    });
  }

  /** Writes failure files that were closed; resolves when their zips stand under their names. */
  writeFiles(): Promise<void> {
    return this.#core.driver.writeFiles();
  }

  /** Back to the fixtures with an empty history. */
  async reset(seed: number = this.config.seed): Promise<void> {
    const old = this.#core;
    this.#options = { ...this.#options, config: { ...this.config, seed } };
    old.driver.stop();
    old.engine.close();
    if (this.#options.dataDir !== null) removeState(this.#options.dataDir);
    this.#onPhones(null);
    // Up to here nothing was awaited: no request falls between the old core and the new one.
    this.#core = this.#build();
    if (this.#onFacts !== null) this.onFacts(this.#onFacts);
    await this.#files.clear();
    await this.#core.driver.start();
  }

  /** The whole state as JSON text; equal texts are equal states. */
  dump(): string {
    this.#core.engine.commit();
    return dumpTables(this.#core.database);
  }

  /** Lets attempts in flight end, at most `graceMs` of wall time, aborts the rest and closes everything. */
  async close(graceMs = CLOSE_GRACE_MS): Promise<void> {
    const { driver, engine } = this.#core;
    this.#onPhones(null);
    driver.stop();
    await driver.drain(graceMs);
    await this.#options.http.close();
    // What was aborted is still settled.
    await driver.drain(CLOSE_GRACE_MS);
    engine.close();
    await this.#files.close();
  }

  /** Pushes and pulls under way, a line each. */
  inFlight(): readonly string[] {
    return this.#options.http.inFlight().map((url) => `a push or pull to ${url}`);
  }

  /** What is open or under way, a line each; nothing after `close`. */
  held(): readonly string[] {
    const { driver, database } = this.#core;
    return [
      ...driver.held(),
      ...this.#options.http.held(),
      ...this.#files.held(),
      ...(database.isOpen ? ['the database'] : []),
    ];
  }

  #build(): Core {
    const { fixtures, dataDir, http, log } = this.#options;
    const database = openDatabase(dataDir, {
      ...(this.#options.cacheMb === undefined ? {} : { cacheMb: this.#options.cacheMb }),
      ...(this.#options.failPoint === undefined ? {} : { failPoint: this.#options.failPoint }),
    });
    const seed = keepSeed(database, this.#options);
    const config = { ...this.#options.config, seed };
    this.#options = { ...this.#options, config };
    const clock = openClock(database, config);
    const load = (now: number) => new World({ database, config, fixtures, now });
    const engine = new Engine({ database, clock, load, log });
    engine.transact((world) => {
      world.now = clock.position;
      placeFixtures(world);
      endLostPhones(world);
    });
    engine.onPhones = (callIds) => this.#onPhones(callIds);
    const driver = new Driver({ engine, clock, flights: new Flights(http), files: this.#files, config, log });
    return { database, clock, engine, driver };
  }
}

/** @throws ConfigurationError if another process has the folder's state open */
function openDatabase(
  dataDir: string | null,
  options: { cacheMb?: number; failPoint?: (point: FailPoint) => void },
): Database {
  try {
    return new Database(dataDir === null ? '' : join(dataDir, 'state.sqlite'), options);
  } catch (error) {
    if (!(error instanceof Error) || !/database is locked/.test(error.message)) throw error;
    throw new ConfigurationError([
      {
        place: '--data-dir',
        found: `${dataDir}, which another yeta-sim has open`,
        expected: 'a folder of its own',
      },
    ]);
  }
}

/** A store keeps the seed that it began with: uuids and every later draw hang on it. */
function keepSeed(database: Database, { config, log }: SimulationOptions): number {
  const saved = database.prepare<{ value: number }>("SELECT value FROM meta WHERE key = 'seed'").get()?.value;
  if (saved === undefined) database.prepare("INSERT INTO meta VALUES('seed', ?)").run(config.seed);
  else if (saved !== config.seed)
    log(`the state has seed ${saved}, which stays; seed ${config.seed} is for an empty --data-dir`, null);
  return saved ?? config.seed;
}

/** With a store that has been used the clock goes on from the last committed instant (spec 5.1). */
function openClock(database: Database, config: SimulationConfig): Clock {
  const saved = database.prepare<{ value: number }>("SELECT value FROM meta WHERE key = 'now'").get()?.value;
  const { mode, speed, startAt } = config.clock;
  const clock = new Clock({ mode, speed, position: saved ?? startAt });
  if (mode !== 'real') return clock;
  // The real clock never goes back: not before what was committed, whatever the wall says.
  return new Clock({ mode, speed, position: Math.max(saved ?? 0, clock.wallNow) });
}

function removeState(dataDir: string): void {
  for (const name of ['state.sqlite', 'state.sqlite-wal', 'state.sqlite-shm'])
    rmSync(join(dataDir, name), { force: true });
}
