/** A way into parsed data: keys and indices. */
export type Path = readonly (string | number)[];

/** Something wrong in parsed data, found by a check that knows no file and no line. */
export interface Finding {
  readonly path: Path;
  readonly found: string;
  readonly expected: string;
}

/** `robots[2].script.start`; the whole is `(top)`. */
export function formatPath(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return text.startsWith('.') ? text.slice(1) : text || '(top)';
}

/** A value as one reads it in an error message: short, on one line. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** What a schema says is wrong; its messages say what is expected. */
interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** A schema's issues as findings; what was found is looked up in the data. */
export function findingsOf(issues: readonly Issue[], data: unknown): Finding[] {
  return issues.flatMap((issue): Finding[] => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    const expected = issue.message;
    if (issue.code !== 'unrecognized_keys') return [{ path, found: showValue(lookUp(data, path)), expected }];
    return (issue.keys ?? []).map((key) => ({ path: [...path, key], found: 'an unknown key', expected }));
  });
}

function lookUp(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null
        ? (value as Readonly<Record<string | number, unknown>>)[part]
        : undefined,
    data,
  );
}
