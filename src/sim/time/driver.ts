import type { SimulationConfig } from '../config.ts';
import type { Engine } from '../engine.ts';
import type { FilePort } from '../port.ts';
import { claimDue, type Flight, settleFlight } from '../push/attempt.ts';
import { markReady, openFile, unwrittenFiles } from '../push/day-end.ts';
import type { Flights, Landed } from '../push/flights.ts';
import type { Destination } from '../push/outbox.ts';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import { RANK } from './agenda.ts';
import type { Clock } from './clock.ts';
import { isQuiet, pendingWork, runDue } from './due.ts';
import { Pacer } from './pacer.ts';

/** A window of events ends after this much wall time, so that requests get their turn. */
const WINDOW_MS = 10;
/** Wall ms after which a store that could not be written is tried again. */
const STORE_RETRY_MS = 1000;
/** How often, in events, the wall is looked at. */
const LOOK_EVERY = 32;

export interface Advance {
  /** Simulated instant to reach. */
  readonly to: number;
  /** Stop before it, as soon as nothing is left to happen by itself. */
  readonly untilIdle: boolean;
  /** Do not hold for pushes: the receiver's answers come in while time goes on. */
  readonly overlap: boolean;
}

export interface Advanced {
  readonly from: number;
  readonly to: number;
  readonly events: number;
  readonly pushes: number;
  /** Only with `untilIdle`: what was left where the bound was met; empty if it became idle. */
  readonly pending: readonly string[];
}

/** Why a window ended: it reached its limit, holds for attempts, waits for them, ran out of time, or nothing is left. */
type Stop = 'limit' | 'hold' | 'wait' | 'budget' | 'idle';

export interface DriverOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly flights: Flights;
  readonly files: FilePort;
  readonly config: SimulationConfig;
  readonly log: (message: string, error: unknown) => void;
}

/**
 * Drives the engine along the clock: due events in windows, each one transaction; attempts at the integrator's URLs
 * start after the commit of what they tell of, and come back as commands.
 */
