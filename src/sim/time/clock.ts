import type { ClockMode } from '../config.ts';

/** Wall time in ms; a parameter so that tests can stand in for it. */
export type WallClock = () => number;

/**
 * Where the simulator's time stands. `position` is the instant up to which everything has happened; it never
 * goes back. `target` is where the wall says it should be: on a manual clock that is the position itself.
 */
export class Clock {
  #mode: ClockMode;
  #speed: number;
  #position: number;
  /** Simulated instant at `#wallBase`. */
  #base: number;
  #wallBase: number;
  #stands = false;
  readonly #wall: WallClock;

  constructor(options: { mode: ClockMode; speed: number; position: number; wall?: WallClock }) {
    this.#wall = options.wall ?? Date.now;
    this.#mode = options.mode;
    this.#speed = options.mode === 'scaled' ? options.speed : 1;
    this.#position = options.position;
    this.#base = options.position;
    this.#wallBase = this.#wall();
  }

  get mode(): ClockMode {
    return this.#mode;
  }

  /** Simulated ms per wall ms. */
  get speed(): number {
    return this.#speed;
  }

  get position(): number {
    return this.#position;
  }

  get wallNow(): number {
    return this.#wall();
  }

  get target(): number {
    if (this.#mode === 'manual' || this.#stands) return this.#position;
    const passed = Math.max(0, this.#wall() - this.#wallBase);
    return Math.max(this.#position, Math.floor(this.#base + passed * this.#speed));
  }

  /** The position moves on to `at`; an earlier instant changes nothing. A running clock goes on from there. */
  moveTo(at: number): void {
    if (at <= this.#position) return;
    const ahead = at - this.target;
    if (ahead > 0) this.#base += ahead;
    this.#position = at;
  }

  /** Moves the target by `ms` for good (a manual clock has no target to move). */
  shift(ms: number): void {
    this.#base += ms;
  }

  /** Stands from now on, whatever its mode: nothing happens any more that it could tell the time of. */
  stand(): void {
    this.#stands = true;
  }

  /** Changes mode or speed while running; time goes on from where it stands. */
  setMode(mode: ClockMode, speed: number): void {
    this.#base = this.target;
    this.#wallBase = this.#wall();
    this.#mode = mode;
    this.#speed = mode === 'scaled' ? speed : 1;
  }

  /** Wall ms until the clock shows `at`: 0 if it does already, infinite on a manual clock. */
  wallUntil(at: number): number {
    if (this.#mode === 'manual') return Number.POSITIVE_INFINITY;
    return Math.max(0, (at - this.target) / this.#speed);
  }
}
