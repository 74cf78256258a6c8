import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** From `src` and from `dist` alike. */
const FIXTURES = join(import.meta.dirname, '..', '..', '..', 'fixtures');

/** A body that the platform's documents print (`fixtures/sample`). */
export function readSample(name: string): unknown {
  return readJson('sample', name);
}

/** A body that this simulator sent or answered, at seed 1 (`fixtures/example`). */
export function readExample(name: string): unknown {
  return readJson('example', name);
}

function readJson(folder: string, name: string): unknown {
  return JSON.parse(readFileSync(join(FIXTURES, folder, `${name}.json`), 'utf8'));
}
