import type { Ask } from './ask.ts';

/** What wears out as it is said to. */
export interface NewCounted {
  /** 0 to 1, drawn by the seed; default: always. */
  readonly probability?: number | undefined;
  /** How often it counts, from 1; default: without end. */
  readonly times?: number | undefined;
}

export interface Counted {
  readonly id: string;
  readonly probability?: number | undefined;
  /** Null: without end. */
  readonly timesLeft: number | null;
}

/** A list of rules, or of faults; the one added last comes first. */
export class CountedControl<New extends NewCounted, Entry extends Counted> {
  readonly #ask: Ask;
  readonly #path: string;

  constructor(ask: Ask, path: string) {
    this.#ask = ask;
    this.#path = path;
  }

  list(): Promise<Entry[]> {
    return this.#ask.all(this.#path);
  }

  /** @throws SimulatorError `invalid-parameter` */
  add(entry: New): Promise<Entry> {
    return this.#ask.post(this.#path, entry);
  }

  /** @throws SimulatorError `not-found` */
  async remove(id: string): Promise<void> {
    await this.#ask.delete(`${this.#path}/${encodeURIComponent(id)}`);
  }

  async clear(): Promise<void> {
    await this.#ask.delete(this.#path);
  }
}
