/** What a ring holds at most; what goes over is dropped, oldest first. */
export interface RingBounds<T> {
  readonly count: number;
  /** Of all items together, as `sizeOf` counts them. */
  readonly bytes: number;
  /** About how much memory an item holds, bytes; always the same for the same item. */
  sizeOf(item: T): number;
  /** Told of each item that goes, for lack of room or because the ring is cleared. */
  onDrop?(item: T): void;
}

export interface RingQuery<T> {
  /** Only items with a greater id. */
  readonly after?: string | number | null;
  /** Items in the page, default and at most 1,000. */
  readonly limit?: number;
  filter?(item: T): boolean;
}

export interface RingPage<T> {
  /** Oldest first. */
  readonly items: readonly (T & { readonly id: string })[];
  /** The `after` of the next page; null if nothing that passes the filter stands behind this one. */
  readonly next: string | null;
  /** Items that went since the ring was made or cleared because there was no room. */
  readonly dropped: number;
}

/** A journal in memory: bounded by count and by bytes, says how much it dropped, ids ascend and never come twice. */
export interface Ring<T> {
  /** Gives back the new item's id. */
  add(item: T): number;
  list(query?: RingQuery<T>): RingPage<T>;
  /** Ids go on from where they were. */
  clear(): void;
  /** Tells of every item that is added. @returns how to stop */
  listen(listener: (item: T & { readonly id: string }) => void): () => void;
  /** Id of the oldest item that is left; of the next one to come if none is. */
  readonly firstId: number;
  /** Id of the newest item that was added, gone or not; one less than the next one's. */
  readonly lastId: number;
  readonly count: number;
  readonly bytes: number;
  readonly dropped: number;
}

const MAX_PAGE = 1000;
/** Dropped slots at the front that are worth moving the rest for. */
const MAX_GAP = 1024;

export function createRing<T>(bounds: RingBounds<T>): Ring<T> {
  /** Slots in the order of their ids; those before `first` were dropped. */
  let slots: (T | null)[] = [];
  let first = 0;
  /** Id of slot 0. */
  let base = 1;
  let bytes = 0;
  let dropped = 0;
  const listeners = new Set<(item: T & { readonly id: string }) => void>();

  function drop(): void {
    const item = slots[first] as T;
    slots[first++] = null;
    bytes -= bounds.sizeOf(item);
    bounds.onDrop?.(item);
    dropped++;
    if (first < MAX_GAP || first < slots.length / 2) return;
    slots = slots.slice(first);
    base += first;
    first = 0;
  }

  /** Index of the first item from `from` on that passes, or -1. */
  function find(from: number, filter: RingQuery<T>['filter']): number {
    for (let i = from; i < slots.length; i++) {
      const item = slots[i] as T;
      if (filter === undefined || filter(item)) return i;
    }
    return -1;
  }

  return {
    add(item) {
      slots.push(item);
      bytes += bounds.sizeOf(item);
      const id = base + slots.length - 1;
      while (first < slots.length && (slots.length - first > bounds.count || bytes > bounds.bytes)) drop();
      for (const tell of listeners) tell({ id: String(id), ...item });
      return id;
    },

    list({ after, limit = MAX_PAGE, filter } = {}) {
      const items: (T & { readonly id: string })[] = [];
      const wanted = Math.min(Math.max(limit, 1), MAX_PAGE);
      const start = Number(after ?? 0) - base + 1;
      let i = find(Math.max(first, Number.isFinite(start) ? start : 0), filter);
      while (i !== -1 && items.length < wanted) {
        items.push({ id: String(base + i), ...(slots[i] as T) });
        i = find(i + 1, filter);
      }
      return { items, next: i === -1 ? null : (items.at(-1)?.id ?? null), dropped };
    },

    clear() {
      for (const item of slots) if (item !== null) bounds.onDrop?.(item);
      base += slots.length;
      slots = [];
      first = 0;
      bytes = 0;
      dropped = 0;
    },

    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    get firstId() {
      return base + first;
    },
    get lastId() {
      return base + slots.length - 1;
    },
    get count() {
      return slots.length - first;
    },
    get bytes() {
      return bytes;
    },
    get dropped() {
      return dropped;
    },
  };
}

/** Bytes of a body that a journal keeps (design). */
export const MAX_BODY_BYTES = 16 * 1024;

/** The text up to `maxBytes` of UTF-8, and a mark if it was cut: `… [cut: 16384 of 40000 bytes]`. */
export function cutBody(text: string, maxBytes = MAX_BODY_BYTES): string {
  // No character takes more than three bytes per UTF-16 unit: short texts need no counting.
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${bytes.toString('utf8', 0, end)}… [cut: ${end} of ${bytes.length} bytes]`;
}
