import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 make nothing among the long-lived objects on suspicion. Of the arrays that Node makes for each request it
 * sees some alive at a collection, takes all of them for long-lived from then on, and with them the requests that
 * stand in them: a tenth of the time of a busy server went into moving what nobody needed. To be called first.
 */
export function expectShortLives(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/** Wall ms between two looks. */
const LOOK_MS = 5000;
/** Of a core, over that time; a process with nothing to do uses a hundredth of it. */
const QUIET_SHARE = 0.05;
/** Less is not worth the tenth of a second that it takes. */
const WORTH_BYTES = 32 * 1024 * 1024;

/** What a look at the process found. */
interface Look {
  /** µs of CPU, of all threads. */
  readonly usedMicros: number;
  /** Wall ms since the look before. */
  readonly passedMs: number;
  /** Bytes of memory that the process has, and the least that it had since it last gave some back. */
  readonly has: number;
  readonly had: number;
}

/**
 * Gives memory back once the process has nothing to do. V8 keeps what a load made it take, more than it needs
 * otherwise, until the next load; a simulator may stand idle for weeks.
 */
export function giveMemoryBack(): void {
  let had = process.memoryUsage.rss();
  let cpu = process.cpuUsage();
  let at = performance.now();
  const looking = setInterval(() => {
    const used = process.cpuUsage(cpu);
    const now = performance.now();
    const has = process.memoryUsage.rss();
    had = Math.min(had, has);
    const look = { usedMicros: used.user + used.system, passedMs: now - at, has, had };
    cpu = process.cpuUsage();
    at = now;
    if (!isWorthIt(look)) return;
    collectGarbage().then(
      () => {
        had = process.memoryUsage.rss();
      },
      // Node's permission model may forbid it (`--permission`): nothing that a simulator should end for.
      () => clearInterval(looking),
    );
  }, LOOK_MS);
  looking.unref();
}

/** Whether the process has nothing to do and much to give. */
export function isWorthIt({ usedMicros, passedMs, has, had }: Look): boolean {
  return usedMicros / 1000 < QUIET_SHARE * passedMs && has - had > WORTH_BYTES;
}

/** All of it, and what is free goes back to the system. Takes about a tenth of a second. */
export async function collectGarbage(): Promise<void> {
  // Loaded only now: a start waits for nothing that it does not need.
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.collectGarbage');
  session.disconnect();
}
