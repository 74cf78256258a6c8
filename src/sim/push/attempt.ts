import { hash } from 'node:crypto';
import { type AttemptFact, effectFact } from '../fact.ts';
import { takeFault } from '../fault/fault.ts';
import type { AttemptOutcome } from '../port.ts';
import { settlePull } from '../pull/settle.ts';
import type { World } from '../world.ts';
import { composeBody } from './compose.ts';
import { explainOutcome } from './deliver.ts';
import { failedByFault } from './fault-outcome.ts';
import { type Destination, OUTBOX_STATE, type OutboxRow, type RowSet } from './outbox.ts';
import { nextAttempt } from './retry.ts';

/** An attempt that is to be made, or under way. */
export interface Flight {
  readonly row: OutboxRow;
  readonly url: string;
  readonly body: string;
  /** Simulated instant at which it counts as started. */
  readonly at: number;
  /** Wall ms. */
  readonly timeoutMs: number;
  /** Added to the time it takes, by a fault. */
  readonly delayMs: number;
}

export interface Claim {
  readonly until: number;
  readonly most: number;
  readonly inFlight: RowSet;
  /** On a manual clock attempts carry their due instant, elsewhere the present one. */
  readonly manual: boolean;
}

/**
 * Takes what is due at a destination. What a fault decides is settled here and now; the rest is to be made.
 * @returns the attempts to make, and how many were settled
 */
export function claimDue(
  world: World,
  destination: Destination,
  claim: Claim,
): { flights: Flight[]; settled: number } {
  const flights: Flight[] = [];
  let settled = 0;
  for (const row of world.outbox.due(destination, claim.until, claim.most, claim.inFlight)) {
    if (row.kind !== 'push' && !world.calls.has(row.call_id)) {
      finish(world, row, OUTBOX_STATE.dropped);
      continue;
    }
    const flight = prepare(world, row, claim.manual ? row.due_at : world.now);
    const fault = row.kind === 'push' ? takeFault(world, 'push', [row.id, row.tries]) : null;
    const outcome = fault === null ? null : failedByFault(fault, world.config.push.timeout);
    if (outcome !== null) {
      settleFlight(world, flight, outcome, claim.manual);
      settled++;
    } else flights.push(fault?.delayMs === undefined ? flight : { ...flight, delayMs: fault.delayMs });
  }
  return { flights, settled };
}

function prepare(world: World, row: OutboxRow, at: number): Flight {
  const body = JSON.stringify(composeBody(world, row));
  if (row.sha !== null && row.sha !== hash('sha256', body)) {
    throw new Error(`push ${row.id}: its body, built again, is not what was sent before`);
  }
  const timeoutMs = row.kind === 'push' ? world.config.push.timeout : world.config.pull.timeout;
  return { row, url: world.outbox.url(row.address) ?? '', body, at, timeoutMs, delayMs: 0 };
}

/** Writes what came of an attempt, and what follows from it. */
export function settleFlight(world: World, flight: Flight, outcome: AttemptOutcome, manual: boolean): void {
  const row = world.outbox.row(flight.row.id);
  // Nobody waits for it any more: the state was reset, or the push was sent again by hand.
  if (row === null || row.state !== OUTBOX_STATE.owed || row.tries !== flight.row.tries) return;
  row.tries++;
  // Simulated length: on a manual clock only a time-out takes time, so that the receiver's speed changes nothing.
  const tookMs =
    manual && row.kind !== 'phone-pull' ? (outcome.timedOut ? flight.timeoutMs : 0) : outcome.tookMs;
  const endAt = flight.at + tookMs;
  if (row.kind !== 'push') {
    writeAttempt(world, flight, outcome, outcome.error);
    finish(world, row, OUTBOX_STATE.delivered);
    settlePull(world, row, { outcome, tookMs, endAt });
    world.tell('pull.attempt', () => attemptFact(world, flight, { outcome, error: outcome.error }));
    return;
  }
  const why =
    row.fails === 1 ? 'counts as failed (rule or magic number)' : explainOutcome(outcome, world.config.push);
  writeAttempt(world, flight, outcome, why);
  if (why === null) {
    finish(world, row, OUTBOX_STATE.delivered);
  } else {
    row.sha ??= hash('sha256', flight.body);
    const next = nextAttempt(world.config.push.retryDelays, row.tries, endAt);
    if (next === null) {
      row.failed_at = manual ? endAt : Math.max(endAt, world.now);
      finish(world, row, OUTBOX_STATE.failed);
    } else {
      row.due_at = manual ? next : Math.max(next, world.now);
      world.outbox.save(row);
    }
  }
  world.tell('push.attempt', () => ({
    ...attemptFact(world, flight, { outcome, error: why }),
    state: why === null ? 'delivered' : row.state === OUTBOX_STATE.owed ? 'owed' : 'failed',
    dueAt: row.state === OUTBOX_STATE.owed ? row.due_at : null,
  }));
}

function attemptFact(
  world: World,
  { row, url, at, body }: Flight,
  { outcome, error }: { readonly outcome: AttemptOutcome; readonly error: string | null },
): AttemptFact {
  return {
    ...effectFact(world, row, url),
    number: row.tries + 1,
    startedAt: at,
    tookMs: Math.round(outcome.tookMs),
    status: outcome.status,
    answer: startOf(outcome.answer),
    error,
    body,
  };
}

function finish(world: World, row: OutboxRow, state: OutboxRow['state']): void {
  row.state = state;
  world.outbox.save(row);
  world.outbox.countOwed(-1);
}

/** The start of an answer that is kept for the journal. */
const ANSWER_CHARS = 500;

function startOf(answer: string | null): string | null {
  return answer?.slice(0, ANSWER_CHARS) ?? null;
}

function writeAttempt(world: World, flight: Flight, outcome: AttemptOutcome, error: string | null): void {
  world.database
    .prepare(
      'INSERT INTO attempt SELECT ?1, 1 + coalesce(max(number), 0), ?2, ?3, ?4, ?5, ?6 FROM attempt WHERE outbox_id = ?1',
    )
    .run(
      flight.row.id,
      flight.at,
      Math.round(outcome.tookMs),
      outcome.status,
      startOf(outcome.answer),
      error,
    );
}
