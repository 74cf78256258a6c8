import { execFileSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** What `dist` is made of, and what of it is made last. */
const SOURCES = ['src/**/*.ts', 'tools/*.ts', 'fixtures/default.yaml', 'package.json', 'tsconfig*.json'];
const MADE_LAST = 'dist/default-fixtures.json';

/**
 * Builds, before all tests and where anything has changed, what the programs that tests start run: what users have,
 * which starts in two thirds of the time of the source.
 */
export function setup(): void {
  const madeAt = statSync(join(ROOT, MADE_LAST), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (globSync(SOURCES, { cwd: ROOT }).every((file) => statSync(join(ROOT, file)).mtimeMs < madeAt)) return;
  // A test may be run before all types fit. What tells the compiler what it has made lies with that, and goes with it.
  const quickly = ['--noCheck', '--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'];
  runNode('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', ...quickly);
  runNode('tools/copy-viewer.ts');
  runNode('tools/compile-fixtures.ts');
}

function runNode(...args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
}
