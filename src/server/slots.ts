/**
 * Things that come and go with every request. A `Set` is made anew inside every so often, and the old one leads to
 * the new one: once V8 has taken one of them for long-lived, it carries along all that ever stood in a later one,
 * which took a tenth of a busy server's time.
 */
export class Slots<T> {
  readonly #items: (T | undefined)[] = [];
  readonly #free: number[] = [];

  /** @returns the slot that it has until `delete` */
  add(item: T): number {
    const slot = this.#free.pop() ?? this.#items.length;
    this.#items[slot] = item;
    return slot;
  }

  delete(slot: number): void {
    this.#items[slot] = undefined;
    this.#free.push(slot);
  }

  /** In no order. */
  all(): T[] {
    return this.#items.filter((item) => item !== undefined);
  }
}
