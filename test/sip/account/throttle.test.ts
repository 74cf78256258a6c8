import { expect, it } from 'vitest';
import { Throttle } from '../../../src/sip/account/throttle.ts';

it('blocks after the third wrong password in a row, for 30 s', () => {
  let now = 0;
  const throttle = new Throttle(() => now);
  throttle.noteWrong('a');
  throttle.noteWrong('a');
  expect(throttle.isBlocked('a')).toBe(false);
  throttle.noteWrong('a');
  expect([throttle.isBlocked('a'), throttle.isBlocked('b')]).toEqual([true, false]);
  now = 29_999;
  expect(throttle.isBlocked('a')).toBe(true);
  now = 30_000;
  expect(throttle.isBlocked('a')).toBe(false);
  throttle.noteWrong('a');
  expect(throttle.isBlocked('a')).toBe(false);
});

it('begins anew after a right one', () => {
  const throttle = new Throttle(() => 0);
  for (let i = 0; i < 10; i++) {
    throttle.noteWrong('a');
    throttle.noteWrong('a');
    throttle.noteRight('a');
  }
  expect(throttle.isBlocked('a')).toBe(false);
});

it('keeps the latest 10,000 only', () => {
  const throttle = new Throttle(() => 0);
  for (let i = 0; i < 3; i++) throttle.noteWrong('first');
  for (let i = 0; i < 10_000; i++) throttle.noteWrong(`other ${i}`);
  expect(throttle.isBlocked('first')).toBe(false);
});
