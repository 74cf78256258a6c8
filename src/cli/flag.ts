import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { ConfigurationError, type Problem } from '../sim/configuration-error.ts';

/** One flag of a verb, as it is read and as it stands in the help. */
export interface Flag {
  /** With its dashes, such as `--port`. */
  readonly name: string;
  /** What its value is called, such as `N`; absent: it takes none. */
  readonly value?: string;
  readonly help: string;
}

export interface Given {
  /** The flags that were given, by name; of one given twice, the last. */
  readonly flags: ReadonlyMap<string, string>;
  /** Everything that was given for a flag, in order. */
  all(name: string): readonly string[];
  /** What is no flag, in order. */
  readonly operands: readonly string[];
}

/** @param what stands for the operands, such as `a file`; null: there are none @throws ConfigurationError */
export function readFlags(args: readonly string[], known: readonly Flag[], what: string | null): Given {
  const problems: Problem[] = [];
  const flags = new Map<string, string>();
  const values: { readonly name: string; readonly value: string }[] = [];
  const operands: string[] = [];
  const options: ParseArgsOptionsConfig = {};
  for (const { name, value } of known)
    options[name.slice(2)] = { type: value === undefined ? 'boolean' : 'string' };
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      operands.push(token.value);
      if (what === null)
        problems.push({ place: `argument ${token.index + 1}`, found: token.value, expected: 'a flag' });
      continue;
    }
    const flag = known.find(({ name }) => name === token.rawName);
    const isMissing = token.value === undefined || (!token.inlineValue && token.value.startsWith('--'));
    if (flag === undefined)
      problems.push({
        place: token.rawName,
        found: 'an unknown flag',
        expected: nearest(token.rawName, known),
      });
    else if (flag.value === undefined && token.value !== undefined)
      problems.push({ place: token.rawName, found: `"${token.value}"`, expected: 'no value' });
    else if (flag.value !== undefined && isMissing)
      problems.push({ place: token.rawName, found: 'no value', expected: `${flag.value} after it` });
    else {
      flags.set(token.rawName, token.value ?? '');
      values.push({ name: token.rawName, value: token.value ?? '' });
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  const all = (name: string) => values.filter((one) => one.name === name).map(({ value }) => value);
  return { flags, all, operands };
}

function nearest(name: string, known: readonly Flag[]): string {
  const like = known.map((flag) => flag.name).filter((flag) => flag.startsWith(name.slice(0, 4)));
  return like.length > 0 ? `one such as ${like.join(', ')}` : 'one of those that --help shows';
}

/** A whole number that a flag was given, or `fallback` without it. @throws ConfigurationError */
export function readInteger(
  flags: ReadonlyMap<string, string>,
  name: string,
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: number },
): number {
  const text = flags.get(name);
  if (text === undefined) return fallback;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const expected =
    max === Number.MAX_SAFE_INTEGER
      ? `a whole number from ${min} up`
      : `a whole number from ${min} to ${max}`;
  throw new ConfigurationError([{ place: name, found: `"${text}"`, expected }]);
}
