import type { Simulation } from '../sim/simulation.ts';
import { formatInstant } from '../sim/time/calendar.ts';
import type { Ask } from './ask.ts';

/** What time it is, and how it runs. */
export interface ClockState {
  /** ISO 8601 with +08:00. */
  readonly now: string;
  readonly nowMs: number;
  readonly mode: 'real' | 'manual' | 'scaled';
  /** Simulated ms per wall ms. */
  readonly speed: number;
  readonly status: 'ready' | 'advancing';
}

/** Where to: exactly one of `by`, `to` and `until`. */
export interface AdvanceTarget {
  /** `10m`, `250ms`, `1h30m`, `2d`; `0s` lets happen what is due now. */
  readonly by?: string | undefined;
  /** ISO 8601, or ms since 1970; never back. */
  readonly to?: string | number | undefined;
  /** Until nothing is left to happen by itself; at most 366 days on. */
  readonly until?: 'idle' | undefined;
  /** Time does not stand still while a push is under way: faster, and only as deterministic as the receiver. */
  readonly overlap?: boolean | undefined;
}

export interface Advanced {
  readonly from: string;
  readonly fromMs: number;
  readonly to: string;
  readonly toMs: number;
  /** Events that happened. */
  readonly events: number;
  /** Attempts at pushes and pulls. */
  readonly pushes: number;
}

/** The simulator's clock. */
export class ClockControl {
  readonly #ask: Ask;
  readonly #simulation: () => Simulation;

  constructor(ask: Ask, simulation: () => Simulation) {
    this.#ask = ask;
    this.#simulation = simulation;
  }

  /** ISO 8601 with +08:00. */
  get now(): string {
    return formatInstant(this.nowMs);
  }

  /** ms since 1970. */
  get nowMs(): number {
    return this.#simulation().clock.target;
  }

  state(): Promise<ClockState> {
    return this.#ask.get('/clock');
  }

  /**
   * Moves time on; resolves when every event due by then, its pushes and pulls included, has settled. Works on every
   * clock: on the real one it is an offset that stays.
   * @param target a duration such as `10m`, or where to
   * @throws SimulatorError `clock-busy` while another one is under way (from within a receiver, too), `not-idle`
   */
  advance(target: string | AdvanceTarget): Promise<Advanced> {
    return this.#ask.post('/clock/advance', typeof target === 'string' ? { by: target } : target);
  }

  /**
   * Changes how time runs; it goes on from where it stands.
   * @param how `real`, `manual` or `xN` (N times as fast as the wall, up to 100,000)
   * @throws SimulatorError `clock-busy`
   */
  run(how: string): Promise<ClockState> {
    return this.#ask.put('/clock', { mode: how });
  }
}
