import type { AttemptOutcome, HttpPort } from '../port.ts';
import type { Flight } from './attempt.ts';
import { explainTimeout } from './error-words.ts';
import type { Destination } from './outbox.ts';

/** Times in a row that a destination may use up its grace before the manual clock stops holding for it. */
const GRACES = 3;
const NONE: ReadonlyMap<number, Flight> = new Map();

export interface Landed {
  readonly flight: Flight;
  readonly outcome: AttemptOutcome;
}

/**
 * Attempts from their claim until they are settled; nobody else takes their rows in between. They outlive a reload of
 * the working set: the store knows nothing of them, so what was in flight when a process died is made again.
 */
export class Flights {
  readonly #http: HttpPort;
  /** By destination and row. */
  readonly #air = new Map<number, Map<number, Flight>>();
  /** Graces used up in a row, by destination. */
  readonly #misses = new Map<number, number>();

  constructor(http: HttpPort) {
    this.#http = http;
  }

  /** What is claimed or under way to a destination, by row. */
  of(destinationId: number): ReadonlyMap<number, Flight> {
    return this.#air.get(destinationId) ?? NONE;
  }

  /** Rows that are claimed or under way to anybody. */
  get count(): number {
    let count = 0;
    for (const flights of this.#air.values()) count += flights.size;
    return count;
  }

  claim(flight: Flight): void {
    const { row } = flight;
    const flights = this.#air.get(row.destination) ?? new Map<number, Flight>();
    this.#air.set(row.destination, flights.set(row.id, flight));
  }

  /**
   * To be called once the attempt is settled, or will never be; again changes nothing. By then the row may have been
   * claimed for its next attempt, which stays claimed.
   */
  release(flight: Flight): void {
    const { row } = flight;
    const flights = this.#air.get(row.destination);
    if (flights?.get(row.id) !== flight) return;
    flights.delete(row.id);
    if (flights.size === 0) this.#air.delete(row.destination);
  }

  /** Makes a claimed attempt; its outcome never rejects. */
  async fly(flight: Flight): Promise<Landed> {
    const { url, body, timeoutMs, delayMs } = flight;
    // What a fault delays has that much less time left.
    const outcome = await this.#http.attempt({ url, body, timeoutMs: timeoutMs - delayMs });
    if (delayMs === 0) return { flight, outcome };
    const tookMs = outcome.timedOut ? timeoutMs : outcome.tookMs + delayMs;
    const error = outcome.timedOut ? explainTimeout(timeoutMs) : outcome.error;
    return { flight, outcome: { ...outcome, tookMs, error } };
  }

  /** Whether the manual clock holds for an attempt at this destination. */
  hasGrace(destination: Destination): boolean {
    return destination.kind === 'pull' || (this.#misses.get(destination.id) ?? 0) < GRACES;
  }

  /** An attempt was over within the grace, or was not. */
  noteGrace(destinationId: number, kept: boolean): void {
    this.#misses.set(destinationId, kept ? 0 : (this.#misses.get(destinationId) ?? 0) + 1);
  }
}
