import type { Seed } from './random.ts';

/** How the simulator's clock runs: with the wall, on command only, or `speed` times as fast as the wall. */
export type ClockMode = 'real' | 'manual' | 'scaled';

/** Reads `real`, `manual` or `xN`; null if it is none of them. */
export function parseClock(text: string): { mode: ClockMode; speed: number } | null {
  if (text === 'real' || text === 'manual') return { mode: text, speed: 1 };
  const speed = /^x(\d+(?:\.\d+)?)$/.exec(text)?.[1];
  return speed === undefined || Number(speed) <= 0 ? null : { mode: 'scaled', speed: Number(speed) };
}

/** Everything that can be set about a simulation; times in ms unless said otherwise. */
export interface SimulationConfig {
  readonly seed: Seed;
  /** Its id, which all draws are rooted in and its tokens begin with; empty for the default one. */
  readonly universe: string;
  readonly clock: {
    readonly mode: ClockMode;
    /** Simulated ms per wall ms; 1 unless scaled. */
    readonly speed: number;
    /** First instant of a manual or scaled clock. */
    readonly startAt: number;
    /** Wall ms for which a manual clock holds for a push in flight. */
    readonly grace: number;
  };
  readonly token: { /** Seconds. */ readonly ttl: number; readonly reuse: boolean };
  readonly api: { readonly requireTimeRange: boolean; readonly taskIdAs: 'string' | 'number' };
  readonly phones: { readonly allowLandline: boolean };
  readonly task: { readonly maxRows: number };
  readonly push: {
    readonly timeout: number;
    readonly retryDelays: readonly number[];
    /** Attempts at once per destination, on a real or scaled clock. */
    readonly concurrency: number;
    /** The same on a manual clock. */
    readonly manualConcurrency: number;
    readonly requireOkStatus: boolean;
    /** Share of outbound calls that get the basic record too, 0 to 1. */
    readonly recordTwice: number;
  };
  readonly pull: { readonly timeout: number };
  readonly keep: { /** Days of simulated time. */ readonly days: number; readonly calls: number };
  /** `large`: as long as the platform's; `small`: counted from 1. */
  readonly ids: 'large' | 'small';
}

/** The defaults of spec 5.1 and 3.1; retry delays are a (choice): the documents name three retries and no spacing. */
export const DEFAULT_CONFIG: SimulationConfig = {
  seed: 1,
  universe: '',
  clock: { mode: 'real', speed: 1, startAt: 1_767_578_400_000, grace: 250 },
  token: { ttl: 3600, reuse: true },
  api: { requireTimeRange: false, taskIdAs: 'string' },
  phones: { allowLandline: false },
  task: { maxRows: 1_000_000 },
  push: {
    timeout: 3000,
    retryDelays: [5000, 30_000, 60_000],
    concurrency: 16,
    manualConcurrency: 256,
    requireOkStatus: false,
    recordTwice: 1,
  },
  pull: { timeout: 3000 },
  keep: { days: 7, calls: 200_000 },
  ids: 'large',
};
