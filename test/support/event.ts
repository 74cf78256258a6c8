import { type EventBlock, EventParser } from '../../src/library/event-parser.ts';
import type { Json, TestSimulator } from './simulator.ts';

/** Reads `/_sim/events` in process, piece by piece. */
export class EventClient implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #parser = new EventParser();
  readonly #blocks: EventBlock[] = [];

  private constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** @param path below `/_sim` */
  static async open(
    simulator: TestSimulator,
    path = '/events',
    headers: Record<string, string> = {},
  ): Promise<EventClient> {
    const { body } = await simulator.request(`/_sim${path}`, { headers });
    if (body === null) throw new Error('no stream');
    const client = new EventClient(body);
    await client.#read();
    return client;
  }

  /** What it would come back with. */
  get lastId(): string {
    return this.#parser.lastId;
  }

  /** The next event with its id, or null at the end. */
  async next(): Promise<Json> {
    for (;;) {
      const block = this.#blocks.shift();
      if (block !== undefined) return { id: block.id, ...JSON.parse(block.data) };
      if (!(await this.#read())) return null;
    }
  }

  async take(count: number): Promise<Json[]> {
    const events: Json[] = [];
    while (events.length < count) events.push(await this.next());
    return events;
  }

  /** All up to the first of this name, which is the last one. */
  async until(event: string): Promise<Json[]> {
    const events: Json[] = [];
    do events.push(await this.next());
    while (events.at(-1)?.event !== event);
    return events;
  }

  /** A piece as it came; null at the end. */
  async piece(): Promise<string | null> {
    const { value } = await this.#reader.read();
    return value === undefined ? null : new TextDecoder().decode(value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel();
  }

  async #read(): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    if (value !== undefined) this.#blocks.push(...this.#parser.push(value));
    return !done;
  }
}
