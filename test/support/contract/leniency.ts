import type { JsonSchema } from '../../../src/server/openapi/schema.ts';

/*
 * What the platform was seen to take beside what is documented (spec 1.1), taken away: what is left must conform.
 * Written from the spec, not from the code.
 */

/** Numbers in which 0 says something. */
const ZERO_COUNTS = new Set([
  'type',
  'recall_count',
  'time_recall_wait',
  'task_status_list',
  'robot_speed',
  'trubo_mode',
  'show_remaining',
]);

/** A body as the documents would have it; null if it is no JSON object. */
export function readDocumented(text: string, schema: JsonSchema): Record<string, unknown> | null {
  const sent = parse(text);
  if (sent === null) return null;
  const properties = schema.properties as Record<string, JsonSchema>;
  const body: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const key = Object.hasOwn(sent, name)
      ? name
      : Object.keys(sent).find((each) => fold(each) === fold(name));
    const value = key === undefined ? undefined : sent[key];
    if (isAbsent(name, value)) continue;
    body[name] = convert(value, property);
  }
  return body;
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = text === '' ? {} : JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function fold(key: string): string {
  return key.toLowerCase().replace(/[_-]/g, '');
}

function isAbsent(name: string, value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return (value === 0 || value === '0') && !ZERO_COUNTS.has(name) && !(name.endsWith('_id') && value === '0');
}

/** A number where a string is asked, a numeric string where a number is, words in any case, 1 and 0 for flags. */
function convert(value: unknown, schema: JsonSchema): unknown {
  if (Array.isArray(value)) {
    const items = (schema.items ?? {}) as JsonSchema;
    return schema.type === 'array' ? value.map((item) => (item === null ? '' : convert(item, items))) : value;
  }
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : null;
  if (text === null) return value;
  if (schema.type === 'string') return schema.enum === undefined ? text : text.toUpperCase();
  if (schema.type === 'boolean')
    return { true: true, 1: true, false: false, 0: false }[text.toLowerCase()] ?? value;
  return /^[+-]?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : value;
}
