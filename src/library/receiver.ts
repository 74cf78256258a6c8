import type { Ask } from './ask.ts';

/** Something that the built-in receiver got. */
export interface Received {
  readonly id: string;
  /** ISO 8601 with +08:00. */
  readonly at: string;
  readonly atMs: number;
  readonly module: string;
  /** As it came, cut at 16 KiB. */
  readonly body: string;
}

/** The integrator's side for whoever has none: where the default fixtures send pushes and pulls. */
export class ReceiverControl {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Oldest first. @param module default: all of them */
  list(module?: string): Promise<Received[]> {
    return this.#ask.all('/receiver', { module });
  }

  async clear(): Promise<void> {
    await this.#ask.delete('/receiver');
  }
}
