import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** The block of output that follows a command in the README. */
function outputAfter(command: string): string[] {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  const from = blocks.findIndex(([, , body]) => body === `${command}\n`);
  return (blocks.slice(from).find(([, language]) => language === '')?.[2] ?? '')
    .split('\n')
    .filter((line) => line !== '');
}

it('the README shows of the demo what the demo prints', async () => {
  const shown = outputAfter('npm run demo').filter((line) => line !== '…');
  expect(shown.length).toBeGreaterThan(25);
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'bin/yeta-sim.mjs'), 'demo'], {
    // From the source, as in any checkout: other tests start what is built.
    env: { ...process.env, COLUMNS: '100', YETA_SIM_DIST: '' },
  });
  const printed = stdout.split('\n');
  expect(shown.filter((line) => !printed.includes(line))).toEqual([]);
});
