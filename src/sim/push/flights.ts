import type { AttemptOutcome, HttpPort } from '../port.ts';
import type { Flight } from './attempt.ts';
import type { Destination } from './outbox.ts';

/** Times in a row that a destination may use up its grace before the manual clock stops holding for it. */
const GRACES = 3;

export interface Landed {
  readonly flight: Flight;
  readonly outcome: AttemptOutcome;
}

/** Attempts under way. They outlive a reload of the working set: the store knows nothing of them. */
export class Flights {
  readonly #http: HttpPort;
  readonly #ids = new Map<number, Set<number>>();
  /** Graces used up in a row, by destination. */
  readonly #misses = new Map<number, number>();
  #count = 0;

  constructor(http: HttpPort) {
    this.#http = http;
  }

  get count(): number {
    return this.#count;
  }

  /** Ids of the effects under way to a destination. */
  of(destinationId: number): ReadonlySet<number> {
    return this.#ids.get(destinationId) ?? NONE;
  }

  /** Starts an attempt; its outcome never rejects. */
  async fly(flight: Flight): Promise<Landed> {
    const { row } = flight;
    const ids = this.#ids.get(row.destination) ?? new Set<number>();
    this.#ids.set(row.destination, ids.add(row.id));
    this.#count++;
    const outcome = await this.#http.attempt({
      url: flight.url,
      body: flight.body,
      timeoutMs: flight.timeoutMs,
    });
    ids.delete(row.id);
    this.#count--;
    return { flight, outcome: { ...outcome, tookMs: outcome.tookMs + flight.delayMs } };
  }

  /** Whether the manual clock holds for a push to this destination. */
  hasGrace(destination: Destination): boolean {
    return destination.kind === 'pull' || (this.#misses.get(destination.id) ?? 0) < GRACES;
  }

  /** An attempt was over within the grace, or was not. */
  noteGrace(destinationId: number, kept: boolean): void {
    this.#misses.set(destinationId, kept ? 0 : (this.#misses.get(destinationId) ?? 0) + 1);
  }
}

const NONE: ReadonlySet<number> = new Set();
