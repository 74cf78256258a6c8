import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/testing.md'), 'utf8');

/** A recipe as a reader would write it: with the package's name, and without words to this project's linter. */
function readRecipe(name: string): string {
  return readFileSync(join(import.meta.dirname, 'recipe', name), 'utf8')
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
    const recipe = join(import.meta.dirname, 'recipe/node-test.ts');
    const { stdout } = await promisify(execFile)(process.execPath, ['--test', '--test-reporter=tap', recipe]);
    expect(stdout).toMatch(/^# pass 1$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
  });

  it('ask the same of jest as of vitest, which is here', () => {
    const testOf = (recipe: string) => recipe.slice(recipe.indexOf('  await sim.rules.add'));
    expect(testOf(readRecipe('jest.mjs'))).toBe(testOf(readRecipe('vitest.test.ts')));
  });
});
