import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the package: holds `package.json` and `fixtures`, from `src` and from `dist` alike. */
export const PACKAGE_ROOT = join(import.meta.dirname, '..');

/** The package's version, as `package.json` has it. */
export function readVersion(): string {
  const manifest = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
