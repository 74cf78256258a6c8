import { execFileSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** What `dist` is made of, and what is made last. */
const SOURCES = ['src/**/*.ts', 'tools/*.ts', 'fixtures/default.yaml', 'package.json', 'tsconfig*.json'];
const BUILT_LAST = 'dist/default-fixtures.json';

/**
 * Builds, where anything has changed, what the programs that tests start run: what users have, which starts in
 * half the time of the source. Before all tests, once.
 */
export function setup(): void {
  const builtAt = statSync(join(ROOT, BUILT_LAST), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (globSync(SOURCES, { cwd: ROOT }).every((file) => statSync(join(ROOT, file)).mtimeMs < builtAt)) return;
  // Only what has changed; the file by which the compiler knows goes with `dist`, so that it never stands alone.
  run('tsc', ['-p', 'tsconfig.build.json', '--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo']);
  run('node', ['tools/copy-viewer.ts']);
  run('node', ['tools/compile-fixtures.ts']);
}

function run(program: string, args: readonly string[]): void {
  execFileSync(join(ROOT, 'node_modules', '.bin', program), args, { cwd: ROOT, stdio: 'inherit' });
}
