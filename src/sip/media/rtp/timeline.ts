import { SAMPLES_PER_MS } from '../frame.ts';

/** Farther behind now than this, a packet is not late: its sender's clock stood still. */
export const LATEST = 1000 * SAMPLES_PER_MS;
/** Farther ahead, the sender's clock has jumped. */
export const EARLIEST = 400 * SAMPLES_PER_MS;
const WINDOW = 2000 * SAMPLES_PER_MS;
const TOLERANCE = 60 * SAMPLES_PER_MS;

/**
 * Where what is received belongs in the call, in samples: the first packet when it arrived, all others by their
 * timestamps, so that jitter, loss and order do not matter. Jumps and slow drift of the sender's clock are followed.
 */
export class Timeline {
  /** Position less timestamp; null before the first packet. */
  #offset: number | null = null;
  #newest = 0;
  /** Of the packets of this window, how far the least delayed one lies behind now. */
  #leastBehind = Number.POSITIVE_INFINITY;
  #windowBegan = 0;

  /** Forgets the sender's clock: the next packet is placed where it arrives. */
  reset(): void {
    this.#offset = null;
  }

  /**
   * Where a packet of audio begins.
   * @param timestamp 32 bits, unsigned
   * @param now where it would begin if it had come without delay, a whole number
   * @param inOrder whether its sequence number is the highest so far
   */
  place(timestamp: number, now: number, inOrder: boolean): number {
    this.#followDrift(now);
    const position = this.#positionOf(timestamp);
    const behind = position === null ? 0 : now - position;
    // In order, yet earlier than the one before: the sender has begun to count anew.
    const wentBack = inOrder && position !== null && position < this.#newest;
    if (position === null || wentBack || behind > LATEST || behind < -EARLIEST) {
      return this.#anchor(timestamp, now);
    }
    if (inOrder) this.#newest = position;
    this.#leastBehind = Math.min(this.#leastBehind, behind);
    return position;
  }

  /** Where an event began whose packet, one of many, arrives now; it teaches nothing about the sender's clock. */
  placeEvent(timestamp: number, now: number): number {
    const position = this.#positionOf(timestamp);
    if (position === null || position > now || position < now - WINDOW) return now;
    return position;
  }

  #positionOf(timestamp: number): number | null {
    if (this.#offset === null) return null;
    // Timestamps wrap at 32 bits: the nearest to the newest counts.
    const ahead = (timestamp - ((this.#newest - this.#offset) | 0)) | 0;
    return this.#newest + ahead;
  }

  #anchor(timestamp: number, now: number): number {
    this.#offset = now - timestamp;
    this.#newest = now;
    this.#leastBehind = 0;
    this.#windowBegan = now;
    return now;
  }

  #followDrift(now: number): void {
    if (this.#offset === null || now - this.#windowBegan < WINDOW) return;
    if (Number.isFinite(this.#leastBehind) && Math.abs(this.#leastBehind) > TOLERANCE) {
      this.#offset += this.#leastBehind;
      this.#newest += this.#leastBehind;
    }
    this.#leastBehind = Number.POSITIVE_INFINITY;
    this.#windowBegan = now;
  }
}
