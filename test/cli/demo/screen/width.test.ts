import { describe, expect, it } from 'vitest';
import { cut, padEnd, widthOf, wrap } from '../../../../src/cli/demo/screen/width.ts';

describe('the width of a text in a terminal', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['贷款', 4],
    ['「1」，a', 8],
    ['ａ', 2],
    ['𠮷', 2],
    ['█·…', 3],
  ])('%s takes %i columns', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});

it('a text is filled up to a width, and a longer one left as it is', () => {
  expect(padEnd('贷款', 6)).toBe('贷款  ');
  expect(padEnd('贷款', 3)).toBe('贷款');
});

describe('a text is cut', () => {
  it.each([
    ['贷款还款', 8, '贷款还款'],
    ['贷款还款', 7, '贷款还…'],
    ['贷款还款', 6, '贷款…'],
    ['abcdef', 3, 'ab…'],
  ])('%s to %i columns', (text, width, expected) => {
    expect(cut(text, width)).toBe(expected);
    expect(widthOf(cut(text, width))).toBeLessThanOrEqual(width);
  });
});

describe('a text is wrapped', () => {
  it('at any character', () => {
    expect(wrap('贷款还款提醒', 4)).toEqual(['贷款', '还款', '提醒']);
    expect(wrap('', 4)).toEqual(['']);
  });

  it('with no mark at the beginning of a line', () => {
    expect(wrap('贷款，还款。', 4)).toEqual(['贷款，', '还款。']);
  });
});
