const WRONG_IN_A_ROW = 3;
const BLOCK_MS = 30_000;
/** The oldest are forgotten beyond it. */
const MOST_KEPT = 10_000;

interface Guesses {
  wrong: number;
  blockedUntil: number;
}

/** Slows whoever guesses passwords: after three wrong ones in a row nothing is looked at for 30 s (spec 4.1). */
export class Throttle {
  readonly #now: () => number;
  readonly #guesses = new Map<string, Guesses>();

  /** @param now wall ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  isBlocked(key: string): boolean {
    const guesses = this.#guesses.get(key);
    if (guesses === undefined || guesses.wrong < WRONG_IN_A_ROW) return false;
    if (guesses.blockedUntil > this.#now()) return true;
    this.#guesses.delete(key);
    return false;
  }

  noteWrong(key: string): void {
    const wrong = (this.#guesses.get(key)?.wrong ?? 0) + 1;
    // The latest stand last.
    this.#guesses.delete(key);
    this.#guesses.set(key, { wrong, blockedUntil: this.#now() + BLOCK_MS });
    const oldest = this.#guesses.keys().next().value;
    if (this.#guesses.size > MOST_KEPT && oldest !== undefined) this.#guesses.delete(oldest);
  }

  noteRight(key: string): void {
    this.#guesses.delete(key);
  }
}
