import type { RtpPacket } from './packet.ts';

const TWO_16 = 2 ** 16;
const HALF = TWO_16 / 2;
/** RFC 3550 appendix A.1: farther off than this, the source has restarted its count. */
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
const REMEMBERED = 256;

/** What a packet is to its stream. A `restart` begins a new one: another SSRC, or numbers from elsewhere. */
export type Arrival = 'next' | 'late' | 'duplicate' | 'restart';

/** Counts of one stream that is received, by its sequence numbers (RFC 3550 appendix A). */
export class IncomingStream {
  reordered = 0;
  duplicates = 0;
  #received = 0;
  /** Of the streams before a restart. */
  #lostBefore = 0;
  #ssrc: number | null = null;
  /** Extended by the wraps of 16 bits. */
  #first = 0;
  #highest = 0;
  /** The numbers seen last, each in the place of its low bits. */
  readonly #seen = new Float64Array(REMEMBERED);

  /** Packets that have not arrived. */
  get lost(): number {
    return this.#lostBefore + this.#missing();
  }

  take({ ssrc, sequence }: Pick<RtpPacket, 'ssrc' | 'sequence'>): Arrival {
    if (ssrc !== this.#ssrc) return this.#restart(ssrc, sequence);
    const ahead = ((sequence - this.#highest + HALF) & (TWO_16 - 1)) - HALF;
    if (ahead > MAX_DROPOUT || ahead < -MAX_MISORDER) return this.#restart(ssrc, sequence);
    const extended = this.#highest + ahead;
    if (this.#seen[extended % REMEMBERED] === extended) {
      this.duplicates++;
      return 'duplicate';
    }
    this.#note(extended);
    if (ahead > 0) {
      this.#highest = extended;
      return 'next';
    }
    this.#first = Math.min(this.#first, extended);
    this.reordered++;
    return 'late';
  }

  #restart(ssrc: number, sequence: number): Arrival {
    this.#lostBefore += this.#missing();
    this.#ssrc = ssrc;
    // One wrap above zero, so that what came before the first packet has a place too.
    this.#first = sequence + TWO_16;
    this.#highest = this.#first;
    this.#received = 0;
    this.#seen.fill(-1);
    this.#note(this.#first);
    return 'restart';
  }

  #note(extended: number): void {
    this.#seen[extended % REMEMBERED] = extended;
    this.#received++;
  }

  #missing(): number {
    return this.#ssrc === null ? 0 : Math.max(0, this.#highest - this.#first + 1 - this.#received);
  }
}
