import type { RtpPacket } from './packet.ts';

/** Events 0 to 15 (RFC 4733 section 3.2). */
const KEYS = '0123456789*#ABCD';
const PAYLOAD_BYTES = 4;
/** The longest a segment of an event can say that it is. */
const LONGEST = 0xffff;
const REMEMBERED = 8;

/**
 * Keys out of telephone events. A press is told with the first of its packets that arrives, whichever that is, so
 * lost ends do not matter; all packets of one press have one timestamp, so the rest are known.
 */
export class KeyReader {
  /** Newest last. */
  readonly #presses: { readonly code: number; readonly timestamp: number }[] = [];

  /** The key if this packet is the first of a press. */
  read({ payload, timestamp, marker }: Pick<RtpPacket, 'payload' | 'timestamp' | 'marker'>): string | null {
    const [code = KEYS.length] = payload;
    const key = KEYS[code];
    if (payload.length < PAYLOAD_BYTES || key === undefined) return null;
    if (this.#presses.some((press) => press.timestamp === timestamp)) return null;
    const last = this.#presses.at(-1);
    this.#presses.push({ code, timestamp });
    if (this.#presses.length > REMEMBERED) this.#presses.shift();
    // "a long-duration event … split into segments": the next begins where the one before ends, without a marker
    // (RFC 4733 section 2.5.1.3).
    const isSegment = !marker && last?.code === code && (timestamp - last.timestamp) >>> 0 === LONGEST;
    return isSegment ? null : key;
  }
}
