import type { z } from 'zod';
import type { fixtureSchema } from '../sim/account/fixture-schema.ts';
import type { Simulation } from '../sim/simulation.ts';
import type { AppCredentials } from './account.ts';
import { type Ask, type Send, SimulatorError } from './ask.ts';
import type { ClockState } from './clock.ts';
import { Controls, type ControlsOptions } from './controls.ts';

/** Fixtures as a fixtures file has them. */
export type WrittenFixtures = z.input<typeof fixtureSchema>;

/** What a new universe is to be; the rest is as the simulator has it. */
export interface NewUniverse {
  /** At most 100 characters, and not taken; default `universe-1` and so on. */
  readonly name?: string | undefined;
  /** From 0. With the name it decides all ids, credentials and draws. */
  readonly seed?: number | undefined;
  /** `real`, `manual` or `xN`. */
  readonly clock?: string | undefined;
  /** First instant of a manual or scaled clock: ISO 8601, or ms since 1970. */
  readonly startAt?: string | number | undefined;
  /** Ids of enterprises and apps, their credentials and SIP users become the universe's own. */
  readonly fixtures?: WrittenFixtures | undefined;
  /** Wall time without a request after which it ends, up to `1d`; default `10m`. */
  readonly ttl?: string | undefined;
}

export interface UniverseInfo extends Omit<AppCredentials, 'appSecret'> {
  readonly id: string;
  readonly name: string;
  readonly seed: number;
  readonly clock: ClockState;
  /** Wall ms without a request after which it ends. */
  readonly ttlMs: number;
}

/** A simulator of its own beside others in one process. Requests find it by its credentials. */
export class Universe extends Controls implements AsyncDisposable {
  readonly id: string;
  readonly name: string;
  readonly seed: number;
  readonly #end: () => Promise<readonly string[]>;

  constructor(
    info: UniverseInfo,
    options: ControlsOptions & { readonly end: () => Promise<readonly string[]> },
  ) {
    super(options);
    this.id = info.id;
    this.name = info.name;
    this.seed = info.seed;
    this.#end = options.end;
  }

  /** Ends it at once. @returns pushes and pulls that were aborted, a line each @throws SimulatorError `not-found` */
  end(): Promise<readonly string[]> {
    return this.#end();
  }

  /** The same; one that has ended already stays so. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end().catch((error: unknown) => {
      if (!(error instanceof SimulatorError && error.code === 'not-found')) throw error;
    });
  }
}

/** Simulators of their own inside this one's process: state, clock, seed, fixtures and journals; at most 1,000. */
export class UniverseControl {
  readonly #ask: Ask;
  readonly #send: Send;
  readonly #simulationOf: (id: string) => Simulation;

  constructor(options: { ask: Ask; send: Send; simulationOf: (id: string) => Simulation }) {
    this.#ask = options.ask;
    this.#send = options.send;
    this.#simulationOf = options.simulationOf;
  }

  /** @throws SimulatorError `name-taken`, `too-many-universes`, `invalid-parameter` */
  async create(wish: NewUniverse = {}): Promise<Universe> {
    const info = await this.#ask.post<UniverseInfo & AppCredentials>('/universes', wish);
    const { id, appKey, appSecret, appId, businessId } = info;
    const app = { appKey, appSecret, appId, businessId };
    return new Universe(info, {
      ask: this.#ask.below(`/universes/${id}`),
      send: this.#send,
      app: () => app,
      simulation: () => this.#simulationOf(id),
      end: () => this.end(id),
    });
  }

  list(): Promise<UniverseInfo[]> {
    return this.#ask.all('/universes');
  }

  /** @throws SimulatorError `not-found` */
  get(id: string): Promise<UniverseInfo> {
    return this.#ask.get(`/universes/${encodeURIComponent(id)}`);
  }

  /** Ends one at once. @returns pushes and pulls that were aborted, a line each @throws SimulatorError `not-found` */
  async end(id: string): Promise<readonly string[]> {
    const path = `/universes/${encodeURIComponent(id)}`;
    return (await this.#ask.delete<{ aborted: string[] }>(path)).aborted;
  }
}
