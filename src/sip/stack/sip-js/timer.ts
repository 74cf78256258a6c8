import { type Context, currentContext } from '../context.ts';

/** In units of T1: the timers of RFC 3261 (table 4) and RFC 6026. */
const UNITS = {
  T1: 1,
  T2: 8,
  T4: 10,
  TIMER_B: 64,
  TIMER_D: 64,
  TIMER_F: 64,
  TIMER_H: 64,
  TIMER_I: 10,
  TIMER_J: 64,
  TIMER_K: 10,
  TIMER_L: 64,
  TIMER_M: 64,
  TIMER_N: 64,
} as const;

type TimerName = keyof typeof UNITS;

/** "0s for TCP/SCTP": nothing is sent again there, so nothing has to be waited for. */
const UNRELIABLE_ONLY: ReadonlySet<TimerName> = new Set(['TIMER_D', 'TIMER_I', 'TIMER_J', 'TIMER_K']);

/**
 * Gives a table of timers the lengths that the standard wants (sip.js sets some to 0 for all transports), for whom it
 * is asked at that moment; for anybody else in this process it stays what it was.
 */
export function layTimers(table: Record<TimerName, number>): void {
  for (const name of Object.keys(UNITS) as TimerName[]) {
    let standard = table[name];
    Object.defineProperty(table, name, {
      enumerable: true,
      get() {
        const context = currentContext();
        return context === null ? standard : lengthOf(name, context);
      },
      set(value: number) {
        standard = value;
      },
    });
  }
}

function lengthOf(name: TimerName, { t1, flow }: Context): number {
  return flow.isReliable && UNRELIABLE_ONLY.has(name) ? 0 : UNITS[name] * t1;
}
