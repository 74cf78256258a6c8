import { Bell } from './bell.ts';
import type { EventName } from './event-answer.ts';
import type { EventFeed, WrittenEvent } from './event-feed.ts';

/** Wall ms after which a silent stream shows that it lives: proxies cut connections that say nothing. */
const HEARTBEAT_MS = 15_000;
/** Wall ms after which a browser that lost the stream asks for it again. */
const RETRY_MS = 1000;
/** Events, and characters, that are written at a time: what a reader takes up beside the ring. */
const MOST_EVENTS = 256;
const MOST_CHARACTERS = 65_536;

export interface EventStreamOptions {
  readonly feed: EventFeed;
  /** Id of the last event that the reader has seen; null: it begins now. */
  readonly after: string | null;
  isWanted(event: EventName): boolean;
  /** Ends the stream. */
  readonly closing: AbortSignal;
  /** Called once, when the stream is over, whoever ended it. */
  onEnd(): void;
}

/**
 * The events as a stream of server-sent events (HTML Living Standard, 9.2). It is written as it is read: whoever does
 * not read holds up nothing and fills nothing, and is told what it lost by an event `gap`.
 */
export function streamEvents(options: EventStreamOptions): ReadableStream<Uint8Array> {
  const reader = new EventReader(options);
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const text = await reader.next();
        if (text !== null) controller.enqueue(encoder.encode(text));
        else if (!reader.isGone) controller.close();
      },
      cancel: () => reader.leave(),
    },
    { highWaterMark: 0 },
  );
}

class EventReader {
  readonly #options: EventStreamOptions;
  readonly #bell = new Bell();
  readonly #stops: (() => void)[];
  /** Number of the last event that it has seen, or that it does not want. */
  #seen: number;
  /** What is written before anything else. */
  #opening: string;
  #hasLeft = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    const { feed, closing, after } = options;
    this.#stops = [feed.enter(this.#bell), () => closing.removeEventListener('abort', this.#bell.ring)];
    closing.addEventListener('abort', this.#bell.ring);
    const { number, isKnown } =
      after === null ? { number: feed.ring.lastId, isKnown: true } : feed.positionOf(after);
    this.#seen = number;
    // An id alone is no event, but from now on the reader knows what to come back with.
    this.#opening = `retry: ${RETRY_MS}\nid: ${feed.idOf(number)}\n\n`;
    if (!isKnown) this.#opening += this.#writeGap(null);
  }

  /** The reader went away by itself. */
  get isGone(): boolean {
    return this.#hasLeft && !this.#options.closing.aborted;
  }

  /** Waits for what is to be written next; null: the stream is over. */
  async next(): Promise<string | null> {
    const opening = this.#opening;
    this.#opening = '';
    if (opening !== '') return opening;
    while (!this.#hasLeft && !this.#options.closing.aborted) {
      this.#bell.reset();
      const text = this.#take();
      if (text !== '') return text;
      await this.#bell.hear(HEARTBEAT_MS);
      if (!this.#bell.isRung) return ': still here\n\n';
    }
    this.leave();
    return null;
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    for (const stop of this.#stops) stop();
    this.#bell.ring();
    this.#options.onEnd();
  }

  #take(): string {
    const { feed, isWanted } = this.#options;
    const { ring } = feed;
    let text = '';
    if (this.#seen < ring.firstId - 1) {
      const lost = ring.firstId - 1 - this.#seen;
      this.#seen = ring.firstId - 1;
      text = this.#writeGap(lost);
    }
    const filter = ({ event }: WrittenEvent) => isWanted(event);
    const { items, next } = ring.list({ after: this.#seen, limit: MOST_EVENTS, filter });
    for (const item of items) {
      text += writeBlock(feed.idOf(item.id), item);
      this.#seen = Number(item.id);
      if (text.length > MOST_CHARACTERS) return text;
    }
    if (next === null) this.#seen = ring.lastId;
    return text;
  }

  #writeGap(lost: number | null): string {
    const { feed } = this.#options;
    return writeBlock(feed.idOf(this.#seen), feed.write('gap', { lost }));
  }
}

function writeBlock(id: string, { event, data }: WrittenEvent): string {
  return `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;
}
