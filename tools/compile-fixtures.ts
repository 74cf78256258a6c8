import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFixtures } from '../src/sim/account/read-fixtures.ts';

/* Makes JSON of the default fixtures, which a start from `dist` reads a hundred times as fast as the YAML. */

const ROOT = join(import.meta.dirname, '..');
const source = join('fixtures', 'default.yaml');

const fixtures = readFixtures(readFileSync(join(ROOT, source), 'utf8'), source);
mkdirSync(join(ROOT, 'dist'), { recursive: true });
writeFileSync(join(ROOT, 'dist', 'default-fixtures.json'), JSON.stringify(fixtures));
