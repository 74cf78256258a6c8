import { ConfigurationError } from '../../sim/configuration-error.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * A body with fields overridden, each by `k=v`: dots lead into objects and lists (`dialog.0.text_man=好的`). What was a
 * text stays one, anything else is read as JSON if it is some; `k:=v` is JSON whatever was there.
 * @throws ConfigurationError with all that cannot be set
 */
export function changeBody(body: string, changes: readonly string[]): string {
  if (changes.length === 0) return body;
  const data = JSON.parse(body) as Json;
  const problems = changes.flatMap((change) => {
    const expected = applyChange(data, change);
    return expected === null ? [] : [{ place: '--set', found: `"${change}"`, expected }];
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return JSON.stringify(data);
}

/** @returns what was expected instead; null: it is done */
function applyChange(data: Json, change: string): string | null {
  const [, path = '', isJson, text = ''] = /^([^=]+?)(:)?=(.*)$/s.exec(change) ?? [];
  if (path === '') return 'a field and its value, such as task_result=5';
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let parent: Json = data;
  for (const [i, step] of steps.entries()) {
    const fields = fieldsOf(parent);
    if (fields === null || !Object.hasOwn(fields, step)) return whatIsThere(parent, steps.slice(0, i));
    parent = fields[step] as Json;
  }
  const fields = fieldsOf(parent);
  if (fields === null || !maySet(parent, last)) return whatIsThere(parent, steps);
  const value = readValue(text, isJson === undefined ? fields[last] : null);
  if (value === undefined) return 'JSON behind :=';
  fields[last] = value;
  return null;
}

/** An object or a list, by its keys; null: it has none. */
function fieldsOf(value: Json): { [key: string]: Json } | null {
  return typeof value === 'object' && value !== null ? (value as { [key: string]: Json }) : null;
}

/** Objects take new keys, lists one more at their end. */
function maySet(parent: Json, key: string): boolean {
  if (!Array.isArray(parent)) return key !== '' && key !== '__proto__';
  return /^\d{1,6}$/.test(key) && Number(key) <= parent.length;
}

/** @param before null: it has to be JSON @returns undefined: it is not */
function readValue(text: string, before: Json | undefined): Json | undefined {
  if (typeof before === 'string') return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return before === null ? undefined : text;
  }
}

function whatIsThere(value: Json, steps: readonly string[]): string {
  const where = steps.length === 0 ? 'the body' : steps.join('.');
  if (Array.isArray(value)) return `an index from 0 to ${value.length} in ${where}`;
  const keys = Object.keys(fieldsOf(value) ?? {});
  return keys.length === 0 ? `no field below ${where}` : `a field of ${where}: ${keys.join(', ')}`;
}
