import type { Database } from './database.ts';
import { Deferred } from './deferred.ts';

const KINDS = ['task', 'row', 'call', 'token', 'push', 'file', 'rule', 'fault'] as const;
export type Numbered = (typeof KINDS)[number];

/** Ids are handed out here: they depend on the order of commands alone, and none comes twice, whatever was pruned. */
export class NumberTable {
  readonly #next = new Map<Numbered, number>();
  readonly #taken: Deferred<Numbered, number>;

  /** @param first the first number of a kind in a new store, if it is not 1 */
  constructor(database: Database, first: Readonly<Partial<Record<Numbered, number>>>) {
    for (const kind of KINDS) {
      const row = database
        .prepare<{ value: number }>('SELECT value FROM meta WHERE key = ?')
        .get(`next-${kind}`);
      this.#next.set(kind, row?.value ?? first[kind] ?? 1);
    }
    const save = database.prepare('INSERT OR REPLACE INTO meta VALUES(?, ?)');
    this.#taken = new Deferred({
      take: (kind) => this.#next.get(kind) ?? 1,
      write: (kind, next) => save.run(`next-${kind}`, next),
    });
  }

  /** The next number of a kind; the `count` - 1 after it are taken too. */
  take(kind: Numbered, count = 1): number {
    const next = this.#next.get(kind) ?? 1;
    this.#next.set(kind, next + count);
    this.#taken.mark(kind);
    return next;
  }

  /** What was taken up to now stays taken. */
  capture(): void {
    this.#taken.capture();
  }

  /** Writes what was captured. */
  write(): void {
    this.#taken.write();
  }
}
