import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeEach } from 'vitest';

/** Skips the tests of this file where a program of the system is missing, and says how to get it. */
export function needProgram(name: string, debianPackage: string): void {
  const isMissing = !isInstalled(name);
  beforeEach(({ skip }) => skip(isMissing, `${name} is not installed (Debian: ${debianPackage})`));
}

function isInstalled(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
