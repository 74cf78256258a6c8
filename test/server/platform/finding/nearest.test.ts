import { describe, expect, it } from 'vitest';
import { findNearest } from '../../../../src/server/platform/finding/nearest.ts';

const NAMES = ['taskid', 'taskname', 'linenum', 'robotid', 'timebegin', 'timeend', 'calllist'];

describe('the word that is probably meant', () => {
  it.each([
    ['taskidd', 'taskid'],
    ['tskid', 'taskid'],
    ['atskid', 'taskid'],
    ['robtid', 'robotid'],
    ['lineno', 'linenum'],
    ['timebegn', 'timebegin'],
    ['callist', 'calllist'],
  ])('for %s is %s', (word, name) => {
    expect(findNearest(word, NAMES)).toBe(name);
  });

  it.each(['colour', 'x', '', 'phone', 'z'.repeat(1000)])('is none for %s', (word) => {
    expect(findNearest(word, NAMES)).toBeNull();
  });
});
