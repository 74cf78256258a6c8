import { randomBytes } from 'node:crypto';
import type { Simulation } from '../../../sim/simulation.ts';
import type { RequestRing } from '../../platform/journal.ts';
import { createRing, type Ring, type RingBounds } from '../../ring.ts';
import { times } from '../http/times.ts';
import { writeRequest } from '../request-answer.ts';
import type { Bell } from './bell.ts';
import type { EventName } from './event-answer.ts';
import type { FactFeed } from './fact-feed.ts';
import { writeFact } from './write-fact.ts';

/** An event as it goes out: its name, and the line of JSON that is its data. */
export interface WrittenEvent {
  readonly event: EventName;
  readonly data: string;
}

/** A place in the ring: right after the event with this number. */
export interface Position {
  readonly number: number;
  /** Null: events were lost before it, and nobody knows how many. */
  readonly isKnown: boolean;
}

/**
 * What happens, in a ring that every reader reads at its own pace: one that is too slow, or comes back too late, is
 * told how much it lost, and nothing is kept for it alone. The ring is filled from the first reader on, and after the
 * last one has left until nothing is held any more that it could come back for.
 */
export class EventFeed {
  readonly #simulation: Simulation;
  readonly #journal: Pick<RequestRing, 'listen'>;
  readonly #facts: FactFeed;
  readonly #ring: Ring<WrittenEvent>;
  readonly #bells = new Set<Bell>();
  /** Tells events of one life from those of another: of a server before this one, or before nobody read. */
  #life = '';
  /** The last event that the last reader can have seen. */
  #leftAt = 0;
  #stop: (() => void) | null = null;

  constructor(parts: {
    simulation: Simulation;
    journal: Pick<RequestRing, 'listen'>;
    facts: FactFeed;
    bounds: Pick<RingBounds<unknown>, 'count' | 'bytes'>;
  }) {
    this.#simulation = parts.simulation;
    this.#journal = parts.journal;
    this.#facts = parts.facts;
    this.#ring = createRing({ ...parts.bounds, sizeOf: ({ data }) => 100 + 2 * data.length });
  }

  get ring(): Ring<WrittenEvent> {
    return this.#ring;
  }

  /** Rings a reader's bell whenever something has happened. @returns how to leave */
  enter(bell: Bell): () => void {
    this.#bells.add(bell);
    this.#stop ??= this.#record();
    return () => {
      this.#bells.delete(bell);
      this.#leftAt = this.#ring.lastId;
    };
  }

  /** Adds what no fact of the simulation tells. */
  tell(event: EventName, data: object): void {
    if (this.#stop !== null) this.#add(this.write(event, data));
  }

  /** An event of the present instant. */
  write(event: EventName, data: object): WrittenEvent {
    return write(event, this.#simulation.clock.target, data);
  }

  /** What a reader may come back with. */
  idOf(number: number | string): string {
    return `${this.#life}-${number}`;
  }

  /** Where a reader goes on that comes back with an id; one of another life has seen nothing of this one. */
  positionOf(id: string): Position {
    const [life, number = ''] = id.split('-');
    const isKnown = life === this.#life && /^\d{1,15}$/.test(number) && Number(number) <= this.#ring.lastId;
    return { number: isKnown ? Number(number) : this.#ring.firstId - 1, isKnown };
  }

  #record(): () => void {
    this.#life = randomBytes(4).toString('hex');
    const stops = [
      this.#facts.listen((facts) => {
        for (const { at, event, data } of facts) this.#ring.add(write(event, at, writeFact(data)));
        this.#ringBells();
      }),
      this.#journal.listen((entry) => {
        const { at: _, atMs: __, ...data } = writeRequest(entry);
        this.#add(write('request', entry.at, data));
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      this.#ring.clear();
    };
  }

  #add(event: WrittenEvent): void {
    this.#ring.add(event);
    this.#ringBells();
  }

  #ringBells(): void {
    for (const bell of this.#bells) bell.ring();
    const isOfUse = this.#bells.size > 0 || this.#ring.firstId <= this.#leftAt + 1;
    if (isOfUse) return;
    this.#stop?.();
    this.#stop = null;
  }
}

function write(event: EventName, at: number, data: object): WrittenEvent {
  return { event, data: JSON.stringify({ event, ...times({ at }), ...data }) };
}
