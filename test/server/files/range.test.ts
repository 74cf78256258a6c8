import { describe, expect, it } from 'vitest';
import { readRange } from '../../../src/server/files/range.ts';

describe('a range', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 1 }],
    ['bytes=0-99', { start: 0, end: 100 }],
    ['bytes=10-19', { start: 10, end: 20 }],
    ['bytes=90-', { start: 90, end: 100 }],
    ['bytes=99-', { start: 99, end: 100 }],
    ['bytes=10-4711', { start: 10, end: 100 }],
    ['bytes=-1', { start: 99, end: 100 }],
    ['bytes=-100', { start: 0, end: 100 }],
    ['bytes=-4711', { start: 0, end: 100 }],
    ['Bytes= 10 - 19 ', { start: 10, end: 20 }],
    ['bytes=0-99999999999999999999', { start: 0, end: 100 }],
  ])('%s of 100 bytes is %j', (header, range) => {
    expect(readRange(header, 100)).toEqual(range);
  });

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=4711-', 'bytes=-0', 'bytes=99999999999999999999-'])(
    '%s of 100 bytes cannot be satisfied',
    (header) => {
      expect(readRange(header, 100)).toBe('unsatisfiable');
    },
  );

  it.each([
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=20-10',
    'bytes=0-1,5-6',
    'lines=0-1',
  ])('%s asks for all of it', (header) => {
    expect(readRange(header, 100)).toBe(null);
  });

  it('of nothing cannot be satisfied', () => {
    expect(readRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(readRange('bytes=-5', 0)).toBe('unsatisfiable');
  });
});
