import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('sip.js is known to one file only', () => {
  const users = globSync('src/**/*.ts').filter((path) => /from 'sip\.js/.test(readFileSync(path, 'utf8')));
  expect(users).toEqual(['src/sip/stack/sip-js.ts']);
});
