/** Wakes whoever listens; a ring that nobody has heard is kept for the next one who does. */
export class Bell {
  #rung = false;
  #hear: (() => void) | null = null;

  get isRung(): boolean {
    return this.#rung;
  }

  readonly ring = (): void => {
    this.#rung = true;
    this.#hear?.();
  };

  /** Forgets the rings so far. */
  reset(): void {
    this.#rung = false;
  }

  /** Resolves at the next ring, or after some wall ms. */
  hear(ms: number | null = null): Promise<void> {
    if (this.#rung) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = ms === null ? undefined : setTimeout(() => this.#hear?.(), ms);
      this.#hear = () => {
        this.#hear = null;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
