import { Buffer } from 'node:buffer';

/** A body in a store: to be read only as long as it has not been taken out again. */
export interface StoredBody {
  readonly segment: Segment;
  readonly start: number;
  /** Bytes that are kept. */
  readonly length: number;
  /** Bytes of the whole body. */
  readonly total: number;
}

interface Segment {
  readonly bytes: Buffer;
  used: number;
  /** Bodies in it that were not taken out. */
  bodies: number;
}

/** Room for some bodies of the greatest length. */
const SEGMENT_BODIES = 4;

/**
 * Bodies of a journal, in memory that is used again and again: a buffer for each would be one more thing that the
 * garbage collector carries along until the journal drops it, thousands of requests later.
 *
 * Bodies are taken out in about the order in which they came; a segment is free as soon as its last one is gone.
 */
export class BodyStore {
  readonly #maxBytes: number;
  #current: Segment | null = null;
  /** One that is free, for when the current one is full; more of them are given back. */
  #spare: Segment | null = null;

  /** @param maxBytes kept of each body; the rest is cut off */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Copies a body in. */
  put(body: Uint8Array): StoredBody {
    const length = Math.min(body.length, this.#maxBytes);
    const segment = this.#room(length);
    const start = segment.used;
    segment.bytes.set(length === body.length ? body : body.subarray(0, length), start);
    segment.used += length;
    segment.bodies++;
    return { segment, start, length, total: body.length };
  }

  /** Takes a body out; it must not be read any more. */
  remove({ segment }: StoredBody): void {
    segment.bodies--;
    if (segment.bodies > 0) return;
    segment.used = 0;
    if (segment !== this.#current) this.#spare = segment;
  }

  #room(length: number): Segment {
    if (this.#current !== null && this.#current.used + length <= this.#current.bytes.length)
      return this.#current;
    this.#current = this.#spare ?? {
      bytes: Buffer.allocUnsafeSlow(this.#maxBytes * SEGMENT_BODIES),
      used: 0,
      bodies: 0,
    };
    this.#spare = null;
    return this.#current;
  }
}

/** Its bytes, not copied. */
export function bytesOf({ segment, start, length }: StoredBody): Uint8Array {
  return segment.bytes.subarray(start, start + length);
}
