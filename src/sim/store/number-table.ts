import type { Database } from './database.ts';

const KINDS = ['task', 'row', 'call', 'token', 'push', 'file', 'rule', 'fault'] as const;
export type Numbered = (typeof KINDS)[number];

/** Ids are handed out here: they depend on the order of commands alone, and none comes twice, whatever was pruned. */
export class NumberTable {
  readonly #database: Database;
  readonly #next = new Map<Numbered, number>();
  readonly #taken = new Set<Numbered>();
  readonly #unwritten = new Map<Numbered, number>();

  /** @param first the first number of a kind in a new store, if it is not 1 */
  constructor(database: Database, first: Readonly<Partial<Record<Numbered, number>>>) {
    this.#database = database;
    for (const kind of KINDS) {
      const row = database
        .prepare<{ value: number }>('SELECT value FROM meta WHERE key = ?')
        .get(`next-${kind}`);
      this.#next.set(kind, row?.value ?? first[kind] ?? 1);
    }
  }

  /** The next number of a kind; the `count` - 1 after it are taken too. */
  take(kind: Numbered, count = 1): number {
    const next = this.#next.get(kind) ?? 1;
    this.#next.set(kind, next + count);
    this.#taken.add(kind);
    return next;
  }

  /** What was taken up to now stays taken. */
  keep(): void {
    for (const kind of this.#taken) this.#unwritten.set(kind, this.#next.get(kind) ?? 1);
    this.#taken.clear();
  }

  /** Writes what was kept. */
  write(): void {
    for (const [kind, next] of this.#unwritten) {
      this.#database.prepare('INSERT OR REPLACE INTO meta VALUES(?, ?)').run(`next-${kind}`, next);
    }
    this.#unwritten.clear();
  }
}
