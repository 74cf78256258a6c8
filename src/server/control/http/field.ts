import { z } from 'zod';
import { parseInstant } from '../../../sim/time/calendar.ts';
import { parseDuration } from '../../../sim/time/duration.ts';

/* Schemas of single values. Their messages say what is expected, in words; queries bring everything as text. */

/** A strict object whose error names the keys it knows. */
export function object<Shape extends z.ZodRawShape>(shape: Shape) {
  const keys = Object.keys(shape);
  const known = keys.length === 0 ? 'no key at all' : `one of ${keys.join(', ')}`;
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : `an object with ${keys.join(', ')}`),
  });
}

/** For routes without a body, or without a query. */
export const nothing = object({});

export const text = z.string('a text').min(1, 'a text that is not empty');

const ID_HINT = 'an id, as a text';

/** An id; a number is taken as long as it is exact. */
export const id = z.union(
  [z.string(ID_HINT).min(1, ID_HINT), z.int(ID_HINT).min(0, ID_HINT).transform(String)],
  ID_HINT,
);

/** An integer; its digits in a text are taken. */
export function integer(min: number, max: number) {
  const hint = `a whole number from ${min} to ${max}`;
  const digits = z
    .string(hint)
    .regex(/^-?\d{1,15}$/, hint)
    .transform(Number);
  return z
    .union([z.int(hint), digits], hint)
    .refine((value) => value >= min && value <= max, hint)
    .meta({ minimum: min, maximum: max });
}

const FLAG_HINT = 'true or false';

export const flag = z.union(
  [z.boolean(FLAG_HINT), z.enum(['true', 'false'], FLAG_HINT).transform((word) => word === 'true')],
  FLAG_HINT,
);

export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, `one of ${words.join(', ')}`);
}

const INSTANT_HINT = 'an instant such as 2026-01-05T10:00:00+08:00, or ms since 1970';

/** ISO 8601 (without an offset: Shanghai's) or ms; read as ms. */
export const instant = z
  .union([z.int(INSTANT_HINT), z.string(INSTANT_HINT)], INSTANT_HINT)
  .transform((value, context) => {
    const at = parseInstant(value);
    if (at !== null) return at;
    context.addIssue({ code: 'custom', message: INSTANT_HINT });
    return z.NEVER;
  })
  .meta({ description: INSTANT_HINT });

/** `10m`, `250ms`, `1h30m`; read as ms. */
export function duration(maxMs: number, hint: string) {
  return z
    .string(hint)
    .transform((value, context) => {
      const ms = parseDuration(value);
      if (ms !== null && ms <= maxMs) return ms;
      context.addIssue({ code: 'custom', message: hint });
      return z.NEVER;
    })
    .meta({ description: hint });
}
