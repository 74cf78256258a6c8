import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('sip.js is known to one folder only', () => {
  const users = globSync('src/**/*.ts').filter((path) => /from 'sip\.js/.test(readFileSync(path, 'utf8')));
  expect(users).not.toEqual([]);
  expect(users.filter((path) => !path.startsWith('src/sip/stack/sip-js/'))).toEqual([]);
});
