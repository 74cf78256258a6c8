import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { PACKAGE_ROOT } from '../package.ts';
import { ConfigurationError } from '../sim/configuration-error.ts';
import { readFlags } from './flag.ts';
import { EXIT_USAGE, type Verb } from './verb.ts';

export const initVerb: Verb = {
  name: 'init',
  usage: '[DIR] [--force] [--json]',
  summary: 'writes commented fixtures and configuration to edit',
  flags: [
    { name: '--force', help: 'overwrites files that are there' },
    { name: '--json', help: 'answers in JSON: {"written":[file,…]}' },
  ],
  notes: ['DIR is the working directory unless given, and is made if it is not there.'],
  exits: [
    { code: 0, when: 'the files are written' },
    { code: EXIT_USAGE, when: 'the command is wrong, a file is there already, or cannot be written' },
  ],
  run: init,
};

/** What is written, and the schema by which editors complete and check it. */
const FILES = [
  { name: 'fixtures.yaml', schema: 'fixtures.schema.json' },
  { name: 'yeta-sim.config.yaml', schema: 'config.schema.json' },
] as const;

async function init(args: readonly string[]): Promise<undefined> {
  const { flags, operands } = readFlags(args, initVerb.flags, 'a folder');
  const [folder = '.', ...more] = operands;
  if (more.length > 0) {
    throw new ConfigurationError([
      { place: 'yeta-sim init', found: `${operands.length} folders`, expected: 'one' },
    ]);
  }
  if (!flags.has('--force')) refuseToOverwrite(folder);
  const written = FILES.map(({ name, schema }) => {
    const file = join(folder, name);
    const template = readFileSync(join(PACKAGE_ROOT, 'fixtures', 'init', name), 'utf8');
    write(file, `# yaml-language-server: $schema=${schemaFrom(folder, schema)}\n${template}`);
    return file;
  });
  process.stdout.write(flags.has('--json') ? `${JSON.stringify({ written })}\n` : explain(folder, written));
}

/** @throws ConfigurationError naming every file that is there */
function refuseToOverwrite(folder: string): void {
  const there = FILES.map(({ name }) => join(folder, name)).filter((file) => existsSync(file));
  if (there.length === 0) return;
  const expected = 'nothing: nothing is overwritten without --force';
  throw new ConfigurationError(there.map((place) => ({ place, found: 'a file', expected })));
}

/** @throws ConfigurationError if it cannot be written */
function write(file: string, text: string): void {
  try {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigurationError([{ place: file, found: message, expected: 'a file that can be written' }]);
  }
}

/** From the folder, so that it holds for everybody who shares it; editors take it with slashes. */
function schemaFrom(folder: string, schema: string): string {
  const file = join(PACKAGE_ROOT, 'fixtures', 'schema', schema);
  return relative(resolve(folder), file).split(sep).join('/');
}

function explain(folder: string, written: readonly string[]): string {
  const files = written.join(' ');
  const where = folder === '.' ? '' : `cd ${folder} && `;
  return [
    ...written.map((file) => `wrote ${file}`),
    '',
    `edit them; then   yeta-sim validate ${files}`,
    `and start with    ${where}yeta-sim`,
    '',
  ].join('\n');
}
