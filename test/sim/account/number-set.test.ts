import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MARKS, markOf, NumberSet } from '../../../src/sim/account/number-set.ts';

const number = fc.stringMatching(/^1[3-9]\d{9}$/);

describe('a set of numbers', () => {
  it('has what was put in and nothing else', () => {
    fc.assert(
      fc.property(fc.array(number), fc.array(number), (inside, asked) => {
        const numbers = new NumberSet(inside);
        for (const each of inside) expect(numbers.has(each)).toBe(true);
        for (const each of asked) expect(numbers.has(each)).toBe(inside.includes(each));
      }),
    );
  });

  it('tells numbers apart that end alike', () => {
    const numbers = new NumberSet(['13800123456']);
    expect(markOf('13900123456')).toBe(markOf('13800123456'));
    expect(numbers.has('13900123456')).toBe(false);
  });

  it('takes any text', () => {
    const numbers = new NumberSet(['', '张']);
    expect(['', '张', '1', '\ud800'].map((text) => numbers.has(text))).toEqual([true, true, false, false]);
    expect(markOf('\uffff'.repeat(20))).toBeLessThan(MARKS);
  });
});
