import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from './generate/generated.ts';

/* `npm run generate`: writes what follows from the code, and says what has changed. */

const ROOT = join(import.meta.dirname, '..');

for (const { path, text } of generatedFiles()) {
  const file = join(ROOT, path);
  if (readIfThere(file) === text) continue;
  writeFileSync(file, text);
  console.log(`wrote ${path}`);
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
