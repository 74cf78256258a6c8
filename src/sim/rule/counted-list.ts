import { deriveChance, draw } from '../random.ts';
import type { Database } from '../store/database.ts';
import type { NumberTable } from '../store/number-table.ts';
import type { World } from '../world.ts';

/** Something that was set through the control API and wears out. */
export type Counted<Body> = Body & {
  readonly id: number;
  /** How often it still counts; null = without end. */
  timesLeft: number | null;
  /** How often it was drawn for without a key; the key of the next such draw. */
  drawn: number;
};

interface Drawn {
  /** 0 to 1; absent = always. */
  readonly probability?: number | undefined;
}

/** Rules, or faults: the one added last comes first, each as often as it says, by chance or always. */
export class CountedList<Body extends Drawn> {
  readonly #database: Database;
  readonly #numbers: NumberTable;
  readonly #kind: 'rule' | 'fault';
  readonly #entries: Counted<Body>[];

  /** @param kind also its table */
  constructor(kind: 'rule' | 'fault', database: Database, numbers: NumberTable) {
    this.#kind = kind;
    this.#database = database;
    this.#numbers = numbers;
    this.#entries = database
      .prepare<{ id: number; body: string; times_left: number | null; taken: number }>(
        `SELECT id, body, times_left, taken FROM ${kind} ORDER BY id`,
      )
      .all()
      .map((row) => ({
        ...(JSON.parse(row.body) as Body),
        id: row.id,
        timesLeft: row.times_left,
        drawn: row.taken,
      }));
  }

  all(): readonly Counted<Body>[] {
    return this.#entries;
  }

  add(body: Body, times: number | null): Counted<Body> {
    const added = { ...body, id: this.#numbers.take(this.#kind), timesLeft: times, drawn: 0 };
    this.#entries.push(added);
    this.#database
      .prepare(`INSERT INTO ${this.#kind}(id, body, times_left, taken) VALUES(?, ?, ?, 0)`)
      .run(added.id, JSON.stringify(body), times);
    return added;
  }

  remove(id: number): boolean {
    const index = this.#entries.findIndex((entry) => entry.id === id);
    if (index < 0) return false;
    this.#entries.splice(index, 1);
    this.#database.prepare(`DELETE FROM ${this.#kind} WHERE id = ?`).run(id);
    return true;
  }

  clear(): void {
    this.#entries.length = 0;
    this.#database.prepare(`DELETE FROM ${this.#kind}`).run();
  }

  /**
   * The first that is meant and that chance lets count, counted down; so call it inside a command.
   * @param key what the draw hangs on beside the entry, such as the push and its attempt; by default how often it was drawn
   */
  take(world: World, isMeant: (body: Body) => boolean, key?: readonly number[]): Body | null {
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i];
      if (entry === undefined || entry.timesLeft === 0 || !isMeant(entry)) continue;
      const { timesLeft, drawn } = entry;
      const counts = this.#draw(world, entry, key);
      if (counts && entry.timesLeft !== null) entry.timesLeft--;
      // A draw that missed counts too: after a restart the next one is another.
      if (entry.timesLeft !== timesLeft || entry.drawn !== drawn) this.#save(entry);
      if (counts) return entry;
    }
    return null;
  }

  #draw(world: World, entry: Counted<Body>, key: readonly number[] | undefined): boolean {
    if (entry.probability === undefined) return true;
    const chance = deriveChance(world.seed, this.#kind, entry.id);
    if (key !== undefined) return draw(deriveChance(chance, ...key), 'strikes') < entry.probability;
    entry.drawn++;
    return draw(chance, 'strikes', entry.drawn) < entry.probability;
  }

  #save({ id, timesLeft, drawn }: Counted<Body>): void {
    this.#database
      .prepare(`UPDATE ${this.#kind} SET times_left = ?, taken = ? WHERE id = ?`)
      .run(timesLeft, drawn, id);
  }
}
