import { type Chance, drawInteger } from '../../../sim/random.ts';
import { FRAME_SAMPLES } from '../frame.ts';
import type { RtpPacket } from './packet.ts';

const TWO_16 = 2 ** 16;
const TWO_32 = 2 ** 32;

/** The headers of one stream that is sent, a frame a packet. */
export class OutgoingStream {
  readonly ssrc: number;
  readonly #firstTimestamp: number;
  #sequence: number;
  #lastFrame: number | null = null;

  /** "The initial value of the sequence number (and timestamp) SHOULD be random" (RFC 3550 section 5.1). */
  constructor(seed: Chance) {
    this.ssrc = drawInteger(seed, 'rtp-ssrc', [0, TWO_32 - 1]);
    this.#firstTimestamp = drawInteger(seed, 'rtp-timestamp', [0, TWO_32 - 1]);
    this.#sequence = drawInteger(seed, 'rtp-sequence', [0, TWO_16 - 1]);
  }

  /**
   * The header of the packet of a frame. The timestamp follows the frame's number, "even when blocks are not
   * transmitted"; the sequence number counts packets. The marker tells the first packet and the first after a gap,
   * and "in all other packets is zero" (RFC 3551 section 4.1).
   */
  next(payloadType: number, frame: number): Omit<RtpPacket, 'payload'> {
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) % TWO_16;
    const marker = this.#lastFrame === null || frame !== this.#lastFrame + 1;
    this.#lastFrame = frame;
    const timestamp = (this.#firstTimestamp + frame * FRAME_SAMPLES) % TWO_32;
    return { payloadType, marker, sequence, timestamp, ssrc: this.ssrc };
  }
}
