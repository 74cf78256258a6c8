import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Fixtures } from './account/account.ts';
import type { examineFixtures } from './account/fixture.ts';
import type { ClockMode, SimulationConfig } from './config.ts';
import { buildCore, type Core, type CoreOptions } from './core.ts';
import type { Fact } from './fact.ts';
import type { HttpPort, PhonePort } from './port.ts';
import { createFilePort, type FileStore, type OpenFile } from './push/file.ts';
import type { FileFailure } from './push/file-writer.ts';
import { Refusal } from './refusal.ts';
import {
  checkHead,
  openSnapshotFile,
  packZips,
  prepareState,
  readStrangersFixtures,
  SnapshotFolders,
  type SnapshotPlace,
  unpackZips,
} from './snapshot.ts';
import { openState, removeState } from './state.ts';
import type { Database, DatabaseOptions, FailPoint } from './store/database.ts';
import { dumpTables } from './store/dump.ts';
import { Snapshot, type SnapshotHead } from './store/snapshot.ts';
import type { Clock } from './time/clock.ts';
import type { Advance, Advanced } from './time/driver.ts';
import { World } from './world.ts';

export interface SimulationOptions {
  readonly config: SimulationConfig;
  readonly fixtures: Fixtures;
  /** Laid over fixtures that come with a snapshot, as it was over those above. */
  readonly overlay?: (fixtures: Fixtures) => Fixtures;
  /** Folder of durable state; null = memory mode. */
  readonly dataDir: string | null;
  /** How attempts at the integrator's URLs are made; closed with the simulation. */
  readonly http: HttpPort;
  readonly log: (message: string, error: unknown) => void;
  readonly failPoint?: (point: FailPoint) => void;
  /** Asked at the start alone, not after a reset. */
  readonly salvage?: CoreOptions['salvage'];
  readonly cacheMb?: number;
}

const NO_PHONES: PhonePort = { isReachable: () => false, changed: () => {} };

/** Spec 5.1. */
const CLOSE_GRACE_MS = 5000;

/**
 * One simulator: its own database, clock, seed and fixtures; nothing of it is global. Reset builds a new core and
 * swaps it, so that nothing of the old one can leak into the new.
 */
export class Simulation {
  readonly #options: SimulationOptions;
  #core: Core;
  readonly #files: FileStore;
  readonly #snapshots: SnapshotFolders;
  readonly #database: DatabaseOptions;
  #phones: PhonePort = NO_PHONES;
  #onFacts: ((facts: readonly Fact[]) => void) | null = null;
  #stopFacts = () => {};
  #isClosing = false;

