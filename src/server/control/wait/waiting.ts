import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulation } from '../../../sim/simulation.ts';
import { DAY_MS } from '../../../sim/time/calendar.ts';
import { pendingWork } from '../../../sim/time/due.ts';
import { nextEventAt } from '../../../sim/time/next-event.ts';
import type { RequestRing } from '../../platform/journal.ts';
import { Bell } from '../event/bell.ts';
import type { FactFeed } from '../event/fact-feed.ts';

/** A wait moves the clock no further than this, as `until: idle` does (choice). */
const FURTHEST_MS = 366 * DAY_MS;
/** Wall ms between two looks, so that looking leaves time for happening. */
const REST_MS = 5;
/** Wall ms after which a clock that another request moves is looked at again. */
const BUSY_MS = 10;

export interface Wait<T> {
  /** Looks whether it is there; null: not yet. */
  look(): T | null | Promise<T | null>;
  /** On a manual clock, moves it from event to event as far as needed. */
  readonly advance: boolean;
  /** Wall ms. */
  readonly timeoutMs: number;
  /** Ends the wait before its time. */
  readonly stop: AbortSignal;
}

/** Waits for facts: every look comes after something has happened, in the simulation or in the journal of requests. */
export class Waiting {
  readonly #simulation: Simulation;
  readonly #journal: Pick<RequestRing, 'listen'>;
  readonly #facts: FactFeed;

  constructor(parts: { simulation: Simulation; journal: Pick<RequestRing, 'listen'>; facts: FactFeed }) {
    this.#simulation = parts.simulation;
    this.#journal = parts.journal;
    this.#facts = parts.facts;
  }

  /** @returns what was waited for; null if the wait ended before */
  async wait<T>(wait: Wait<T>): Promise<T | null> {
    const bell = new Bell();
    const time = new AbortController();
    const timer = setTimeout(() => time.abort(), wait.timeoutMs);
    const end = AbortSignal.any([time.signal, wait.stop]);
    const ended = new Promise<void>((resolve) =>
      end.addEventListener('abort', () => resolve(), { once: true }),
    );
    void ended.then(bell.ring);
    const stops = [this.#facts.listen(bell.ring), this.#journal.listen(bell.ring)];
    const furthest = this.#simulation.clock.target + FURTHEST_MS;
    try {
      for (;;) {
        if (wait.stop.aborted) return null;
        bell.reset();
        const found = await wait.look();
        if (found !== null || end.aborted) return found;
        if (wait.advance) await this.#advance(bell, { furthest, ended });
        else await Promise.all([bell.hear(), sleep(REST_MS)]);
      }
    } finally {
      clearTimeout(timer);
      for (const stop of stops) stop();
    }
  }

  /** Lets one event after the other happen, until one of them may have brought what is waited for. */
  async #advance(
    bell: Bell,
    bounds: { readonly furthest: number; readonly ended: Promise<void> },
  ): Promise<void> {
    while (!bell.isRung) {
      const next = await this.#nextEventAt();
      if (next === null || next > bounds.furthest) {
        // Nothing happens by itself any more; a request may still change that.
        await bell.hear();
      } else if (this.#simulation.isAdvancing) {
        await bell.hear(BUSY_MS);
      } else {
        const moved = this.#simulation.advance({ to: next, untilIdle: false, overlap: false });
        // A reset ends it, and what is waited for may still come.
        await Promise.race([moved.catch(() => undefined), bounds.ended]);
      }
    }
  }

  /** Null: nothing is left to happen, or the clock moves by itself. */
  async #nextEventAt(): Promise<number | null> {
    if (this.#simulation.clock.mode !== 'manual') return null;
    return this.#simulation.read((world) => (pendingWork(world).length === 0 ? null : nextEventAt(world)));
  }
}
