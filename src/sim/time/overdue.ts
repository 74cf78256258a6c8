/** Events a second that are made up for (choice; the design asks for a bound and names no number). */
const PER_SECOND = 1000;
/** So many of them happen at once. */
const AT_ONCE = 100;

/**
 * What was due while the process was down happens after a start on the real clock, in order, at most so many a second:
 * a receiver that comes up beside the simulator is not met by a night's pushes in one moment.
 */
export class Overdue {
  /** What is due later is not overdue. */
  readonly until: number;
  #room = AT_ONCE;
  #lookedAt: number;

  constructor(start: { readonly at: number; readonly wallNow: number }) {
    this.until = start.at;
    this.#lookedAt = start.wallNow;
  }

  /** Events that may happen now. */
  roomAt(wallNow: number): number {
    const more = ((wallNow - this.#lookedAt) / 1000) * PER_SECOND;
    this.#room = Math.min(AT_ONCE, this.#room + Math.max(0, more));
    this.#lookedAt = wallNow;
    return Math.floor(this.#room);
  }

  /** They have happened. */
  take(events: number): void {
    this.#room -= events;
  }

  /** Wall ms until there is room for as many as happen at once. */
  get waitMs(): number {
    return Math.max(0, ((AT_ONCE - this.#room) / PER_SECOND) * 1000);
  }
}
