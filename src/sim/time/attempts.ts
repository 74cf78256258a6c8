import type { SimulationConfig } from '../config.ts';
import type { Engine } from '../engine.ts';
import type { AttemptOutcome } from '../port.ts';
import { type Flight, settleFlight } from '../push/attempt.ts';
import type { Flights, Landed } from '../push/flights.ts';
import { Refusal } from '../refusal.ts';
import type { Clock } from './clock.ts';
import { waitFor } from './wait-for.ts';

/** What comes of an attempt that was still delayed when the driver was stopped. */
const NOT_MADE: AttemptOutcome = {
  tookMs: 0,
  status: null,
  answer: null,
  error: 'the simulator is closing',
  timedOut: false,
  isAborted: true,
};

interface AttemptsOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly flights: Flights;
  readonly config: SimulationConfig;
  /** Told of what is a bug, and leaves time standing. */
  readonly onFault: (fault: unknown) => void;
}

/** Attempts at the integrator's URLs, from the commit of what they tell of until what came of them is written. */
export class Attempts {
  readonly #options: AttemptsOptions;
  /** Those that the clock goes on without. */
  readonly #underWay = new Set<Promise<void>>();
  /** What ends the delay of each that a fault delays. */
  readonly #delays = new Set<() => void>();
  #made = 0;
  #closed = false;

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** So many were made by now. */
  get made(): number {
    return this.#made;
  }

  /** So many are under way while the clock goes on. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** Resolves when one of those under way is settled: never, if there is none. */
  oneSettled(): Promise<void> {
    return Promise.race(this.#underWay);
  }

  /** Resolves when all those are settled that are under way now. */
  async allSettled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** The clock goes on. */
  start(flights: readonly Flight[]): void {
    for (const flight of flights) this.#track(this.#fly(flight).then((landed) => this.#settle(landed)));
  }

  /** Time stands until these are over, or the grace is; what is over is settled in the order of the outbox. */
  async hold(flights: readonly Flight[]): Promise<void> {
    const { flights: air, engine, config, onFault } = this.#options;
    const landed: Landed[] = [];
    let isOver = false;
    const under = flights.map((flight) => ({
      flight,
      promise: this.#fly(flight).then((result) => {
        if (isOver) return this.#settle(result);
        landed.push(result);
        return undefined;
      }),
    }));
    const all = Promise.all(under.map(({ promise }) => promise));
    if (flights.some(({ row }) => row.kind === 'pull')) await all;
    else {
      const grace = waitFor(config.clock.grace);
      await Promise.race([all, grace.promise]);
      grace.cancel();
    }
    isOver = true;
    const kept = new Set(landed.map(({ flight }) => flight));
    for (const { flight, promise } of under) {
      if (kept.has(flight)) continue;
      air.noteGrace(flight.row.destination, false);
      this.#track(promise);
    }
    landed.sort((a, b) => a.flight.row.id - b.flight.row.id);
    try {
      if (landed.length > 0) engine.transact(() => this.#apply(landed));
    } catch (error) {
      if (!(error instanceof Refusal)) onFault(error);
      throw error;
    } finally {
      this.release(landed.map(({ flight }) => flight));
    }
  }

  /** They are not made, or settled: others may have their rows. */
  release(flights: readonly Flight[]): void {
    for (const flight of flights) this.#options.flights.release(flight);
  }

  /** What is still delayed is not made any more. */
  stop(): void {
    this.#closed = true;
    for (const end of this.#delays) end();
  }

  #fly(flight: Flight): Promise<Landed> {
    this.#made++;
    return this.#delayed(flight).then((landed) => {
      const { flights, config } = this.#options;
      if (landed.outcome.tookMs <= config.clock.grace) flights.noteGrace(flight.row.destination, true);
      return landed;
    });
  }

  /** On a running clock a delay that a fault asks for passes before the attempt is made. */
  async #delayed(flight: Flight): Promise<Landed> {
    const { flights, clock } = this.#options;
    if (flight.delayMs === 0 || clock.mode === 'manual') return flights.fly(flight);
    const delay = waitFor(flight.delayMs);
    this.#delays.add(delay.cancel);
    await delay.promise;
    this.#delays.delete(delay.cancel);
    return this.#closed ? { flight, outcome: NOT_MADE } : flights.fly(flight);
  }

  async #settle(landed: Landed): Promise<void> {
    const { engine, onFault } = this.#options;
    try {
      await engine.execute(() => this.#apply([landed]));
    } catch (error) {
      // Nothing could be written: the attempt counts as not made. Anything else is a bug, and time stands.
      if (!(error instanceof Refusal)) onFault(error);
    } finally {
      this.release([landed.flight]);
    }
  }

  #apply(landed: readonly Landed[]): void {
    const { engine, clock } = this.#options;
    for (const { flight, outcome } of landed) {
      // Cut off by our own end, not by the receiver: it counts as not made.
      if (outcome.isAborted === true) continue;
      // Before the commit: what is due next is looked for right after it, and finds the place free.
      this.release([flight]);
      settleFlight(engine.world, flight, outcome, clock.mode === 'manual');
    }
  }

  #track(promise: Promise<unknown>): void {
    const tracked = promise.catch(this.#options.onFault).then(() => {
      this.#underWay.delete(tracked);
    });
    this.#underWay.add(tracked);
  }
}
