import type { Context } from 'hono';
import type { z } from 'zod';
import { formatPath, type Path, showValue } from '../../../sim/account/finding.ts';
import { readBody } from '../../body.ts';
import { ControlError } from './error.ts';

/** Bytes of a body unless its route says otherwise. */
const MAX_BODY_BYTES = 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body as text. @throws ControlError too-large, invalid-parameter */
export async function readText(c: Context, maxBytes = MAX_BODY_BYTES): Promise<string> {
  const bytes = await readBody(c, maxBytes);
  if (bytes === 'too-large') throw new ControlError('too-large', `body: over ${maxBytes} bytes`);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ControlError('invalid-parameter', 'body: not UTF-8');
  }
}

/** A JSON body, read by its schema; none at all is `{}`. @throws ControlError too-large, invalid-parameter */
export async function readJson(c: Context, schema: z.ZodType, maxBytes?: number): Promise<unknown> {
  const text = await readText(c, maxBytes);
  return check(schema, text.trim() === '' ? {} : parse(text), 'body');
}

/** The query, read by its schema; a key that is given twice is refused. @throws ControlError invalid-parameter */
export function readQuery(c: Context, schema: z.ZodType): unknown {
  const entries = Object.entries(c.req.queries()).map(([key, values]) => [
    key,
    values.length > 1 ? values : values[0],
  ]);
  return check(schema, Object.fromEntries(entries), 'query');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ControlError(
      'invalid-parameter',
      `body: ${error instanceof Error ? error.message : 'no JSON'}`,
    );
  }
}

function check(schema: z.ZodType, value: unknown, where: 'body' | 'query'): unknown {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const problems = read.error.issues.flatMap((issue) => explain(issue, value));
  const texts = problems.map(
    ({ place, found, expected }) => `${place}: found ${found}, expected ${expected}`,
  );
  throw new ControlError('invalid-parameter', `${where}: ${texts.join('; ')}`, { in: where, problems });
}

interface Problem {
  readonly place: string;
  readonly found: string;
  readonly expected: string;
}

/** A schema's messages say what is expected; what was found is looked up. */
function explain(issue: z.core.$ZodIssue, value: unknown): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const expected = issue.message;
  if (issue.code !== 'unrecognized_keys') {
    return [{ place: formatPath(path), found: showValue(lookUp(value, path)), expected }];
  }
  return issue.keys.map((key) => ({ place: formatPath([...path, key]), found: 'an unknown key', expected }));
}

function lookUp(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inside, part) =>
      typeof inside === 'object' && inside !== null
        ? (inside as Readonly<Record<string | number, unknown>>)[part]
        : undefined,
    value,
  );
}
