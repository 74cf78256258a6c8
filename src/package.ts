import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the package: holds `package.json` and `fixtures`, from `src` and from `dist` alike. */
export const PACKAGE_ROOT = join(import.meta.dirname, '..');

/** Whether this is the repository, and not the package that is made of it: only there is the Node that it runs on. */
export function isCheckout(): boolean {
  return existsSync(join(PACKAGE_ROOT, 'tools', 'runtime', 'package.json'));
}

/** The package's version, as `package.json` has it. */
export function readVersion(): string {
  const manifest = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
