/**
 * When a push is tried again: each delay counts from the end of the attempt before (spec 3.1).
 * @param tries attempts made so far
 * @returns null: no more attempts
 */
export function nextAttempt(delays: readonly number[], tries: number, endAt: number): number | null {
  const delay = delays[tries - 1];
  return delay === undefined ? null : endAt + delay;
}
