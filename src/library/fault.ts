import type { Ask } from './ask.ts';

/** What goes wrong; at least one of `code`, `httpStatus`, `delayMs` and `network`. */
export interface NewFault {
  /** An operation such as `task/callout`, `*` for all of them, `push` or `sip`. */
  readonly on: string;
  /** A result code of the platform; for operations only. */
  readonly code?: number | undefined;
  /** 200 to 599. */
  readonly httpStatus?: number | undefined;
  /** Wall ms, 0 to 600,000. */
  readonly delayMs?: number | undefined;
  readonly network?: 'reset' | 'empty' | 'garbage' | 'timeout' | undefined;
  /** 0 to 1, drawn by the seed; default: always. */
  readonly probability?: number | undefined;
  /** How often it strikes, from 1; default: without end. */
  readonly times?: number | undefined;
}

export interface Fault extends Omit<NewFault, 'times'> {
  readonly id: string;
  /** Null: without end. */
  readonly timesLeft: number | null;
}

/** What goes wrong between the platform and its client, on both ways. The fault added last strikes first. */
export class FaultControl {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  list(): Promise<Fault[]> {
    return this.#ask.items('/faults');
  }

  /** @throws SimulatorError `invalid-parameter` */
  add(fault: NewFault): Promise<Fault> {
    return this.#ask.post('/faults', fault);
  }

  /** @throws SimulatorError `not-found` */
  async remove(id: string): Promise<void> {
    await this.#ask.delete(`/faults/${encodeURIComponent(id)}`);
  }

  async clear(): Promise<void> {
    await this.#ask.delete('/faults');
  }
}
