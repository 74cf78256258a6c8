import type { Transaction, TransactionState } from 'sip.js/lib/core/index.js';

/** Something that is sent again until its answer is in. */
interface Repetition {
  send(): void;
  /** ms. */
  readonly t1: number;
  /** ms between two of them at most; infinite for an INVITE (RFC 3261, 17.1.1.2). */
  readonly t2: number;
  /** Told when there was none for 64 T1. */
  readonly onTimeout?: () => void;
}

/** What is sent again over UDP where sip.js, made for WebSocket, sends it once: timers A, E and G of RFC 3261. */
export class Retransmissions {
  readonly #stops = new Set<() => void>();

  /** Until the transaction comes into another state than these. */
  repeatWhile(
    transaction: Transaction,
    states: readonly TransactionState[],
    { onTimeout, ...times }: Repetition,
  ): void {
    const stopSending = retransmit(times);
    const stop = () => {
      stopSending();
      clearTimeout(timeout);
      this.#stops.delete(stop);
    };
    const giveUp = () => {
      stop();
      onTimeout?.();
    };
    const timeout = onTimeout === undefined ? undefined : setTimeout(giveUp, 64 * times.t1);
    this.#stops.add(stop);
    transaction.addStateChangeListener(() => {
      if (!states.includes(transaction.state)) stop();
    });
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }
}

/**
 * Sends again after T1, and each time after twice as long, up to T2 (RFC 3261, timers E and G).
 * @returns how to stop; whoever knows when the transaction is over calls it
 */
export function retransmit({ send, t1, t2 }: Omit<Repetition, 'onTimeout'>): () => void {
  let gap = t1;
  const beat = () => {
    send();
    gap = Math.min(2 * gap, t2);
    timer = setTimeout(beat, gap);
  };
  let timer = setTimeout(beat, gap);
  return () => clearTimeout(timer);
}
