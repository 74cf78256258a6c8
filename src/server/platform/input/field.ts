import { MARKS, markOf } from '../../../sim/account/number-set.ts';
import { LAST_INSTANT, parseDay } from '../../../sim/time/calendar.ts';
import type { Finding } from '../finding/finding.ts';

/** What a value must be, in the words of JSON Schema; OpenAPI is made of it. */
export interface Schema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array';
  readonly items?: Schema;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly format?: string;
}

/** One kind of value. Platform clients are loose with types, so most kinds read more than their schema says. */
export interface Kind<T> {
  readonly schema: Schema;
  /** What is expected, in words, for the journal. */
  readonly expects: string;
  /** Values that say "not given" beside null, "" and []: a real client sends every field always (seen). */
  readonly blanks: readonly unknown[];
  /** The value; undefined if it is of another kind. */
  read(value: unknown): T | undefined;
  /** What is doubtful about a value that is taken, for the journal. */
  doubt?(value: T, name: string): Finding | null;
}

/** A field of a request: its kind, and what stands for it where it is absent. */
export interface Field<T> extends Kind<T> {
  readonly required: boolean;
  readonly fallback: T | null;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What `readFields` makes of a body. */
export type Input<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

export function required<T>(kind: Kind<T>): Field<T> {
  return { ...kind, required: true, fallback: null };
}

export function optional<T>(kind: Kind<T>): Field<T | null>;
export function optional<T>(kind: Kind<T>, fallback: T): Field<T>;
export function optional<T>(kind: Kind<T>, fallback: T | null = null): Field<T | null> {
  return { ...kind, required: false, fallback };
}

/** Absent = missing, null, "", [], and 0 where it has no meaning of its own (seen). */
export function isAbsent(value: unknown, blanks: readonly unknown[]): boolean {
  if (value === undefined || value === null || value === '') return true;
  return blanks.includes(value) || (Array.isArray(value) && value.length === 0);
}

/** No name and no id is the number 0; the text "0" might be one. */
const TEXT_BLANKS: readonly unknown[] = [0];
const NUMBER_BLANKS: readonly unknown[] = [0, '0'];
const NO_BLANKS: readonly unknown[] = [];

/** A string; a number is taken by its digits. @param maxLength in characters */
export function text(maxLength = Number.POSITIVE_INFINITY): Kind<string> {
  return {
    schema: { type: 'string', ...(Number.isFinite(maxLength) && { maxLength }) },
    expects: Number.isFinite(maxLength) ? `a string of at most ${maxLength} characters` : 'a string',
    blanks: TEXT_BLANKS,
    read(value) {
      const string = readText(value);
      if (string === undefined || string.length <= maxLength) return string;
      return [...string].length <= maxLength ? string : undefined;
    },
  };
}

/** An integer in [min, max] for which 0 has a meaning; its digits in a string are taken. */
export function integer(min: number, max: number): Kind<number> {
  return {
    schema: { type: 'integer', minimum: min, maximum: max },
    expects: `an integer from ${min} to ${max}`,
    blanks: NO_BLANKS,
    read(value) {
      const number = readInteger(value);
      return number !== undefined && number >= min && number <= max ? number : undefined;
    },
  };
}

/** An integer in [min, max] where 0 says "not given". */
export function positive(max = Number.MAX_SAFE_INTEGER): Kind<number> {
  return { ...integer(1, max), blanks: NUMBER_BLANKS };
}

/** From 2001 to 2286 in seconds; in ms, no instant of any telephone robot's. */
const SECONDS = [1e9, 1e10] as const;

/** ms since 1970. */
export function instant(): Kind<number> {
  return {
    ...positive(LAST_INSTANT),
    expects: 'an instant in ms',
    doubt(value, name) {
      if (value < SECONDS[0] || value >= SECONDS[1]) return null;
      return {
        code: 'seconds-for-ms',
        message: `${name}: ${value} is in January 1970; ${value}000 is meant?`,
      };
    },
  };
}

/** Whole thousands from here on look like ms: three days and more, to the minute (choice). */
const DOUBTFUL_SECONDS = 300_000;

/** Seconds to wait. */
export function seconds(max: number): Kind<number> {
  return {
    ...integer(0, max),
    doubt(value, name) {
      if (value < DOUBTFUL_SECONDS || value % 1000 !== 0) return null;
      const days = Math.floor(value / 86_400);
      return {
        code: 'ms-for-seconds',
        message: `${name}: ${value} s are ${days} days; ${value / 1000} is meant?`,
      };
    },
  };
}

const FLAG_WORDS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** true or false, in text, or as 1 and 0 (choice). */
export function flag(): Kind<boolean> {
  return {
    schema: { type: 'boolean' },
    expects: 'a boolean',
    blanks: NO_BLANKS,
    read(value) {
      if (typeof value === 'boolean') return value;
      return typeof value === 'object' ? undefined : FLAG_WORDS.get(String(value).toLowerCase());
    },
  };
}

/** One of some words, in any case. */
export function word<W extends string>(...words: readonly W[]): Kind<W> {
  return {
    schema: { type: 'string', enum: words },
    expects: `one of ${words.join(', ')}`,
    blanks: TEXT_BLANKS,
    read: (value) => words.find((each) => typeof value === 'string' && each === value.toUpperCase()),
  };
}

/** `yyyy-MM-dd`, a day that exists. */
export function day(): Kind<string> {
  return {
    schema: { type: 'string', format: 'date' },
    expects: 'a day as yyyy-MM-dd',
    blanks: TEXT_BLANKS,
    read: (value) => (typeof value === 'string' && parseDay(value) !== null ? value : undefined),
  };
}

/** A list of what `kind` reads. */
export function list<T>(kind: Kind<T>): Kind<readonly T[]> {
  return {
    schema: { type: 'array', items: kind.schema },
    expects: `a list, each ${kind.expects}`,
    blanks: NO_BLANKS,
    read: (value) => (Array.isArray(value) ? readEach(value, kind.read) : undefined),
  };
}

/** A cell of a row: as `text`, but a 0 stays "0" and a null is an empty cell (choice). */
export function cell(): Kind<string> {
  return {
    schema: { type: 'string' },
    expects: 'a string',
    blanks: NO_BLANKS,
    read: (value) => (value === null ? '' : readText(value)),
  };
}

/** Rows of a submission; the first cell of each is the number to call. */
export function rows(): Kind<readonly (readonly string[])[]> {
  return {
    ...list(list(cell())),
    doubt(value) {
      if (!marksMeet(value)) return null;
      const seen = new Set<string>();
      const twice = value.find(([number = '']) => seen.size === seen.add(number).size)?.[0];
      if (twice === undefined) return null;
      return { code: 'number-twice', message: `${twice.slice(0, 20)} stands in it more than once` };
    },
  };
}

/** In which round a mark was last seen. */
const rounds = new Uint32Array(MARKS);
let round = 0;

/** Whether two rows may begin with the same number: of 50 numbers at random, two in 7 % of submissions. */
function marksMeet(rows: readonly (readonly string[])[]): boolean {
  // After 2^32 rounds old ones may seem new: then, as for all that meet, the set decides.
  round = (round + 1) >>> 0;
  for (const [number = ''] of rows) {
    const mark = markOf(number);
    if (rounds[mark] === round) return true;
    rounds[mark] = round;
  }
  return false;
}

/** A value handed on as it was sent, for a check that comes later. */
export function asSent(schema: Schema): Kind<unknown> {
  return {
    schema,
    expects: 'a value',
    blanks: NO_BLANKS,
    read: (value) => (typeof value === 'bigint' ? Number(value) : value),
  };
}

const INTEGER = /^-?\d+$/;

/** Text that has no UTF-8 form (half a surrogate pair, escaped) counts as none. */
function readText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? value : undefined;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}

function readInteger(value: unknown): number | undefined {
  const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

/** The list itself if each value is what it is read as. */
function readEach<T>(
  values: readonly unknown[],
  read: (value: unknown) => T | undefined,
): readonly T[] | undefined {
  let copy: unknown[] | null = null;
  for (let i = 0; i < values.length; i++) {
    const item = read(values[i]);
    if (item === undefined) return undefined;
    if (item === values[i]) continue;
    copy ??= [...values];
    copy[i] = item;
  }
  return (copy ?? values) as readonly T[];
}
