export interface DeferredOptions<Key, Value> {
  /** What is to be written of it now. */
  take(key: Key): Value;
  write(key: Key, value: Value): void;
}

/**
 * Values that many commands of a batch change and that are written once: captured when a command has gone well,
 * written before the commit. What a command with a bug has marked is never captured.
 */
export class Deferred<Key, Value> {
  readonly #options: DeferredOptions<Key, Value>;
  #marked: Key[] = [];
  readonly #captured = new Map<Key, Value>();

  constructor(options: DeferredOptions<Key, Value>) {
    this.#options = options;
  }

  /** Changed since the last capture. */
  get marked(): readonly Key[] {
    return this.#marked;
  }

  /** Whether the store does not have it yet. */
  has(key: Key): boolean {
    return this.#marked.includes(key) || this.#captured.has(key);
  }

  /** To be called after a change. */
  mark(key: Key): void {
    if (!this.#marked.includes(key)) this.#marked.push(key);
  }

  /** It was written otherwise. */
  forget(key: Key): void {
    this.#marked = this.#marked.filter((marked) => marked !== key);
    this.#captured.delete(key);
  }

  /** What was marked will be written as it is now. Cannot fail. */
  capture(): void {
    for (const key of this.#marked) this.#captured.set(key, this.#options.take(key));
    this.#marked = [];
  }

  write(): void {
    for (const [key, value] of this.#captured) this.#options.write(key, value);
    if (this.#captured.size > 0) this.#captured.clear();
  }
}
