import type { Module } from '../account/account.ts';
import type { Database } from '../store/database.ts';
import type { NumberTable } from '../store/number-table.ts';

/** What an effect asks for. `phone-pull`: for a call that keeps its own time, so no clock has to move for it. */
export type EffectKind = 'push' | 'pull' | 'phone-pull';

/** Which body a push has. */
export type Variant = 'basic' | 'outbound' | 'inbound' | 'voice' | 'dialog' | 'context' | 'semantics';

/** `dropped`: a pull whose call ended before it could be made; `lost`: a push that a rule let be lost. */
export const OUTBOX_STATE = { owed: 0, delivered: 1, failed: 2, noUrl: 3, dropped: 4, lost: 5 } as const;
export type OutboxState = (typeof OUTBOX_STATE)[keyof typeof OUTBOX_STATE];

/** A row of table `outbox`: an effect by its keys; its body is rebuilt whenever it is needed. */
export interface OutboxRow {
  id: number;
  kind: EffectKind;
  business_id: string;
  call_id: number;
  module: Module;
  variant: Variant;
  /** 0 = no url. */
  address: number;
  destination: number;
  state: OutboxState;
  /** Simulated instant of the next attempt. */
  due_at: number;
  /** Attempts made. */
  tries: number;
  created_at: number;
  failed_at: number | null;
  file_id: number | null;
  /** 1: every attempt counts as failed (a rule, or magic number …06006). */
  fails: number;
  /** Of the body, once an attempt has failed. */
  sha: string | null;
}

export interface NewEffect {
  readonly kind: EffectKind;
  readonly businessId: string;
  readonly callId: number;
  readonly module: Module;
  readonly variant: Variant;
  readonly url: string | null;
  /** Also the instant at which the message is made (`timestamp` in failure files). */
  readonly dueAt: number;
  readonly fails: boolean;
  /** It is never sent. */
  readonly isLost?: boolean;
}

/** All effects of one kind to one host: they share connections, concurrency and grace. */
export interface Destination {
  readonly id: number;
  readonly kind: EffectKind;
  readonly origin: string;
  /** No owed effect is due before this; infinite if none is owed. */
  nextDueAt: number;
}

/** Ids of rows. */
export type RowSet = Pick<ReadonlySet<number>, 'has' | 'size'>;

/** One outbox for all effects: order, fairness and recovery are here and nowhere else. */
export class Outbox {
  readonly #database: Database;
  readonly #numbers: NumberTable;
  readonly #addresses = new Map<string, number>();
  readonly #urls = new Map<number, string>();
  readonly #destinations = new Map<number, Destination>();
  readonly #waiting = new Set<Destination>();
  readonly #byOrigin = new Map<string, Destination>();
  #owed = 0;

  constructor(database: Database, numbers: NumberTable) {
    this.#database = database;
    this.#numbers = numbers;
    const addresses = database
      .prepare<{ id: number; kind: EffectKind; url: string }>('SELECT * FROM address ORDER BY id')
      .all();
    for (const { id, kind, url } of addresses) this.#register(id, kind, url);
    const due = database
      .prepare<{ destination: number; next: number; n: number }>(
        'SELECT destination, min(due_at) AS next, count(*) AS n FROM outbox WHERE state = 0 GROUP BY destination',
      )
      .all();
    for (const row of due) {
      this.#owed += row.n;
      const destination = this.#destinations.get(row.destination);
      if (destination !== undefined) this.#setNext(destination, row.next);
    }
  }

  /** Effects that are still owed. */
  get owed(): number {
    return this.#owed;
  }

  /** Destinations that something is due at, now or later. */
  waiting(): Iterable<Destination> {
    return this.#waiting;
  }

  destination(id: number): Destination | undefined {
    return this.#destinations.get(id);
  }

  url(address: number): string | null {
    return this.#urls.get(address) ?? null;
  }

  /** The number of an address; written when it is first used. */
  address(kind: EffectKind, url: string): { address: number; destination: Destination } {
    const key = `${kind} ${url}`;
    let id = this.#addresses.get(key);
    if (id === undefined) {
      this.#database.prepare('INSERT INTO address(kind, url) VALUES(?, ?)').run(kind, url);
      id = this.#database.prepare<{ id: number }>('SELECT last_insert_rowid() AS id').get()?.id ?? 0;
      this.#register(id, kind, url);
    }
    const destination = this.#byOrigin.get(`${kind} ${originOf(url)}`);
    if (destination === undefined) throw new Error(`address ${id} has no destination`);
    return { address: id, destination };
  }