export class Driver {
  readonly #options: DriverOptions;
  readonly #pacer: Pacer;
  #advance: Advance | null = null;
  #events = 0;
  #attempts = 0;
  /** Attempts that the clock goes on without; whoever waits for one of them races all of them. */
  readonly #pending = new Set<Promise<void>>();
  /** Attempts claimed in the open transaction; they start when it is committed. */
  readonly #ready: Flight[] = [];
  /** Ids of attempts claimed that are not under way yet, by destination. */
  readonly #claims = new Map<number, Set<number>>();
  #writing: Promise<void> | null = null;
  /** The advance under way, however it ends. */
  #driving: Promise<unknown> | null = null;
  #fault: unknown = null;
  #closed = false;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#pacer = new Pacer(options.clock, () => this.#beat());
    options.engine.catchUp = () => this.#catchUp();
    options.engine.onCommit = (committed) => this.#onCommit(committed);
  }

  get isAdvancing(): boolean {
    return this.#advance !== null;
  }

  /** What stopped the clock for good, or null: a bug, never something the outside did. */
  get fault(): unknown {
    return this.#fault;
  }

  /** Begins: recovers what was left half done, and on a running clock goes on from there. */
  async start(): Promise<void> {
    await this.#writeFiles();
    this.#pace();
  }

  /**
   * Moves time on and settles every event due by then, its pushes and pulls included.
   * @throws Error if one is under way already (look at `isAdvancing` first)
   */
  async advance(request: Advance): Promise<Advanced> {
    if (this.#advance !== null) throw new Error('an advance is under way');
    const { clock } = this.#options;
    const from = clock.target;
    const before = { events: this.#events, attempts: this.#attempts };
    this.#advance = request;
    this.#pacer.stop();
    try {
      if (clock.mode !== 'manual' && !request.untilIdle) clock.shift(request.to - from);
      const drive = this.#drive(request);
      this.#driving = drive.catch(() => {});
      const idle = await drive;
      return {
        from,
        to: clock.position,
        events: this.#events - before.events,
        pushes: this.#attempts - before.attempts,
        pending: idle || !request.untilIdle ? [] : pendingWork(this.#options.engine.world),
      };
    } finally {
      this.#advance = null;
      this.#pace();
    }
  }

  /** Writes closed failure files, if any; resolves when none is left. */
  async writeFiles(): Promise<void> {
    await this.#writeFiles();
  }

  /** Nothing new is started any more; what is in flight may still end, and is settled then. */
  stop(): void {
    this.#closed = true;
    this.#pacer.stop();
  }

  /** Resolves when nothing is in flight any more, or after `mostMs` of wall time. */
  async drain(mostMs: number): Promise<void> {
    const limit = waitFor(mostMs);
    await Promise.race([this.#settled(), limit.promise]);
    limit.cancel();
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#pending, this.#driving, this.#writing]);
  }

  /** @returns whether it became idle */
  async #drive(request: Advance): Promise<boolean> {
    for (;;) {
      if (this.#closed) return false;
      const { stop, flights } = this.#window(request.to, request);
      if (stop === 'hold') await this.#hold(flights);
      await this.#writeFiles();
      if (stop === 'budget') await new Promise((resolve) => setImmediate(resolve));
      else if (stop === 'wait') await Promise.race(this.#pending);
      else if (stop === 'idle') return true;
      else if (stop === 'limit') {
        if (this.#pending.size === 0) return false;
        await Promise.race(this.#pending);
      }
    }
  }

  /** Runs due events up to `limit`, in their order, in one transaction. */
  #window(limit: number, advance: Advance | null): { stop: Stop; flights: Flight[] } {
    if (this.#fault !== null)
      throw new Error('the simulation stopped at a fault of its own', { cause: this.#fault });
    const { engine, clock } = this.#options;
    try {
      const window = engine.transact((world) => {
        const { stop, flights } = this.#run(world, limit, advance);
        if (stop !== 'hold') this.#ready.push(...flights);
        return { stop, flights };
      });
      clock.moveTo(engine.world.now);
      return window;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      this.#stand(error);
      throw error;
    }
  }

  #run(world: World, limit: number, advance: Advance | null): { stop: Stop; flights: Flight[] } {
    const { clock } = this.#options;
    const deadline = performance.now() + WINDOW_MS;
    const flights: Flight[] = [];
    const end = (stop: Stop) => ({ stop, flights });
    world.now = clock.position;
    for (let count = 1; ; count++) {
      if (count % LOOK_EVERY === 0 && performance.now() > deadline) return end('budget');
      if (advance?.untilIdle && isQuiet(world) && flights.length === 0 && pendingWork(world).length === 0)
        return end('idle');
      const entry = world.agenda.peek();
      const destination = this.#nextDestination(world, advance);
      const effectAt = destination?.nextDueAt ?? Number.POSITIVE_INFINITY;
      if (entry !== undefined && entry.at <= limit && entry.at <= Math.max(effectAt, world.now)) {
        // What failed before midnight belongs into the file of that day, so midnight waits for it.
        if (entry.rank === RANK.day && clock.mode === 'manual' && this.#owesBefore(world, entry.at, flights))
          return end('wait');
        world.agenda.take();
        world.now = Math.max(world.now, entry.at);
        if (runDue(world, entry)) this.#events++;
      } else if (destination !== undefined && effectAt <= limit) {
        world.now = Math.max(world.now, effectAt);
        const holds = this.#holds(destination, advance);
        const taken = this.#claim(world, destination, { holds, flights });
        flights.push(...taken);
        if (holds && taken.length > 0) {
          this.#claimTogether(world, advance, flights);
          return end('hold');
        }
      } else {
        if (advance?.untilIdle !== true) world.now = Math.max(world.now, limit);
        return end('limit');
      }
    }
  }

  /** The destination whose effect is due first among those that can take one more attempt. */
  #nextDestination(world: World, advance: Advance | null): Destination | undefined {
    let first: Destination | undefined;
    for (const destination of world.outbox.destinations()) {
      if (destination.nextDueAt === Number.POSITIVE_INFINITY) continue;
      if (first !== undefined && destination.nextDueAt >= first.nextDueAt) continue;
      if (this.#room(destination, advance) > 0) first = destination;
    }
    return first;
  }

  #room(destination: Destination, advance: Advance | null): number {
    const { clock, config, flights } = this.#options;
    if (this.#holds(destination, advance)) return 1;
    const most = clock.mode === 'manual' ? config.push.manualConcurrency : config.push.concurrency;
    return most - flights.of(destination.id).size - this.#claimed(destination.id);
  }

  #claimed(destinationId: number): number {
    return this.#claims.get(destinationId)?.size ?? 0;
  }

  #holds(destination: Destination, advance: Advance | null): boolean {
    if (this.#options.clock.mode !== 'manual') return false;
    return (
      destination.kind === 'pull' ||
      (advance?.overlap !== true && this.#options.flights.hasGrace(destination))
    );
  }

  #claim(world: World, destination: Destination, window: { holds: boolean; flights: Flight[] }): Flight[] {
    const { clock, flights } = this.#options;
    const claimed = this.#claims.get(destination.id) ?? new Set<number>();
    this.#claims.set(destination.id, claimed);
    const { flights: taken, settled } = claimDue(world, destination, {
      until: world.now,
      most: window.holds ? 1 : this.#room(destination, this.#advance),
      inFlight: new Set([...flights.of(destination.id), ...claimed]),
      manual: clock.mode === 'manual',
    });
    this.#attempts += settled;
    for (const flight of taken) claimed.add(flight.row.id);
    return taken;
  }

  /** Other destinations that hold and have something due at the same instant start together with the first. */
  #claimTogether(world: World, advance: Advance | null, flights: Flight[]): void {
    const started = new Set(flights.map(({ row }) => row.destination));
    for (const destination of world.outbox.destinations()) {
      if (
        started.has(destination.id) ||
        destination.nextDueAt > world.now ||
        !this.#holds(destination, advance)
      )
        continue;
      flights.push(...this.#claim(world, destination, { holds: true, flights }));
    }
  }

  #owesBefore(world: World, midnight: number, flights: readonly Flight[]): boolean {
    if (this.#pending.size > 0 || flights.length > 0) return true;
    for (const destination of world.outbox.destinations()) if (destination.nextDueAt < midnight) return true;
    return false;
  }

  /** Time stands until these attempts are over, or the grace is; what is over is settled in the order of the outbox. */
  async #hold(flights: readonly Flight[]): Promise<void> {
    const { clock, config, engine } = this.#options;
    const held = flights.filter((flight) => this.#holdsFor(flight));
    this.#launch(flights.filter((flight) => !held.includes(flight)));
    const landed: Landed[] = [];
    let over = false;
    const late: Promise<void>[] = [];
    const all = held.map(async (flight) => {
      const result = await this.#fly(flight);
      if (!over) landed.push(result);
      else await this.#settle([result]);
    });
    const grace = held.some(({ row }) => row.kind === 'pull') ? null : waitFor(config.clock.grace);
    await (grace === null ? Promise.all(all) : Promise.race([Promise.all(all), grace.promise]));
    grace?.cancel();
    over = true;
    all.forEach((promise, index) => {
      const flight = held[index];
      const kept = landed.some((result) => result.flight === flight);
      if (flight !== undefined) this.#options.flights.noteGrace(flight.row.destination, kept);
      if (!kept) late.push(promise);
    });
    for (const promise of late) this.#track(promise);
    landed.sort((a, b) => a.flight.row.id - b.flight.row.id);
    if (landed.length > 0) engine.transact((world) => this.#apply(world, landed, clock.mode === 'manual'));
  }

  #holdsFor({ row }: Flight): boolean {
    const destination = this.#options.engine.world.outbox.destination(row.destination);
    return destination !== undefined && this.#holds(destination, this.#advance);
  }

  #launch(flights: readonly Flight[]): void {
    for (const flight of flights) this.#track(this.#fly(flight).then((landed) => this.#settle([landed])));
  }

  #track(promise: Promise<void>): void {
    const tracked = promise
      .catch((error: unknown) => this.#stand(error))
      .then(() => {
        this.#pending.delete(tracked);
      });
    this.#pending.add(tracked);
  }

  #fly(flight: Flight): Promise<Landed> {
    this.#claims.get(flight.row.destination)?.delete(flight.row.id);
    this.#attempts++;
    const startedAt = performance.now();
    return this.#options.flights.fly(flight).then((landed) => {
      const kept = performance.now() - startedAt <= this.#options.config.clock.grace;
      if (kept) this.#options.flights.noteGrace(flight.row.destination, true);
      return landed;
    });
  }

  async #settle(landed: readonly Landed[]): Promise<void> {
    const manual = this.#options.clock.mode === 'manual';
    try {
      await this.#options.engine.execute((world) => this.#apply(world, landed, manual));
    } catch (error) {
      // Nothing could be written: the attempt counts as not made. Anything else is a bug, and time stands.
      if (!(error instanceof Refusal)) this.#stand(error);
    }
  }

  #stand(fault: unknown): void {
    this.#fault = fault;
    this.#options.log('the simulation met a fault of its own; its clock stands', fault);
  }

  #apply(world: World, landed: readonly Landed[], manual: boolean): void {
    for (const { flight, outcome } of landed) settleFlight(world, flight, outcome, manual);
  }

  #writeFiles(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    const { engine, files } = this.#options;
    engine.world.filesClosed = false;
    for (const path of engine.world.filesToRemove.splice(0)) await files.remove(path);
    for (const file of unwrittenFiles(engine.world)) {
      await files.write(openFile(engine.world, file));
      await engine.execute((world) => markReady(world, file));
    }
  }

  /** A running clock's own beat. */
  #beat(): void {
    if (this.#closed || this.#advance !== null || this.#fault !== null) return;
    const { clock } = this.#options;
    try {
      this.#window(clock.target, null);
    } catch (error) {
      // A fault is logged and shown by `fault`; a store that cannot be written is tried again.
      if (error instanceof Refusal) this.#pacer.schedule(clock.target + STORE_RETRY_MS * clock.speed);
    }
  }

  /** Before a command on a running clock: what is due by now happens first, within the time of one window. */
  #catchUp(): void {
    const { clock, engine } = this.#options;
    if (clock.mode === 'manual' || this.#advance !== null || this.#fault !== null) return;
    const { flights } = this.#run(engine.world, clock.target, null);
    engine.world.flush();
    this.#ready.push(...flights);
    clock.moveTo(engine.world.now);
  }

  /** Attempts start after the commit of what they tell of; after a failed one there is nothing to tell. */
  #onCommit(committed: boolean): void {
    const flights = this.#ready.splice(0);
    if (committed) this.#launch(flights);
    else this.#claims.clear();
    this.#pace();
  }

  #pace(): void {
    const { clock, engine } = this.#options;
    if (this.#closed || this.#advance !== null || this.#fault !== null || clock.mode === 'manual') return;
    const world = engine.world;
    const entryAt = world.agenda.peek()?.at ?? Number.POSITIVE_INFINITY;
    const effectAt = this.#nextDestination(world, null)?.nextDueAt ?? Number.POSITIVE_INFINITY;
    const next = Math.min(entryAt, effectAt);
    this.#pacer.schedule(next === Number.POSITIVE_INFINITY ? null : next);
    if (world.filesToRemove.length > 0 || world.filesClosed) this.#track(this.#writeFiles());
  }
}

function waitFor(ms: number): { promise: Promise<void>; cancel: () => void } {
  let cancel = () => {};
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    cancel = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { promise, cancel };
}
