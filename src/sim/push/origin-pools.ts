/** What can be let finish, or cut off; a Pool or a Client of undici. */
interface Closable {
  close(done: () => void): void;
  destroy(): Promise<void>;
}

/** Pools of connections by origin: made when first needed, and no more than `limit`; the one used longest ago goes. */
export class OriginPools<T extends Closable> {
  readonly #limit: number;
  readonly #create: (origin: string) => T;
  /** In the order of their last use. */
  readonly #pools = new Map<string, T>();
  /** No longer picked, but still finishing what they have. */
  readonly #leaving = new Set<T>();

  constructor(limit: number, create: (origin: string) => T) {
    this.#limit = limit;
    this.#create = create;
  }

  /** The pool of `origin`, from now on the one used last. */
  pick(origin: string): T {
    const known = this.#pools.get(origin);
    const pool = known ?? this.#create(origin);
    this.#pools.delete(origin);
    this.#pools.set(origin, pool);
    if (known === undefined) this.#closeOldest();
    return pool;
  }

  /** Lets something finish what it has, then closes it. */
  retire(leaving: T): void {
    this.#leaving.add(leaving);
    leaving.close(() => this.#leaving.delete(leaving));
  }

  /** Cuts off everything, what is leaving included. */
  async destroy(): Promise<void> {
    const all = [...this.#pools.values(), ...this.#leaving];
    this.#pools.clear();
    this.#leaving.clear();
    await Promise.all(all.map((each) => each.destroy()));
  }

  #closeOldest(): void {
    if (this.#pools.size <= this.#limit) return;
    const [oldest] = this.#pools;
    if (oldest === undefined) return;
    this.#pools.delete(oldest[0]);
    this.retire(oldest[1]);
  }
}
