import { Buffer } from 'node:buffer';

/** Rows that were submitted together: their rowids follow each other. */
export interface RowRange {
  readonly first: number;
  readonly count: number;
}

/** Translates between rowids and the ids of the wire. */
export interface WireIds {
  task(id: number): string;
  row(id: number): string;
  /** The ids of rows that follow each other, joined by commas. */
  rows(range: RowRange): string;
  /** null if no task can have this id. */
  parseTask(wire: string): number | null;
  parseRow(wire: string): number | null;
}

/** Rowids below this belong to fixtures and go over the wire as they are, so the seed's task 129 is task 129. */
export const FIRST_LARGE_ID = 1_000_000;

/** A bijection of 0 … modulus-1: a shift, and multiplication by a factor that is prime to the modulus. */
interface Scramble {
  readonly base: bigint;
  readonly shift: bigint;
  readonly modulus: bigint;
  readonly factor: bigint;
  readonly inverse: bigint;
}

/**
 * Ids as long as real ones (seen: task ids of 16 digits, row ids of 18 digits and above 2^53): the rowid is
 * multiplied modulo a prime, so they look unordered, never repeat and can be read back without a table.
 */
const TASK = scramble(1_000_000_000_000_000n, 8_999_999_999_999_971n, 2_862_933_555_777_941n);
const ROW = scramble(100_000_000_000_000_000n, 899_999_999_999_999_963n, 286_293_355_577_794_175n);

/** Tasks and rows of a universe that share no id with those of any other; there are 10^12 universes at most. */
const TASKS_APART = 9_000n;
const ROWS_APART = 900_000n;

/** @param universe its id, 12 digits; empty for the default simulator */
export function largeIds(universe: string): WireIds {
  const number = BigInt(universe);
  const [task, row] = [shift(TASK, number * TASKS_APART), shift(ROW, number * ROWS_APART)];
  return {
    task: (id) => write(task, id),
    row: (id) => write(row, id),
    rows: (range) => writeRows(row, range),
    parseTask: (wire) => read(task, wire),
    parseRow: (wire) => read(row, wire),
  };
}

/** `ids: small`: counted from 1. */
export const SMALL_IDS: WireIds = {
  task: String,
  row: String,
  rows: (range) => joinRows(range, String),
  parseTask: readSmall,
  parseRow: readSmall,
};

function scramble(base: bigint, modulus: bigint, factor: bigint): Scramble {
  return { base, shift: 0n, modulus, factor, inverse: invert(factor, modulus) };
}

function shift(by: Scramble, amount: bigint): Scramble {
  return { ...by, shift: amount };
}

/** Extended Euclid. */
function invert(value: bigint, modulus: bigint): bigint {
  let [r0, r1] = [modulus, value % modulus];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  if (r0 !== 1n) throw new Error(`${value} is not prime to ${modulus}`);
  return ((t0 % modulus) + modulus) % modulus;
}

function write(by: Scramble, id: number): string {
  if (id < FIRST_LARGE_ID) return String(id);
  return String(by.base + (((BigInt(id) + by.shift) * by.factor) % by.modulus));
}

function joinRows({ first, count }: RowRange, writeOne: (id: number) => string): string {
  return Array.from({ length: count }, (_, offset) => writeOne(first + offset)).join(',');
}

/** An id has two halves of nine digits: numbers of that size are added and written several times faster than bigints. */
const HALF = 1_000_000_000;
const HALF_DIGITS = 9;
const FACTOR = halve(ROW.factor);
const MODULUS = halve(ROW.modulus);

function halve(value: bigint): { readonly high: number; readonly low: number } {
  return { high: Number(value / BigInt(HALF)), low: Number(value % BigInt(HALF)) };
}

/** One after the other lies a factor further on, which spares a multiplication and a division for each. */
function writeRows(by: Scramble, range: RowRange): string {
  const { first, count } = range;
  if (first < FIRST_LARGE_ID) return joinRows(range, (id) => write(by, id));
  const digits = Buffer.allocUnsafe(count * (2 * HALF_DIGITS + 1));
  const base = halve(by.base);
  let { high, low } = halve(((BigInt(first) + by.shift) * by.factor) % by.modulus);
  let at = 0;
  for (let written = 0; written < count; written++) {
    if (written > 0) digits[at++] = COMMA;
    at = writeHalf(digits, at, high + base.high);
    at = writeHalf(digits, at, low);
    high += FACTOR.high;
    low += FACTOR.low;
    if (low >= HALF) [high, low] = [high + 1, low - HALF];
    if (high < MODULUS.high || (high === MODULUS.high && low < MODULUS.low)) continue;
    high -= MODULUS.high;
    low -= MODULUS.low;
    if (low < 0) [high, low] = [high - 1, low + HALF];
  }
  return digits.toString('latin1', 0, at);
}

const COMMA = 0x2c;
const ZERO = 0x30;

/** @returns where the next digit goes */
function writeHalf(digits: Buffer, start: number, value: number): number {
  let rest = value;
  for (let at = start + HALF_DIGITS - 1; at >= start; at--) {
    const next = (rest / 10) | 0;
    digits[at] = ZERO + rest - next * 10;
    rest = next;
  }
  return start + HALF_DIGITS;
}

function read(by: Scramble, wire: string): number | null {
  if (!/^(0|[1-9]\d{0,17})$/.test(wire)) return null;
  const value = BigInt(wire);
  if (value < FIRST_LARGE_ID) return Number(value);
  if (value < by.base || value >= by.base + by.modulus) return null;
  const shifted = ((value - by.base) * by.inverse) % by.modulus;
  const id = Number((shifted - by.shift + by.modulus) % by.modulus);
  return Number.isSafeInteger(id) && id >= FIRST_LARGE_ID ? id : null;
}

function readSmall(wire: string): number | null {
  return /^(0|[1-9]\d{0,14})$/.test(wire) ? Number(wire) : null;
}
