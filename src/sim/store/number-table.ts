import type { Database } from './database.ts';

const KINDS = ['task', 'row', 'call', 'token'] as const;
export type Numbered = (typeof KINDS)[number];

/** Rowids are handed out here, so that they depend on the order of commands alone. */
export class NumberTable {
  readonly #database: Database;
  readonly #next = new Map<Numbered, number>();
  readonly #taken = new Set<Numbered>();

  /** @param first the first number of each kind in a new store */
  constructor(database: Database, first: Readonly<Record<Numbered, number>>) {
    this.#database = database;
    for (const kind of KINDS) {
      const row = database
        .prepare<{ value: number }>('SELECT value FROM meta WHERE key = ?')
        .get(`next-${kind}`);
      this.#next.set(kind, row?.value ?? first[kind]);
    }
  }

  /** The next number of a kind; the `count` - 1 after it are taken too. */
  take(kind: Numbered, count = 1): number {
    const next = this.#next.get(kind) ?? 1;
    this.#next.set(kind, next + count);
    this.#taken.add(kind);
    return next;
  }

  flush(): void {
    if (this.#taken.size === 0) return;
    for (const kind of this.#taken) {
      this.#database
        .prepare('INSERT OR REPLACE INTO meta VALUES(?, ?)')
        .run(`next-${kind}`, this.#next.get(kind) ?? 1);
    }
    this.#taken.clear();
  }
}
