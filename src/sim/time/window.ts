import type { Flight } from '../push/attempt.ts';
import type { Traffic } from '../push/traffic.ts';
import type { World } from '../world.ts';
import { RANK } from './agenda.ts';
import { isQuiet, pendingWork, runDue } from './due.ts';

/** A window of events ends after this much wall time, so that requests get their turn. */
const WINDOW_MS = 10;
/** How often, in events, the wall is looked at. */
const LOOK_EVERY = 32;

/**
 * Why a window ended: it reached its limit, holds for attempts, waits for them, ran out of time, or nothing is left.
 * So does each midnight: the files that it closes are written before time goes on.
 */
type Stop = 'limit' | 'hold' | 'wait' | 'budget' | 'idle' | 'midnight';

export interface Window {
  readonly stop: Stop;
  /** Attempts to start once the window is committed. */
  readonly flights: readonly Flight[];
  /** The same, and time stands still for them. */
  readonly held: readonly Flight[];
  readonly events: number;
  /** Attempts that a fault decided. */
  readonly settled: number;
}

export interface WindowBounds {
  /** Instant up to which events may happen. */
  readonly limit: number;
  /** Stop as soon as nothing is left to happen by itself. */
  readonly untilIdle: boolean;
  /** Events and attempts at most; default: as many as there is time for. */
  readonly most?: number;
  /** Midnight waits for the attempts of the day: what fails among them belongs into its file. */
  readonly midnightWaits: boolean;
}

/** Lets due events happen in their order, from `world.now` up to a limit, within one transaction. */
export function runWindow(world: World, traffic: Traffic, bounds: WindowBounds): Window {
  const flights: Flight[] = [];
  const held: Flight[] = [];
  try {
    return runEvents(world, traffic, { ...bounds, flights, held });
  } catch (error) {
    // What was claimed by now would be nobody's for ever.
    for (const flight of [...flights, ...held]) traffic.release(flight);
    throw error;
  }
}

function runEvents(
  world: World,
  traffic: Traffic,
  bounds: WindowBounds & { flights: Flight[]; held: Flight[] },
): Window {
  const { limit, untilIdle, midnightWaits, flights, held, most = Number.POSITIVE_INFINITY } = bounds;
  const deadline = performance.now() + WINDOW_MS;
  let events = 0;
  let settled = 0;
  const end = (stop: Stop): Window => ({ stop, flights, held, events, settled });
  for (let count = 1; ; count++) {
    if (count % LOOK_EVERY === 0 && performance.now() > deadline) return end('budget');
    if (events + settled + flights.length >= most) return end('budget');
    if (untilIdle && isQuiet(world) && pendingWork(world).length === 0) return end('idle');
    const entry = world.agenda.peek();
    const destination = traffic.next(world);
    const effectAt = destination?.nextDueAt ?? Number.POSITIVE_INFINITY;
    if (entry !== undefined && entry.at <= limit && entry.at <= Math.max(effectAt, world.now)) {
      if (midnightWaits && entry.rank === RANK.day && traffic.owesBefore(world, entry.at)) return end('wait');
      world.agenda.take();
      world.now = Math.max(world.now, entry.at);
      if (runDue(world, entry)) events++;
      if (entry.rank === RANK.day) return end('midnight');
    } else if (destination !== undefined && effectAt <= limit) {
      world.now = Math.max(world.now, effectAt);
      const claimed = traffic.claim(world, destination);
      settled += claimed.settled;
      (traffic.holds(destination) ? held : flights).push(...claimed.flights);
      if (held.length === 0) continue;
      for (const other of traffic.othersDue(world, destination)) {
        const more = traffic.claim(world, other);
        settled += more.settled;
        held.push(...more.flights);
      }
      return end('hold');
    } else {
      if (!untilIdle) world.now = Math.max(world.now, limit);
      return end('limit');
    }
  }
}
