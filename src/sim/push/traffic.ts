import type { SimulationConfig } from '../config.ts';
import type { Clock } from '../time/clock.ts';
import type { World } from '../world.ts';
import { claimDue, type Flight } from './attempt.ts';
import type { Flights } from './flights.ts';
import type { Destination } from './outbox.ts';

/**
 * Who may be asked next, and how many at once. A running clock waits for nobody: each destination has so many attempts
 * at a time. A manual clock *holds* for a destination: one attempt after the other, so that what the receiver does in
 * the meantime has its instant. It does not for one that used up its grace too often, or where overlap is asked for.
 */
export class Traffic {
  readonly #clock: Clock;
  readonly #flights: Flights;
  readonly #push: SimulationConfig['push'];
  /** Set for the time of an advance. */
  overlap = false;

  constructor(options: { clock: Clock; flights: Flights; config: SimulationConfig }) {
    this.#clock = options.clock;
    this.#flights = options.flights;
    this.#push = options.config.push;
  }

  holds(destination: Destination): boolean {
    if (this.#clock.mode !== 'manual') return false;
    // A call stands still while it asks: time may not run past it.
    if (destination.kind === 'pull') return true;
    if (destination.kind === 'phone-pull') return false;
    return !this.overlap && this.#flights.hasGrace(destination);
  }

  /** The destination whose effect is due first among those that can take one more attempt. */
  next(world: World): Destination | undefined {
    let first: Destination | undefined;
    for (const destination of world.outbox.waiting()) {
      if (first !== undefined && destination.nextDueAt >= first.nextDueAt) continue;
      if (this.#room(destination) > 0) first = destination;
    }
    return first;
  }

  /** Claims what is due at a destination by now, as far as it has room. */
  claim(world: World, destination: Destination): { flights: Flight[]; settled: number } {
    const claimed = claimDue(world, destination, {
      until: world.now,
      most: this.#room(destination),
      inFlight: this.#flights.of(destination.id),
      manual: this.#clock.mode === 'manual',
    });
    for (const flight of claimed.flights) this.#flights.claim(flight);
    return claimed;
  }

  hasPhoneWaiting(world: World): boolean {
    return !this.#awaitedByPhones(world).next().done;
  }

  /** Claims what real phones wait for, in their own time. */
  claimForPhones(world: World): Flight[] {
    return [...this.#awaitedByPhones(world)].flatMap((destination) => this.claim(world, destination).flights);
  }

  /** The claim comes to nothing. */
  release(flight: Flight): void {
    this.#flights.release(flight);
  }

  /** Destinations that hold and have something due now, beside one. */
  *othersDue(world: World, one: Destination): Iterable<Destination> {
    for (const destination of world.outbox.waiting()) {
      if (destination !== one && destination.nextDueAt <= world.now && this.holds(destination))
        yield destination;
    }
  }

  /** Whether an effect that was due before `at` is not settled yet. */
  owesBefore(world: World, at: number): boolean {
    if (this.#flights.count > 0) return true;
    for (const destination of world.outbox.waiting()) if (destination.nextDueAt < at) return true;
    return false;
  }

  *#awaitedByPhones(world: World): Generator<Destination> {
    for (const destination of world.outbox.waiting()) {
      if (destination.kind !== 'phone-pull' || destination.nextDueAt > world.now) continue;
      if (this.#room(destination) > 0) yield destination;
    }
  }

  #room(destination: Destination): number {
    if (this.holds(destination)) return 1;
    const most = this.#clock.mode === 'manual' ? this.#push.manualConcurrency : this.#push.concurrency;
    return most - this.#flights.of(destination.id).size;
  }
}
