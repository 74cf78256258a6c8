import type { Fixtures } from '../../sim/account/account.ts';
import {
  drawUniverseId,
  MOST_ACCOUNTS,
  rekeyFixtures,
  type UniverseKey,
} from '../../sim/account/universe.ts';
import type { SimulationConfig } from '../../sim/config.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { ControlError } from '../control/http/error.ts';
import { AMONG_MANY, openScope } from '../control/open-scope.ts';
import type { ServerState } from '../control/scope.ts';
import { type Belonging, universeIdOf } from './belonging.ts';
import { Universe } from './universe.ts';

export interface UniversesOptions {
  /** What a universe takes over unless its wish says otherwise: all of the server's settings. */
  readonly config: SimulationConfig;
  readonly fixtures: Fixtures;
  /** Lays what the server was told about addresses over fixtures. */
  readonly overlay: (fixtures: Fixtures) => Fixtures;
  /** Told of each simulation that is made, before anybody finds it. */
  readonly onOpen?: ((simulation: Simulation) => void) | undefined;
  readonly log: (message: string, error: unknown) => void;
}

/** What somebody wants of a new universe; the rest is as the server has it. */
export interface UniverseWish {
  /** Default: `universe-1` and so on. */
  readonly name?: string | undefined;
  readonly seed?: number | undefined;
  readonly clock?: Pick<SimulationConfig['clock'], 'mode' | 'speed'> | undefined;
  readonly startAt?: number | undefined;
  readonly fixtures?: Fixtures | undefined;
  readonly ttlMs: number;
}

/** Spec 5.3. */
const MOST_UNIVERSES = 1000;

/** The simulators beside the default one: made, found by what a request says of itself, ended. Nothing is shared between them. */
export class Universes {
  readonly #options: UniversesOptions;
  readonly #byId = new Map<string, Universe>();
  readonly #byAppKey = new Map<string, Universe>();
  /** Names and their ids, of those that are being opened too. */
  readonly #taken = new Map<string, string>();
  /** Those that something is held by, ended ones too. */
  readonly #opened = new Set<Universe>();
  /** Nobody finds them any more, and they are not closed yet. */
  readonly #ending = new Set<Promise<void>>();
  #serial = 0;
  #isClosed = false;

  constructor(options: UniversesOptions) {
    this.#options = options;
  }

