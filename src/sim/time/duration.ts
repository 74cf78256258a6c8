import { DAY_MS, HOUR_MS } from './calendar.ts';

const NUMBER = String.raw`(\d+(?:\.\d+)?)`;
const DURATION = new RegExp(
  `^(?:${NUMBER}d)?(?:${NUMBER}h)?(?:${NUMBER}m(?!s))?(?:${NUMBER}s)?(?:${NUMBER}ms)?$`,
);
const UNITS_MS = [DAY_MS, HOUR_MS, 60_000, 1000, 1] as const;

/** Reads `10m`, `250ms`, `1h30m`, `0s`, `2d` (units from the largest down, each once) in ms; null if it is none. */
export function parseDuration(text: string): number | null {
  const parts = DURATION.exec(text)?.slice(1);
  if (parts === undefined || text === '') return null;
  const ms = UNITS_MS.reduce((sum, unit, index) => sum + Number(parts[index] ?? 0) * unit, 0);
  return Number.isSafeInteger(Math.round(ms)) ? Math.round(ms) : null;
}
