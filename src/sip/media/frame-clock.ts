import { FRAME_MS } from './frame.ts';
import type { ClockStats } from './media.ts';
import { monotonicNow } from './monotonic.ts';

/** After a stall half a second of frames is made up for at once; those before them are left out (choice). */
const MOST_CAUGHT_UP = 25;
const REMEMBERED = 1000;

/**
 * One beat of 20 ms for all calls. Each frame is due at a multiple of 20 ms from the clock's origin, whatever
 * happened to the ones before it, so the beat never drifts.
 */
export class FrameClock {
  readonly #onFrame: (frame: number, atMs: number) => void;
  readonly #origin = monotonicNow();
  readonly #lateness = new Float64Array(REMEMBERED);
  #counted = 0;
  #skipped = 0;
  #next = 0;
  #timer: NodeJS.Timeout | null = null;

  /** @param onFrame given the frame's number and the instant that it was due at, in ms of `monotonicNow` */
  constructor(onFrame: (frame: number, atMs: number) => void) {
    this.#onFrame = onFrame;
  }

  /** Beats from the next multiple of 20 ms on. */
  start(): void {
    if (this.#timer !== null) return;
    this.#next = Math.ceil((monotonicNow() - this.#origin) / FRAME_MS);
    this.#arm();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  stats(): ClockStats {
    const late = this.#lateness.slice(0, Math.min(this.#counted, REMEMBERED)).sort();
    const at = (share: number) => late[Math.min(late.length - 1, Math.floor(late.length * share))] ?? 0;
    return { lateP50: at(0.5), lateP99: at(0.99), lateMax: at(1), skipped: this.#skipped };
  }

  #dueAt(frame: number): number {
    return this.#origin + frame * FRAME_MS;
  }

  #arm(): void {
    const wait = Math.max(1, Math.ceil(this.#dueAt(this.#next) - monotonicNow()));
    this.#timer = setTimeout(() => this.#beat(), wait);
  }

  #beat(): void {
    const due = Math.floor((monotonicNow() - this.#origin) / FRAME_MS);
    const missed = due - this.#next + 1 - MOST_CAUGHT_UP;
    if (missed > 0) {
      this.#skipped += missed;
      this.#next += missed;
    }
    while (this.#next <= due) {
      const at = this.#dueAt(this.#next);
      this.#lateness[this.#counted++ % REMEMBERED] = monotonicNow() - at;
      this.#onFrame(this.#next++, at);
    }
    if (this.#timer !== null) this.#arm();
  }
}
