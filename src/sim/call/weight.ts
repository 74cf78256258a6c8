import { type Chance, draw } from '../random.ts';
import { isAnswered } from './result.ts';

/** Relative likelihood of results, by `task_result` as text. */
export type Weights = Readonly<Record<string, number>>;

/**
 * What a campaign over a bought list of numbers looks like at an ordinary working hour (choice): 45 % are
 * answered, nobody picks up on 26 %, the rest are busy, switched off, out of reach, dead numbers and faults.
 */
export const DEFAULT_WEIGHTS: Weights = {
  '0': 310,
  '15': 96,
  '16': 14,
  '18': 18,
  '19': 12,
  '20': 262,
  '5': 78,
  '4': 58,
  '3': 44,
  '6': 34,
  '9': 20,
  '8': 19,
  '2': 12,
  '22': 7,
  '25': 4,
  '26': 4,
  '27': 3,
  '28': 3,
  '7': 1,
  '23': 0.6,
  '-1': 0.4,
};

/** How much readier people are to pick up, by hour of day in Asia/Shanghai (choice): nap at noon, best after work. */
const READINESS: readonly number[] = [
  0.3, 0.25, 0.2, 0.2, 0.2, 0.3, 0.5, 0.7, 0.85, 1, 1.05, 1, 0.8, 0.75, 0.9, 1, 1, 1.05, 1.15, 1.2, 1.1, 0.8,
  0.6, 0.4,
];

interface Table {
  readonly results: readonly number[];
  /** Running sums, one per result. */
  readonly sums: readonly number[];
}

const tables = new WeakMap<Weights, Table>();
const hourTables: (Table | undefined)[] = [];

/** A result by `weights`; by the default ones, which vary with the hour (0–23, Asia/Shanghai), without. */
export function drawResult(chance: Chance, weights: Weights | null, hour: number | null): number {
  const table = weights === null ? takeDefaultTable(hour) : takeTable(weights);
  const total = table.sums.at(-1) ?? 0;
  const point = draw(chance, 'call-result') * total;
  const index = table.sums.findIndex((sum) => point < sum);
  // Weights that are all 0 decide nothing; the fixtures' check refuses them, and a bare caller gets "not picked up".
  return table.results[index] ?? 20;
}

function takeTable(weights: Weights): Table {
  const known = tables.get(weights);
  if (known !== undefined) return known;
  const table = tabulate(weights, 1);
  tables.set(weights, table);
  return table;
}

function takeDefaultTable(hour: number | null): Table {
  const slot = hour === null || READINESS[hour] === undefined ? 24 : hour;
  const known = hourTables[slot];
  if (known !== undefined) return known;
  const table = tabulate(DEFAULT_WEIGHTS, READINESS[slot] ?? 1);
  hourTables[slot] = table;
  return table;
}

function tabulate(weights: Weights, readiness: number): Table {
  const results = Object.keys(weights).map(Number);
  let sum = 0;
  const sums = Object.values(weights).map((weight, i) => {
    sum += weight * (isAnswered(results[i] ?? 0) ? readiness : 1);
    return sum;
  });
  return { results, sums };
}
