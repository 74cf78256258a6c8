import type { SimulationConfig } from '../config.ts';
import type { Engine } from '../engine.ts';
import type { FilePort } from '../port.ts';
import type { Flight } from '../push/attempt.ts';
import { type FileFailure, FileWriter } from '../push/file-writer.ts';
import type { Flights } from '../push/flights.ts';
import { Traffic } from '../push/traffic.ts';
import { Refusal } from '../refusal.ts';
import { Attempts } from './attempts.ts';
import type { Clock } from './clock.ts';
import { closeDays, pendingWork, phonesUnderWay } from './due.ts';
import { Overdue } from './overdue.ts';
import { Pacer } from './pacer.ts';
import { waitFor } from './wait-for.ts';
import { runWindow, type Window } from './window.ts';

/** Wall ms after which a store that could not be written is tried again. */
const STORE_RETRY_MS = 1000;

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
  /** Only with `untilIdle`: what was left where the bound was met, and the calls of real phones; empty if it became idle. */
  readonly pending: readonly string[];
}

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
  readonly #traffic: Traffic;
  readonly #attempts: Attempts;
  readonly #files: FileWriter;
  readonly #pacer: Pacer;
  #isAdvancing = false;
  /** The advance under way, however it ends. */
  #driving: Promise<unknown> | null = null;
  /** The writing of failure files that no advance waits for. */
  #writing: Promise<unknown> | null = null;
  #events = 0;
  /** Attempts that a fault decided. */
  #decided = 0;
  /** Attempts claimed in the open transaction; they start when it is committed. */
  readonly #ready: Flight[] = [];
  /** The same for those that time stands still for; whoever holds starts them. */
  readonly #held: Flight[] = [];
  #phoneBeat: NodeJS.Immediate | null = null;
  /** What was left undone by the process before this one; null: all of it has happened. */
  #overdue: Overdue | null = null;
  #fault: unknown = null;
  #closed = false;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#traffic = new Traffic(options);
    this.#attempts = new Attempts({ ...options, onFault: (fault) => this.#stand(fault) });
    this.#files = new FileWriter(options);
    this.#pacer = new Pacer(options.clock, () => this.#beat());
    options.engine.catchUp = () => this.#catchUp();
    options.engine.onCommit = (committed) => this.#onCommit(committed);
  }

  get isAdvancing(): boolean {
    return this.#isAdvancing;
  }

  /** What stopped the clock for good, or null: a bug, never something the outside did. */
  get fault(): unknown {
    return this.#fault;
  }

  /** Begins: recovers what was left half done, and on a running clock goes on from there. */
  async start(): Promise<void> {
    const { clock } = this.#options;
    if (clock.mode === 'real') this.#overdue = new Overdue({ at: clock.position, wallNow: clock.wallNow });
    // Midnights that passed while nothing ran.
    this.#options.engine.transact(closeDays);
    await this.#files.write();
    this.#pace();
  }

  /**
   * Moves time on and settles every event due by then, its pushes and pulls included.
   * @throws Error if one is under way already (look at `isAdvancing` first)
   */
  async advance(request: Advance): Promise<Advanced> {
    if (this.#isAdvancing) throw new Error('an advance is under way');
    const { clock, engine } = this.#options;
    const from = clock.target;
    const before = { events: this.#events, pushes: this.#pushes };
    this.#isAdvancing = true;
    this.#traffic.overlap = request.overlap;
    this.#pacer.stop();
    try {
      if (clock.mode !== 'manual' && !request.untilIdle) clock.shift(request.to - from);
      const drive = this.#drive(request);
      this.#driving = drive.catch(() => {});
      const idle = await drive;
      return {
        from,
        // On a running clock with nothing to happen, the last event lies before the asking.
        to: Math.max(from, clock.position),
        events: this.#events - before.events,
        pushes: this.#pushes - before.pushes,
        pending: request.untilIdle
          ? [...(idle ? [] : pendingWork(engine.world)), ...phonesUnderWay(engine.world)]
          : [],
      };
    } finally {
      this.#isAdvancing = false;
      this.#traffic.overlap = false;
      this.#pace();
    }
  }

  /** Writes closed failure files, if any. @returns those that could not be written */
  writeFiles(): Promise<readonly FileFailure[]> {
    return this.#files.write();
  }

  /** Nothing new is started any more; what is in flight may still end, and is settled then. */
  stop(): void {
    this.#closed = true;
    this.#pacer.stop();
    this.#attempts.stop();
  }

  /** Resolves when nothing is in flight any more, or after `mostMs` of wall time. */
  async drain(mostMs: number): Promise<void> {
    const limit = waitFor(mostMs);
    await Promise.race([
      Promise.all([this.#attempts.allSettled(), this.#writing, this.#driving]),
      limit.promise,
    ]);
    limit.cancel();
  }

  /** What is under way or would come by itself, a line each; nothing once it was stopped and drained. */
  held(): readonly string[] {
    const { underWay } = this.#attempts;
    return [
      ...(underWay === 0 ? [] : [`${underWay} attempts that are not settled`]),
      ...(this.#writing === null ? [] : ['failure files that are being written']),
      ...(this.#isAdvancing ? ['an advance of the clock'] : []),
      ...(this.#pacer.isSet ? ['a timer of the clock'] : []),
    ];
  }

  /** @returns whether it became idle */
  async #drive({ to, untilIdle }: Advance): Promise<boolean> {
    while (!this.#closed) {
      const { stop, held } = this.#window(to, untilIdle);
      if (stop === 'hold') await this.#attempts.hold(held);
      await this.#files.write();
      if (stop === 'idle') return true;
      const { underWay } = this.#attempts;
      if (stop === 'limit' && underWay === 0) return false;
      if ((stop === 'limit' || stop === 'wait') && underWay > 0) await this.#attempts.oneSettled();
      else if (stop !== 'hold') await new Promise((resolve) => setImmediate(resolve));
    }
    return false;
  }

  /** Runs due events up to `limit`, in their order, in one transaction. */
  #window(limit: number, untilIdle: boolean): Window {
    if (this.#fault !== null)
      throw new Error('the simulation stopped at a fault of its own', { cause: this.#fault });
    const { engine, clock } = this.#options;
    let claimed: readonly Flight[] = [];
    try {
      const window = engine.transact(() => {
        const run = this.#run(limit, untilIdle);
        claimed = [...run.flights, ...run.held];
        return run;
      });
      clock.moveTo(engine.world.now);
      return window;
    } catch (error) {
      this.#attempts.release(claimed);
      if (!(error instanceof Refusal)) this.#stand(error);
      throw error;
    }
  }

  #run(limit: number, untilIdle: boolean): Window {
    const { engine, clock } = this.#options;
    engine.world.now = clock.position;
    const overdue = this.#isAdvancing ? null : this.#overdue;
    const window = runWindow(engine.world, this.#traffic, {
      // Only once there is none of it left, what is due later has its turn.
      limit: overdue === null ? limit : Math.min(limit, overdue.until),
      ...(overdue !== null && { most: overdue.roomAt(clock.wallNow) }),
      untilIdle,
      // A running clock cannot stand still, but it need not be moved over midnight before they are in.
      midnightWaits: clock.mode === 'manual' || this.#isAdvancing,
    });
    overdue?.take(window.events + window.settled + window.flights.length);
    if (overdue !== null && window.stop === 'limit') this.#overdue = null;
    this.#events += window.events;
    this.#decided += window.settled;
    this.#ready.push(...window.flights);
    this.#held.push(...window.held);
    return window;
  }

  #stand(fault: unknown): void {
    this.#fault = fault;
    this.#options.clock.stand();
    this.#options.log('the simulation met a fault of its own; its clock stands', fault);
  }

  /** A running clock's own beat. */
  #beat(): void {
    if (!this.#mayRun) return;
    const { clock } = this.#options;
    try {
      this.#window(clock.target, false);
    } catch (error) {
      // A fault is logged and shown by `fault`; a store that cannot be written is tried again.
      if (error instanceof Refusal) this.#pacer.schedule(clock.target + STORE_RETRY_MS * clock.speed);
    }
  }

  /** Before a command on a running clock: what is due by now happens first, within the time of one window. */
  #catchUp(): void {
    if (!this.#mayRun) return;
    const { clock, engine } = this.#options;
    const claimedBefore = this.#ready.length;
    try {
      engine.include(() => this.#run(clock.target, false));
      clock.moveTo(engine.world.now);
    } catch (error) {
      this.#attempts.release(this.#ready.splice(claimedBefore));
      // The command that came along is not to blame: it runs all the same.
      if (!(error instanceof Refusal)) this.#stand(error);
    }
  }

  /** Attempts start after the commit of what they tell of; after a failed one there is nothing to tell. */
  #onCommit(committed: boolean): void {
    const held = this.#held.splice(0);
    const ready = this.#ready.splice(0);
    if (committed) this.#attempts.start(ready);
    else this.#attempts.release([...held, ...ready]);
    this.#servePhones();
    this.#pace();
  }

  /** On a clock that stands, real phones do not: what they wait for is asked at once. */
  #servePhones(): void {
    const { clock, engine } = this.#options;
    if (clock.mode !== 'manual' || !this.#traffic.hasPhoneWaiting(engine.world)) return;
    this.#phoneBeat ??= setImmediate(() => {
      this.#phoneBeat = null;
      if (this.#closed || this.#fault !== null) return;
      try {
        engine.transact((world) => void this.#ready.push(...this.#traffic.claimForPhones(world)));
      } catch (error) {
        // A store that cannot be written: the next commit finds it again.
        if (!(error instanceof Refusal)) this.#stand(error);
      }
    });
  }

  #pace(): void {
    if (!this.#mayRun) return;
    const { world } = this.#options.engine;
    const entryAt = world.agenda.peek()?.at ?? Number.POSITIVE_INFINITY;
    const effectAt = this.#traffic.next(world)?.nextDueAt ?? Number.POSITIVE_INFINITY;
    const next = Math.min(entryAt, effectAt);
    // Those that may happen at once happen together, so that there are few transactions.
    const soonest = this.#overdue === null ? 0 : this.#options.clock.target + this.#overdue.waitMs;
    this.#pacer.schedule(next === Number.POSITIVE_INFINITY ? null : Math.max(next, soonest));
    if (this.#files.hasWork) this.#writeAside();
  }

  #writeAside(): void {
    const writing = this.#files
      .write()
      .catch((error: unknown) => this.#stand(error))
      .then(() => {
        if (this.#writing === writing) this.#writing = null;
      });
    this.#writing = writing;
  }

  /** Attempts made or decided by now. */
  get #pushes(): number {
    return this.#attempts.made + this.#decided;
  }

  /** Whether events happen by themselves. */
  get #mayRun(): boolean {
    return (
      !this.#closed && !this.#isAdvancing && this.#fault === null && this.#options.clock.mode !== 'manual'
    );
  }
}
