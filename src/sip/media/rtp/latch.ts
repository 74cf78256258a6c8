/** Where packets come from or go to. */
export interface Source {
  readonly address: string;
  readonly port: number;
}

/** For so long after a new address was agreed on, packets of the old one are stragglers (choice). */
const STRAGGLE_MS = 1000;

/**
 * Symmetric RTP: what is sent goes to where the peer's packets come from, once the first has come, whatever SDP said,
 * for SDP knows nothing of the NAT between (RFC 4961). Whoever sends later from elsewhere is not heard.
 */
export class Latch {
  #agreed: Source | null = null;
  #source: Source | null = null;
  #former: { readonly source: Source; readonly untilMs: number } | null = null;

  /** Where to send; null if nobody knows yet. */
  get target(): Source | null {
    return this.#source ?? this.#agreed;
  }

  get source(): Source | null {
    return this.#source;
  }

  /** Takes over what SDP says; an address other than before lets another source in. */
  aim(agreed: Source | null, nowMs: number): void {
    if (agreed === null || isSame(agreed, this.#agreed)) return;
    const former = this.target;
    if (former !== null) this.#former = { source: former, untilMs: nowMs + STRAGGLE_MS };
    this.#agreed = agreed;
    this.#source = null;
  }

  /** Whether a packet is the peer's. The first that is asked about is. */
  admits(from: Source, nowMs: number): boolean {
    if (this.#source !== null) return isSame(from, this.#source);
    if (this.#isStraggler(from, nowMs)) return false;
    this.#source = { address: from.address, port: from.port };
    return true;
  }

  #isStraggler(from: Source, nowMs: number): boolean {
    const former = this.#former;
    return (
      former !== null && nowMs < former.untilMs && isSame(from, former.source) && !isSame(from, this.#agreed)
    );
  }
}

function isSame(one: Source, other: Source | null): boolean {
  return other !== null && one.port === other.port && one.address === other.address;
}