  /** @returns its id */
  add(effect: NewEffect): number {
    const id = this.#numbers.take('push');
    const to = effect.url === null ? null : this.address(effect.kind, effect.url);
    const state = effect.isLost ? OUTBOX_STATE.lost : to === null ? OUTBOX_STATE.noUrl : OUTBOX_STATE.owed;
    this.#database
      .prepare(
        'INSERT INTO outbox(id, kind, business_id, call_id, module, variant, address, destination, state, due_at, tries, created_at, fails) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)',
      )
      .run(
        id,
        effect.kind,
        effect.businessId,
        effect.callId,
        effect.module,
        effect.variant,
        to?.address ?? 0,
        to?.destination.id ?? 0,
        state,
        effect.dueAt,
        effect.dueAt,
        effect.fails ? 1 : 0,
      );
    if (to !== null && state === OUTBOX_STATE.owed) {
      this.#owed++;
      this.noteDue(to.destination, effect.dueAt);
    }
    return id;
  }

  noteDue(destination: Destination, at: number): void {
    if (at < destination.nextDueAt) this.#setNext(destination, at);
  }

  row(id: number): OutboxRow | null {
    return this.#database.prepare<OutboxRow>('SELECT * FROM outbox WHERE id = ?').get(id) ?? null;
  }

  /**
   * The owed effects of a destination that are due by `until`, at most `most`, in their order, without those in flight.
   * What is due after them is noted as the destination's next instant.
   */
  due(destination: Destination, until: number, most: number, inFlight: RowSet): OutboxRow[] {
    // By the index alone: rows in flight are read over and over while a slow receiver holds them.
    const free = this.#database
      .prepare<{ id: number; due_at: number }>(
        'SELECT id, due_at FROM outbox WHERE destination = ? AND state = 0 AND due_at <= ? ORDER BY due_at, id LIMIT ?',
      )
      .all(destination.id, until, inFlight.size + most + 1)
      .filter((row) => !inFlight.has(row.id));
    const due = free
      .slice(0, most)
      .map(({ id }) => this.row(id))
      .filter((row) => row !== null);
    this.#setNext(destination, free[most]?.due_at ?? this.#firstAfter(destination, until));
    return due;
  }

  save(row: OutboxRow): void {
    this.#database
      .prepare(
        'UPDATE outbox SET address = ?, destination = ?, state = ?, due_at = ?, tries = ?, failed_at = ?, file_id = ?, sha = ? WHERE id = ?',
      )
      .run(
        row.address,
        row.destination,
        row.state,
        row.due_at,
        row.tries,
        row.failed_at,
        row.file_id,
        row.sha,
        row.id,
      );
    const destination = this.#destinations.get(row.destination);
    if (row.state === OUTBOX_STATE.owed && destination !== undefined) this.noteDue(destination, row.due_at);
  }

  /** To be called when a row stops being owed (-1), or is owed again (+1). */
  countOwed(change: 1 | -1): void {
    this.#owed += change;
  }

  #setNext(destination: Destination, at: number): void {
    destination.nextDueAt = at;
    if (at === Number.POSITIVE_INFINITY) this.#waiting.delete(destination);
    else this.#waiting.add(destination);
  }

  #firstAfter(destination: Destination, at: number): number {
    const row = this.#database
      .prepare<{ due_at: number }>(
        'SELECT due_at FROM outbox WHERE destination = ? AND state = 0 AND due_at > ? ORDER BY due_at LIMIT 1',
      )
      .get(destination.id, at);
    return row?.due_at ?? Number.POSITIVE_INFINITY;
  }

  #register(id: number, kind: EffectKind, url: string): void {
    this.#addresses.set(`${kind} ${url}`, id);
    this.#urls.set(id, url);
    const key = `${kind} ${originOf(url)}`;
    if (this.#byOrigin.has(key)) return;
    const destination = { id, kind, origin: originOf(url), nextDueAt: Number.POSITIVE_INFINITY };
    this.#byOrigin.set(key, destination);
    this.#destinations.set(id, destination);
  }
}

function originOf(url: string): string {
  return URL.parse(url)?.origin ?? (url.startsWith('/') ? 'in process' : url);
}
