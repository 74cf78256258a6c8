import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtempDisposable, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const RECIPES = join(import.meta.dirname, 'recipe');
/** On its own beside the project's dependencies, of which it would be two thirds. */
const JEST = join(RECIPES, 'jest/node_modules/jest/bin/jest.js');
const DOCUMENT = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');

const run = promisify(execFile);

/** A recipe as a reader would write it: with the package's name, and without words to this project's linter. */
function readRecipe(name: string): string {
  return readFileSync(join(RECIPES, name), 'utf8')
    .replace("'../../../src/index.ts'", "'yeta-sim'")
    .replace(/^ *\/\/ biome-ignore.*\n/gm, '');
}

describe('the recipes of docs/testing.md', () => {
  it.each([
    ['vitest', 'ts', 'vitest.test.ts'],
    ['node:test', 'ts', 'node-test.ts'],
    ['jest', 'js', 'jest.mjs'],
  ])('are those that are run: %s', (runner, language, name) => {
    expect(DOCUMENT).toMatch(new RegExp(`^### ${runner}$`, 'm'));
    expect(DOCUMENT).toContain(`\`\`\`${language}\n${readRecipe(name)}\`\`\`\n`);
  });

  it('run under node:test', async () => {
    const recipe = join(RECIPES, 'node-test.ts');
    const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', recipe]);
    expect(stdout).toMatch(/^# pass 1$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
  });

  it('run under jest', { timeout: 60_000 }, async ({ skip }) => {
    skip(!existsSync(JEST), 'jest is not installed: npm install --no-save --prefix test/library/recipe/jest');
    // jest knows no type stripping: it gets the package as it is published.
    await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-jest-'));
    const installed = join(folder.path, 'node_modules/yeta-sim');
    await mkdir(installed, { recursive: true });
    for (const name of ['package.json', 'fixtures'])
      await cp(join(ROOT, name), join(installed, name), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(installed, 'node_modules'));
    await run(join(ROOT, 'node_modules/.bin/tsc'), [
      '-p',
      join(ROOT, 'tsconfig.build.json'),
      '--outDir',
      join(installed, 'dist'),
    ]);
    await writeFile(join(folder.path, 'package.json'), '{}');
    await writeFile(join(folder.path, 'recipe.test.mjs'), readRecipe('jest.mjs'));
    const { stderr } = await run(process.execPath, [JEST, '--rootDir', '.', '--testMatch', '**/*.test.mjs'], {
      cwd: folder.path,
      env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules' },
    });
    expect(stderr).toMatch(/^Tests: +1 passed, 1 total$/m);
  });

  it('ask the same of everyone', () => {
    const testOf = (recipe: string) => recipe.slice(recipe.indexOf('  await sim.rules.add'));
    expect(testOf(readRecipe('jest.mjs'))).toBe(testOf(readRecipe('vitest.test.ts')));
  });
});
