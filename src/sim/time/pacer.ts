import type { Clock } from './clock.ts';

/** Timers overflow at 24.8 days, so nobody sleeps longer than this at a time. */
const LONGEST_SLEEP_MS = 3_600_000;

/** Calls `beat` when the clock reaches the next instant that something is due. */
export class Pacer {
  readonly #clock: Clock;
  readonly #beat: () => void;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(clock: Clock, beat: () => void) {
    this.#clock = clock;
    this.#beat = beat;
  }

  /** @param at next due instant; null for none */
  schedule(at: number | null): void {
    this.stop();
    if (at === null || this.#clock.mode === 'manual') return;
    const wait = this.#clock.wallUntil(at);
    if (wait === 0) this.#immediate = setImmediate(this.#beat);
    else this.#timer = setTimeout(this.#beat, Math.min(Math.ceil(wait), LONGEST_SLEEP_MS));
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
  }

  get isSet(): boolean {
    return this.#timer !== undefined || this.#immediate !== undefined;
  }
}
