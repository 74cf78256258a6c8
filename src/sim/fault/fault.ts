import { deriveChance, draw } from '../random.ts';
import type { Database } from '../store/database.ts';
import type { NumberTable } from '../store/number-table.ts';
import type { World } from '../world.ts';

export const NETWORK_FAULTS = ['reset', 'empty', 'garbage', 'timeout'] as const;
type NetworkFault = (typeof NETWORK_FAULTS)[number];

/** What goes wrong. */
export interface FaultEffect {
  /** Result code of the platform's answer. */
  readonly code?: number | undefined;
  readonly httpStatus?: number | undefined;
  readonly delayMs?: number | undefined;
  readonly network?: NetworkFault | undefined;
}

export interface Fault extends FaultEffect {
  readonly id: number;
  /** An operation, `*` for all of them, `push`, or `sip`. */
  readonly on: string;
  /** 0 to 1; absent = always. */
  readonly probability?: number | undefined;
  /** How often it still strikes; null = without end. */
  timesLeft: number | null;
  /** How often it was drawn for; the key of the next draw. */
  drawn: number;
}

export type NewFault = Omit<Fault, 'id' | 'timesLeft' | 'drawn'>;

/** Faults set through the control API, seeded (spec 5.2); the one added last wins. */
export class FaultList {
  readonly #database: Database;
  readonly #numbers: NumberTable;
  readonly #faults: Fault[];

  constructor(database: Database, numbers: NumberTable) {
    this.#database = database;
    this.#numbers = numbers;
    this.#faults = database
      .prepare<{ id: number; body: string; times_left: number | null; taken: number }>(
        'SELECT * FROM fault ORDER BY id',
      )
      .all()
      .map((row) => ({
        id: row.id,
        ...(JSON.parse(row.body) as NewFault),
        timesLeft: row.times_left,
        drawn: row.taken,
      }));
  }

  all(): readonly Fault[] {
    return this.#faults;
  }

  add(fault: NewFault, times: number | null): Fault {
    const added = { ...fault, id: this.#numbers.take('fault'), timesLeft: times, drawn: 0 };
    this.#faults.push(added);
    this.#database
      .prepare('INSERT INTO fault VALUES(?, ?, ?, 0)')
      .run(added.id, JSON.stringify(fault), times);
    return added;
  }

  remove(id: number): boolean {
    const index = this.#faults.findIndex((fault) => fault.id === id);
    if (index < 0) return false;
    this.#faults.splice(index, 1);
    this.#database.prepare('DELETE FROM fault WHERE id = ?').run(id);
    return true;
  }

  clear(): void {
    this.#faults.length = 0;
    this.#database.prepare('DELETE FROM fault').run();
  }

  /** @param key what the draw hangs on beside the fault, such as the push and its attempt; by default how often it was drawn */
  take(world: World, on: string, key?: readonly number[]): FaultEffect | null {
    for (let i = this.#faults.length - 1; i >= 0; i--) {
      const fault = this.#faults[i];
      if (fault === undefined || fault.timesLeft === 0 || !isFor(fault, on)) continue;
      const struck = strikes(world, fault, key);
      if (struck && fault.timesLeft !== null) fault.timesLeft--;
      // A draw that missed counts too: after a restart the next one is another.
      this.#save(fault);
      if (struck) return fault;
    }
    return null;
  }

  #save(fault: Fault): void {
    this.#database
      .prepare('UPDATE fault SET times_left = ?, taken = ? WHERE id = ?')
      .run(fault.timesLeft, fault.drawn, fault.id);
  }
}

/** The fault that strikes a platform operation or a push now; it counts down, so call it inside a command. */
export function takeFault(world: World, on: string, key?: readonly number[]): FaultEffect | null {
  return world.faults.all().length === 0 ? null : world.faults.take(world, on, key);
}

function isFor(fault: Fault, on: string): boolean {
  return fault.on === on || (fault.on === '*' && on !== 'push' && on !== 'sip');
}

function strikes(world: World, fault: Fault, key: readonly number[] | undefined): boolean {
  if (fault.probability === undefined) return true;
  const chance = deriveChance(world.seed, 'fault', fault.id);
  if (key !== undefined) return draw(deriveChance(chance, ...key), 'strikes') < fault.probability;
  fault.drawn++;
  return draw(chance, 'strikes', fault.drawn) < fault.probability;
}
