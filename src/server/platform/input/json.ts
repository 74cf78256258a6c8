import { Refusal } from '../../../sim/refusal.ts';

/** The body of a platform request: one JSON object. Integers too long for a number stand in it as bigints. */
export type Body = Readonly<Record<string, unknown>>;

/** Deeper nesting is refused before it is parsed (choice). */
const MAX_DEPTH = 32;

/** No id is longer; without a bound, a few bytes could ask for a number of any length. */
const MOST_ZEROS = 30;

/** From so many digits on, an integer may be longer than a number can tell. */
const LONG_DIGITS = 16;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a body strictly: UTF-8 (a byte order mark is skipped), one object, nested at most 32 deep; none at all is `{}`,
 * anything else is refused with 10005 (choice).
 * @throws Refusal `invalid-parameter`
 */
export function parseBody(bytes: Uint8Array): Body {
  if (bytes.length === 0) return {};
  const { tooDeep, hasLongNumber } = scan(bytes);
  if (tooDeep) throw new Refusal('invalid-parameter', `body: nested deeper than ${MAX_DEPTH}`);
  const text = decode(bytes);
  const value = parse(text, hasLongNumber);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal('invalid-parameter', 'body: expected a JSON object');
  }
  return value as Body;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Refusal('invalid-parameter', 'body: not UTF-8');
  }
}

/** The pass over every value costs seven times the parsing, so it is made only where a long number was seen. */
function parse(text: string, hasLongNumber: boolean): unknown {
  try {
    return hasLongNumber ? JSON.parse(text, keepExact) : JSON.parse(text);
  } catch (error) {
    throw new Refusal('invalid-parameter', `body: ${error instanceof Error ? error.message : 'no JSON'}`);
  }
}

/** An id sent as a JSON number is read exactly, whatever its size (seen), also as some clients write a double: `9.99E15`. */
function keepExact(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return readInteger(context?.source ?? '') ?? value;
}

/** A whole number, however it is written; null for any other, and for one of more than 30 digits. */
function readInteger(source: string): bigint | null {
  const [, sign, whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(source) ?? [];
  const zeros = Number(power) - fraction.length;
  if (sign === undefined || zeros > MOST_ZEROS) return null;
  const digits = whole + fraction + '0'.repeat(Math.max(0, zeros));
  const end = digits.length + Math.min(0, zeros);
  if (end <= 0 || /[1-9]/.test(digits.slice(end))) return null;
  return BigInt(sign + digits.slice(0, end));
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPENERS = [0x5b, 0x7b] as const;
const CLOSERS = [0x5d, 0x7d] as const;

/** One look at the bytes outside of strings; in UTF-8 none of a longer character's bytes looks like these. */
function scan(bytes: Uint8Array): { tooDeep: boolean; hasLongNumber: boolean } {
  let depth = 0;
  let digits = 0;
  let hasLongNumber = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte >= ZERO && byte <= NINE) {
      digits += 1;
      hasLongNumber ||= digits >= LONG_DIGITS;
      continue;
    }
    if (byte !== POINT) digits = 0;
    if (byte === QUOTE) i = endOfString(bytes, i);
    else if (byte === OPENERS[0] || byte === OPENERS[1]) depth += 1;
    else if (byte === CLOSERS[0] || byte === CLOSERS[1]) depth -= 1;
    if (depth > MAX_DEPTH) return { tooDeep: true, hasLongNumber };
  }
  return { tooDeep: false, hasLongNumber };
}

/** Index of the quote that closes the string opened at `start`. */
function endOfString(bytes: Uint8Array, start: number): number {
  let i = start + 1;
  while (i < bytes.length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  return i;
}
