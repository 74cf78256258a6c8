import { describe, expect, it } from 'vitest';
import { describeResult, isAnswered, isResult, RESULT_NUMBERS } from '../../../src/sim/call/result.ts';

describe('the table of results', () => {
  it('has the 21 numbers of the platform, in its order', () => {
    expect(RESULT_NUMBERS).toEqual([
      -1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 18, 19, 20, 22, 23, 25, 26, 27, 28,
    ]);
  });

  it('counts 0, 15, 16, 18 and 19 as answered and nothing else', () => {
    expect(RESULT_NUMBERS.filter(isAnswered)).toEqual([0, 15, 16, 18, 19]);
  });

  it('describes results as the platform does', () => {
    expect([15, 16, 20, -1, 28].map(describeResult)).toEqual([
      '客户接听后并主动挂机',
      '客户掉线',
      '用户未接',
      '超时',
      '线路故障',
    ]);
  });

  it('has no description twice', () => {
    expect(new Set(RESULT_NUMBERS.map(describeResult)).size).toBe(21);
  });

  it.each([1, 10, 17, 21, 24, 29, -2])('does not know %i', (result) => {
    expect(isResult(result)).toBe(false);
    expect(isAnswered(result)).toBe(false);
    expect(() => describeResult(result)).toThrow('stands in no table');
  });
});
