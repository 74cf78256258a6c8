import type { World } from '../world.ts';

/** The next instant at which something may happen by itself, housekeeping included; null for none. */
export function nextEventAt(world: World): number | null {
  let next = world.agenda.peek()?.at ?? Number.POSITIVE_INFINITY;
  for (const destination of world.outbox.waiting()) next = Math.min(next, destination.nextDueAt);
  return next === Number.POSITIVE_INFINITY ? null : Math.max(next, world.now);
}
