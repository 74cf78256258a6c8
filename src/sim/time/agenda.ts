/** Kinds of future events in the order in which those of one instant happen. */
export const RANK = { day: 0, task: 1, call: 2, dial: 3 } as const;
type Rank = (typeof RANK)[keyof typeof RANK];

/** A future event: what is due is told by its rank and the key of the entity, never by an insertion counter. */
export interface AgendaEntry {
  readonly at: number;
  readonly rank: Rank;
  readonly key: number;
}

function comesBefore(a: AgendaEntry, b: AgendaEntry): boolean {
  if (a.at !== b.at) return a.at < b.at;
  if (a.rank !== b.rank) return a.rank < b.rank;
  return a.key < b.key;
}

/**
 * Future events on the simulator's clock: a binary heap over what the store holds, rebuilt from it at every start.
 * An entry whose entity has moved on in the meantime is stale; whoever takes it recognises that.
 */
export class Agenda {
  readonly #heap: AgendaEntry[] = [];

  get size(): number {
    return this.#heap.length;
  }

  peek(): AgendaEntry | undefined {
    return this.#heap[0];
  }

  add(entry: AgendaEntry): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as AgendaEntry;
      if (!comesBefore(entry, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = entry;
  }

  take(): AgendaEntry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let i = 0;
    for (;;) {
      const left = 2 * i + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const smaller =
        right < heap.length && comesBefore(heap[right] as AgendaEntry, heap[left] as AgendaEntry)
          ? right
          : left;
      const child = heap[smaller] as AgendaEntry;
      if (!comesBefore(child, last)) break;
      heap[i] = child;
      i = smaller;
    }
    heap[i] = last;
    return first;
  }
}