  private constructor(options: SimulationOptions) {
    this.#options = options;
    this.#database = { cacheMb: options.cacheMb, failPoint: options.failPoint };
    if (options.dataDir !== null) mkdirSync(options.dataDir, { recursive: true });
    this.#files = createFilePort(
      options.dataDir === null ? null : join(options.dataDir, 'push'),
      options.failPoint,
    );
    this.#snapshots = new SnapshotFolders(options.dataDir);
    this.#core = this.#build(this.#open(), { salvage: options.salvage });
    const { seed } = options.config;
    if (this.config.seed !== seed) {
      options.log(
        `the state has seed ${this.config.seed}, which stays; seed ${seed} is for an empty --data-dir`,
        null,
      );
    }
    if (this.fixtures !== options.fixtures)
      options.log('the state has fixtures of its own, from a snapshot, which stay until a reset', null);
  }

  /** Opens the state, recovers what was left half done, and lets a running clock run. */
  static async open(options: SimulationOptions): Promise<Simulation> {
    const simulation = new Simulation(options);
    await simulation.#core.driver.start();
    return simulation;
  }

  get config(): SimulationConfig {
    return this.#core.config;
  }

  get fixtures(): Fixtures {
    return this.#core.fixtures;
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

  /** From now on, across resets, real phones are served by this one. */
  servePhones(phones: PhonePort): void {
    this.#phones = phones;
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
  writeFiles(): Promise<readonly FileFailure[]> {
    return this.#core.driver.writeFiles();
  }

  /** Back to the fixtures with an empty history. @throws Refusal `busy` once it is being closed */
  async reset(seed: number = this.config.seed): Promise<void> {
    const { dataDir } = this.#options;
    this.#swap('reset', () => {
      if (dataDir !== null) removeState(dataDir);
      return this.#build(this.#open(), { config: { ...this.config, seed } });
    });
    await this.#files.clear();
    await this.#core.driver.start();
  }

  /** The whole state in a file that is removed when it is closed. @param version of the package */
  async takeSnapshot(version: string): Promise<OpenFile> {
    const place = await this.#snapshots.open();
    try {
      // What is due by now has happened then, and the instant is kept.
      await this.execute(() => {});
      this.#core.engine.commit();
      const { universe, ids } = this.config;
      const head = { version, universe, ids, fixtures: this.fixtures };
      using snapshot = Snapshot.take(this.#core.database, place.path, head);
      await packZips(snapshot, this.#files);
    } catch (error) {
      await place.remove();
      throw error;
    }
    return openSnapshotFile(place);
  }

  /** Where to write a snapshot that comes in. */
  openSnapshotPlace(): Promise<SnapshotPlace> {
    return this.#snapshots.open();
  }

  /**
   * Puts a snapshot in the place of all that is there, its fixtures too; the clock runs on as it does.
   * @param path of the snapshot, in a folder of its own; both are changed
   * @param examine handed in, as it is loaded late: nothing is awaited from here to the swap, so that whoever saw that no
   * advance is under way is still right
   * @throws SnapshotError, Refusal `busy` once it is being closed; nothing else has changed then
   */
  async putSnapshot(path: string, examine: typeof examineFixtures): Promise<SnapshotHead> {
    this.#refuseWhileClosing();
    using snapshot = Snapshot.open(path);
    const { head } = snapshot;
    // What it runs with is taken back as it is, whatever a program has made it of.
    const isKnown = isSame(head.fixtures, this.fixtures);
    const given = isKnown ? head.fixtures : readStrangersFixtures(head.fixtures, examine);
    checkHead(head, this);
    const { dataDir, overlay = asItIs } = this.#options;
    const fixtures = overlay(given);
    const isOwn = isSame(fixtures, this.#options.fixtures);
    const install = prepareState(path, {
      dataDir,
      database: this.#database,
      kept: isOwn ? null : fixtures,
      load: (database) =>
        new World({ database, config: this.config, fixtures, now: 0, isReachable: NO_PHONES.isReachable }),
    });
    const { mode, speed } = this.clock;
    this.#swap('restored', () => this.#build(install(), { running: { mode, speed } }));
    await this.#files.clear();
    await unpackZips(snapshot, this.#files);
    await this.#core.driver.start();
    return head;
  }

  /** The whole state as JSON text; equal texts are equal states. */
  dump(): string {
    this.#core.engine.commit();
    return dumpTables(this.#core.database);
  }

  /** Lets attempts in flight end, at most `graceMs` of wall time, aborts the rest and closes everything. */
  async close(graceMs = CLOSE_GRACE_MS): Promise<void> {
    this.#isClosing = true;
    const { driver, engine } = this.#core;
    this.#phones.changed(null);
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
      ...this.#snapshots.held(),
      ...(database.isOpen ? ['the database'] : []),
    ];
  }

  /** The old core ends, and the new one begins: nothing is awaited, so no request falls between them. */
  #swap(event: 'reset' | 'restored', build: () => Core): void {
    this.#refuseWhileClosing();
    const old = this.#core;
    old.driver.stop();
    old.engine.close();
    this.#phones.changed(null);
    this.#core = build();
    if (this.#onFacts === null) return;
    this.onFacts(this.#onFacts);
    this.#onFacts([{ at: this.clock.position, event, data: { seed: this.config.seed } }]);
  }

  /** A database that is opened now would never be closed, and a state on disk would be thrown away. */
  #refuseWhileClosing(): void {
    if (this.#isClosing) throw new Refusal('busy', 'the simulator is closing');
  }

  #open(): Database {
    return openState(this.#options.dataDir, this.#database);
  }

  #build(database: Database, options: Partial<CoreOptions> = {}): Core {
    const { config, fixtures, overlay = asItIs, http, log } = this.#options;
    // Whoever serves them is asked at that moment: it comes later than this, and stays across resets.
    const phones: PhonePort = {
      isReachable: (user) => this.#phones.isReachable(user),
      changed: (callIds) => this.#phones.changed(callIds),
    };
    const files = this.#files;
    return buildCore(database, { config, fixtures, overlay, http, files, phones, log, ...options });
  }
}

function isSame(one: Fixtures, other: Fixtures): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function asItIs<T>(value: T): T {
  return value;
}
