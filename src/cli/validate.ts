import type { Fixtures } from '../sim/account/account.ts';
import { ConfigurationError, type Problem } from '../sim/configuration-error.ts';
import type { Source } from '../sim/read-source.ts';
import { readFlags } from './flag.ts';
import { EXIT_USAGE, type Verb } from './verb.ts';

export const validateVerb: Verb = {
  name: 'validate',
  usage: 'FILE… [--json]',
  summary: 'checks files of fixtures or configuration, and says all that is wrong in them',
  flags: [{ name: '--json', help: 'answers in JSON: {"ok","files":[{"file","kind","ok","problems":[…]}]}' }],
  notes: [
    'Which of the two a file is, is told by its content. Each problem has its file, line and column, what was',
    'found there and what is expected.',
  ],
  exits: [
    { code: 0, when: 'all files are sound' },
    { code: EXIT_USAGE, when: 'the command is wrong, or a file is not sound' },
  ],
  run: validate,
};

interface Report {
  readonly file: string;
  readonly kind: 'fixtures' | 'config' | null;
  readonly ok: boolean;
  /** What is in it, in a few words. */
  readonly content: string;
  readonly problems: readonly PlacedProblem[];
}

/** `line` and `column` count from 1; 0: the file as a whole. */
interface PlacedProblem {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}

async function validate(args: readonly string[]): Promise<number> {
  const { flags, operands } = readFlags(args, validateVerb.flags, 'a file');
  if (operands.length === 0) {
    throw new ConfigurationError([
      { place: 'yeta-sim validate', found: 'no file', expected: 'one or more, such as fixtures.yaml' },
    ]);
  }
  const reports: Report[] = [];
  for (const file of operands) reports.push(await examine(file));
  const ok = reports.every((report) => report.ok);
  if (flags.has('--json')) {
    const files = reports.map(({ content: _, ...rest }) => rest);
    process.stdout.write(`${JSON.stringify({ ok, files }, null, 2)}\n`);
  } else {
    for (const report of reports) (report.ok ? process.stdout : process.stderr).write(show(report));
  }
  return ok ? 0 : EXIT_USAGE;
}

async function examine(file: string): Promise<Report> {
  const { readText } = await import('../load-fixtures.ts');
  const { readSource } = await import('../sim/read-source.ts');
  let kind: Report['kind'] = null;
  try {
    const source = readSource(readText(file), file);
    kind = await tellKind(source.data, file);
    return { file, kind, ok: true, content: await take(kind, source), problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const problems = error.problems
      .map((problem) => place(problem, file))
      .sort((a, b) => a.line - b.line || a.column - b.column);
    return { file, kind, ok: false, content: '', problems };
  }
}

async function take(kind: 'fixtures' | 'config', source: Source): Promise<string> {
  if (kind === 'config') {
    const { takeSettings } = await import('../config.ts');
    const count = Object.keys(takeSettings(source)).length;
    return `config: ${count} ${count === 1 ? 'key' : 'keys'} set`;
  }
  const { takeFixtures } = await import('../sim/account/read-fixtures.ts');
  return `fixtures: ${countEntries(takeFixtures(source))}`;
}

/** By the keys at its top; a file that has none of either is told by its name. */
async function tellKind(data: unknown, file: string): Promise<'fixtures' | 'config'> {
  const { configSchema } = await import('../config.ts');
  const { fixtureSchema } = await import('../sim/account/fixture-schema.ts');
  const keys = typeof data === 'object' && data !== null ? Object.keys(data) : [];
  const known = (shape: object) => keys.filter((key) => Object.hasOwn(shape, key)).length;
  const difference = known(configSchema.shape) - known(fixtureSchema.shape);
  if (difference !== 0) return difference > 0 ? 'config' : 'fixtures';
  return /config/i.test(file) ? 'config' : 'fixtures';
}

function countEntries(fixtures: Fixtures): string {
  const counts = Object.entries(fixtures).flatMap(([section, entries]) =>
    Array.isArray(entries) && entries.length > 0 ? [`${section} ${entries.length}`] : [],
  );
  return counts.length === 0 ? 'nothing' : counts.join(', ');
}

/** Takes `file:line:column path` apart. */
function place({ place, found, expected }: Problem, file: string): PlacedProblem {
  const rest = place.startsWith(file) ? place.slice(file.length) : '';
  const [, line = '0', column = '0', path = ''] = /^:(\d+):(\d+)(?: (.*))?$/.exec(rest) ?? [];
  return { line: Number(line), column: Number(column), path, found, expected };
}

function show({ file, kind, ok, content, problems }: Report): string {
  if (ok) return `${file}: sound ${content}\n`;
  const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
  const lines = problems.map(({ line, column, path, found, expected }) => {
    const at = line === 0 ? file : `${file}:${line}:${column}`;
    return `${path === '' ? at : `${at} ${path}`}: found ${found}, expected ${expected}\n`;
  });
  return `${lines.join('')}${file}: ${count}${kind === null ? '' : ` in this file of ${kind}`}\n`;
}
