import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from './package.ts';
import type { Fixtures } from './sim/account/account.ts';
import { ConfigurationError } from './sim/configuration-error.ts';

const DEFAULT_FIXTURES = join(PACKAGE_ROOT, 'fixtures', 'default.yaml');

/** What `npm run build` makes of the default fixtures, beside the compiled code: reading it takes 1 ms, the YAML 100. */
const COMPILED_FIXTURES = join(import.meta.dirname, 'default-fixtures.json');

/** Read once in a process, which may make a simulator for each of its tests: nobody changes them. */
let defaults: Promise<Fixtures> | null = null;

/** @param file YAML or JSON; default: the built-in ones @throws ConfigurationError */
export function loadFixtures(file?: string): Promise<Fixtures> {
  if (file !== undefined) return readFile(file);
  defaults ??= existsSync(COMPILED_FIXTURES) ? readCompiled() : readFile(DEFAULT_FIXTURES);
  return defaults;
}

async function readCompiled(): Promise<Fixtures> {
  return JSON.parse(readFileSync(COMPILED_FIXTURES, 'utf8')) as Fixtures;
}

async function readFile(path: string): Promise<Fixtures> {
  const text = readText(path);
  // Loaded only now: a start from `dist` reads no YAML.
  const { readFixtures } = await import('./sim/account/read-fixtures.ts');
  return readFixtures(text, path);
}

/** A file that the user named. @throws ConfigurationError if it cannot be read */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const found = code === 'ENOENT' ? 'no such file' : message;
    throw new ConfigurationError([{ place: file, found, expected: 'a file that can be read' }]);
  }
}
