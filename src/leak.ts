import { setTimeout as sleep } from 'node:timers/promises';

/** Something was still open after a simulator was closed: a bug of it, or a file that somebody reads. */
export class LeakError extends Error {
  override readonly name = 'LeakError';
  /** A line each. */
  readonly leaks: readonly string[];

  constructor(leaks: readonly string[]) {
    super(`still open after the simulator was closed: ${leaks.join('; ')}`);
    this.leaks = leaks;
  }
}

/** Wall ms in which what was closed has to be gone: a socket takes a turn or two, a file that was read a few more. */
const GONE_MS = 300;
const LOOK_MS = 5;

/** Resolves once nothing is held any more. @param held what is, a line each @throws LeakError */
export async function checkLeaks(held: () => readonly string[]): Promise<void> {
  for (let waited = 0; waited < GONE_MS && held().length > 0; waited += LOOK_MS) await sleep(LOOK_MS);
  const leaks = held();
  if (leaks.length > 0) throw new LeakError(leaks);
}
