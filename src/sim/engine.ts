import type { Fact } from './fact.ts';
import { Refusal } from './refusal.ts';
import { type Database, isStoreFailure } from './store/database.ts';
import type { Clock } from './time/clock.ts';
import type { World } from './world.ts';

export interface EngineOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Loads the working set from the store; called again after a unit of work that failed. */
  readonly load: (now: number) => World;
  readonly log: (message: string, error: unknown) => void;
}

/** A query is a command that changes nothing and looks into the store itself. */
type Kind = 'command' | 'query';

/** Commands after which a batch waits for no more: under a load that never pauses nobody would be answered (choice). */
const FULL_BATCH = 256;

/**
 * The only door to the state. A command is decided, written and committed synchronously, so there is no lock and no
 * interleaving; commands that come together share a commit, each in a savepoint of its own, and an answer leaves only
 * after its commit. If the commit itself fails, every answer of the batch is 10004, and the store takes no writes until one succeeds.
 */
export class Engine {
  readonly #options: EngineOptions;
  #world: World;
  /** What is to be told once the open batch is committed, or has failed. */
  #waiting: ((failure: Refusal | null) => void)[] = [];
  #facts: Fact[] = [];
  #listeners = new Set<(facts: readonly Fact[]) => void>();
  #commitScheduled: NodeJS.Immediate | null = null;
  #savedNow: number;
  #broken = false;
  #closed = false;
  /** Called before a command, to let happen what is due by then; set by whoever drives the clock. Never throws. */
  catchUp: () => void = () => {};
  /** Told after a commit which calls of real phones it changed. */
  onPhones: (callIds: readonly number[]) => void = () => {};
  /** Called after every commit, and after one that failed. */
  onCommit: (committed: boolean) => void = () => {};

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#world = options.load(options.clock.position);
    this.#savedNow = options.clock.position;
  }

  get world(): World {
    return this.#world;
  }

  /** False while commits fail (a full disk, for one). */
  get isWriting(): boolean {
    return !this.#broken;
  }

  /** Facts are told in order, after their commit. @returns how to stop listening */
  listen(listener: (facts: readonly Fact[]) => void): () => void {
    this.#listeners.add(listener);
    this.#world.onFact = (fact) => this.#facts.push(fact);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#world.onFact = null;
    };
  }

  /**
   * Runs a command; resolves after its commit.
   * @throws Refusal what the command refused, or `busy` if nothing can be written
   */
  execute<T>(command: (world: World) => T): Promise<T> {
    return this.#join('command', command);
  }

  #join<T>(kind: Kind, command: (world: World) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#open();
      this.catchUp();
      // If the store could not take what was due, the batch is gone and another one is needed.
      this.#open();
      try {
        this.#world.now = this.#options.clock.position;
        const value = this.#run(kind, command);
        this.#waiting.push((failure) => (failure === null ? resolve(value) : reject(failure)));
      } catch (error) {
        // A store that broke down has taken the batch with it: no commit will come that could answer.
        if (!this.#options.database.inTransaction) return reject(error);
        this.#waiting.push((failure) => reject(failure ?? error));
      }
      this.#commitScheduled ??= setImmediate(() => this.#commitOrGrow(1));
    });
  }

  /** A batch that grew in this turn of the loop waits for another one: a flush to disk costs more than a turn. */
  #commitOrGrow(sizeBefore: number): void {
    const size = this.#waiting.length;
    if (size <= sizeBefore || size >= FULL_BATCH) this.commit();
    else this.#commitScheduled = setImmediate(() => this.#commitOrGrow(size));
  }

  /** Reads the state; a read that meets an open batch is answered with it. @throws Refusal `busy` once it is closed */
  read<T>(query: (world: World) => T): T | Promise<T> {
    if (this.#closed) throw closing();
    if (this.#options.database.inTransaction) return this.#join('query', query);
    this.#world.now = this.#options.clock.target;
    this.#world.wallNow = this.#options.clock.wallNow;
    return query(this.#world);
  }

  /** Runs a unit of work that belongs to the simulation itself, and commits it with whatever batch is open. */
  transact<T>(work: (world: World) => T): T {
    this.#open();
    let value: T;
    try {
      value = work(this.#world);
      this.#world.flush();
    } catch (error) {
      if (isStoreFailure(error)) throw this.#breakDown(error);
      this.#abandon(new Refusal('busy', 'the simulation failed'));
      throw error;
    }
    if (!this.commit()) throw new Refusal('busy', 'the store could not be written');
    return value;
  }

  /**
   * Runs a unit of work of the simulation within the open batch: what it throws leaves nothing behind.
   * @throws whatever the work threw
   */
  include<T>(work: (world: World) => T): T {
    return this.#run('command', work);
  }

  /** Commits the open batch and answers it. @returns false if it could not be written */
  commit(): boolean {
    if (this.#commitScheduled !== null) clearImmediate(this.#commitScheduled);
    this.#commitScheduled = null;
    const { database } = this.#options;
    if (!database.inTransaction) return true;
    try {
      this.#world.writeCounters();
      this.#saveNow();
      database.commit();
      this.#broken = false;
    } catch (error) {
      this.#breakDown(error);
      return false;
    }
    this.#answer(null);
    this.#publish();
    this.#tellPhones();
    this.onCommit(true);
    return true;
  }

  close(): void {
    if (this.#closed) return;
    this.commit();
    this.#closed = true;
    this.#options.database.close();
  }

  #run<T>(kind: Kind, command: (world: World) => T): T {
    const told = this.#facts.length;
    try {
      // What it finds in the store is as new as what it finds in the working set.
      if (kind === 'query') this.#world.writeCounters();
      return this.#options.database.savepoint(() => {
        const value = command(this.#world);
        this.#world.flush();
        return value;
      });
    } catch (error) {
      this.#facts.length = told;
      if (isStoreFailure(error)) throw this.#breakDown(error);
      // A refusal comes before any change; anything else may have left the working set half changed.
      if (!(error instanceof Refusal)) this.#restore(error);
      throw error;
    }
  }

  /** Back to the working set that the commands before this one left. */
  #restore(bug: unknown): void {
    try {
      this.#world.writeCounters();
    } catch (error) {
      this.#options.log('a command failed, and the store after it', bug);
      throw this.#breakDown(error);
    }
    this.#reload();
  }

  /** The store cannot be written: the whole batch is given up. @returns what its callers are told */
  #breakDown(error: unknown): Refusal {
    if (!this.#broken) this.#options.log('the store cannot be written', error);
    this.#broken = true;
    const refusal = new Refusal('busy', 'the store could not be written');
    this.#abandon(refusal);
    return refusal;
  }

  #open(): void {
    const { database, log } = this.#options;
    if (this.#closed) throw closing();
    this.#world.wallNow = this.#options.clock.wallNow;
    if (database.inTransaction) return;
    try {
      database.begin();
    } catch (error) {
      log('the store cannot be written', error);
      throw new Refusal('busy', 'the store cannot be written');
    }
  }

  #saveNow(): void {
    if (this.#world.now === this.#savedNow) return;
    this.#world.saveNow();
    this.#savedNow = this.#world.now;
  }

  #abandon(failure: Refusal): void {
    this.#options.database.rollback();
    this.#facts = [];
    this.#savedNow = Number.NaN;
    this.#reload();
    this.#answer(failure);
    this.onCommit(false);
  }

  #reload(): void {
    const { onFact } = this.#world;
    this.#world = this.#options.load(this.#options.clock.position);
    this.#world.onFact = onFact;
  }

  #answer(failure: Refusal | null): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const tell of waiting) tell(failure);
  }

  #tellPhones(): void {
    const { changedPhones } = this.#world;
    if (changedPhones.size === 0) return;
    const callIds = [...changedPhones];
    changedPhones.clear();
    this.onPhones(callIds);
  }

  #publish(): void {
    if (this.#facts.length === 0) return;
    const facts = this.#facts;
    this.#facts = [];
    for (const listener of this.#listeners) listener(facts);
  }
}

function closing(): Refusal {
  return new Refusal('busy', 'the simulator is closing');
}