  /** In the order in which they were made. */
  all(): Universe[] {
    return [...this.#byId.values()];
  }

  /** @throws ControlError not-found */
  require(id: string): Universe {
    const universe = this.#byId.get(id);
    if (universe === undefined) throw new ControlError('not-found', `no universe ${id}`);
    return universe;
  }

  /** Null: what comes in belongs to the default simulator. To be asked counts as use. */
  find(by: Belonging): Universe | null {
    if (this.#byId.size === 0) return null;
    const universe =
      'appKey' in by ? this.#byAppKey.get(String(by.appKey)) : this.#byId.get(universeIdOf(by));
    universe?.touch();
    return universe ?? null;
  }

  /** @throws ControlError name-taken, too-many-universes, invalid-parameter, closing */
  async create(wish: UniverseWish, server: ServerState): Promise<Universe> {
    const key = { seed: wish.seed ?? this.#options.config.seed, name: wish.name ?? this.#nextName() };
    const id = drawUniverseId(key);
    this.#checkRoom(key.name, id);
    this.#taken.set(key.name, id);
    let universe: Universe;
    try {
      universe = await this.#open(id, key, wish, server);
    } catch (error) {
      this.#taken.delete(key.name);
      throw error;
    }
    this.#add(universe);
    if (!this.#isClosed) return universe;
    await this.#close(universe, 0);
    throw new ControlError('closing', 'the server stops');
  }

  /** Ends one at once. @returns what was under way, a line each @throws ControlError not-found */
  async end(id: string): Promise<readonly string[]> {
    const universe = this.require(id);
    const inFlight = universe.scope.simulation.inFlight();
    await this.#close(universe, 0);
    return inFlight;
  }

  /** Ends them all; attempts in flight have `graceMs` of wall time to end. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.all().map((universe) => this.#close(universe, graceMs)), ...this.#ending]);
  }

  /** Pushes and pulls under way, a line each. */
  inFlight(): readonly string[] {
    return this.all().flatMap(({ scope }) => scope.simulation.inFlight());
  }

  /** What is open, a line each; nothing after `close`. */
  held(): readonly string[] {
    return [...this.#opened].flatMap(({ id, scope }) =>
      scope.simulation.held().map((line) => `${line}, of universe ${id}`),
    );
  }

  #checkRoom(name: string, id: string): void {
    if (this.#taken.has(name)) throw new ControlError('name-taken', `there is a universe "${name}"`);
    if (this.#taken.size >= MOST_UNIVERSES) {
      throw new ControlError('too-many-universes', `there are ${MOST_UNIVERSES} universes already`);
    }
    // Of 9 × 10^11 ids: two among a thousand names meet once in two million servers.
    if ([...this.#taken.values()].includes(id)) {
      throw new ControlError(
        'name-taken',
        `"${name}" leads to the id of another universe: take another name`,
      );
    }
  }

  #add(universe: Universe): void {
    this.#byId.set(universe.id, universe);
    this.#opened.add(universe);
    for (const { appKey } of universe.scope.simulation.fixtures.apps) this.#byAppKey.set(appKey, universe);
  }

  /** Nobody finds it from now on; its name is free. */
  #close(universe: Universe, graceMs: number): Promise<void> {
    this.#byId.delete(universe.id);
    for (const { appKey } of universe.scope.simulation.fixtures.apps) this.#byAppKey.delete(appKey);
    this.#taken.delete(universe.key.name);
    const ending: Promise<void> = universe.close(graceMs).finally(() => {
      this.#ending.delete(ending);
      if (universe.scope.simulation.held().length === 0) this.#opened.delete(universe);
    });
    this.#ending.add(ending);
    return ending;
  }

  #endIdle(universe: Universe): void {
    this.#close(universe, 0).catch((error: unknown) =>
      this.#options.log(`universe ${universe.id} could not be closed`, error),
    );
  }

  async #open(id: string, key: UniverseKey, wish: UniverseWish, server: ServerState): Promise<Universe> {
    const { config, fixtures, overlay, onOpen, log } = this.#options;
    const clock = { ...config.clock, ...wish.clock, startAt: wish.startAt ?? config.clock.startAt };
    const closing = new AbortController();
    const scope = await openScope({
      config: { ...config, seed: key.seed, universe: id, clock },
      fixtures: rekeyFixtures(checkAccounts(wish.fixtures ?? fixtures), key),
      overlay,
      dataDir: null,
      server,
      closing: closing.signal,
      log: (message, error) => log(`universe ${id}: ${message}`, error),
      bounds: AMONG_MANY,
    });
    onOpen?.(scope.simulation);
    const onIdle = () => this.#endIdle(universe);
    const universe: Universe = new Universe({ id, key, scope, closing, ttlMs: wish.ttlMs, onIdle });
    return universe;
  }

  /** Names without a wish count from 1, past those that were wished for. */
  #nextName(): string {
    let name: string;
    do name = `universe-${++this.#serial}`;
    while (this.#taken.has(name));
    return name;
  }
}

function checkAccounts(fixtures: Fixtures): Fixtures {
  const count = fixtures.enterprises.length + fixtures.apps.length;
  if (fixtures.apps.length > 0 && count <= MOST_ACCOUNTS) return fixtures;
  const expected = `an app at least, at most ${MOST_ACCOUNTS} enterprises and apps together`;
  const found = `${fixtures.apps.length} apps, ${fixtures.enterprises.length} enterprises`;
  throw new ControlError('invalid-parameter', `fixtures: found ${found}, expected ${expected}`);
}
