import { describe, expect, it } from 'vitest';
import { collectGarbage, isWorthIt } from '../../src/cli/memory.ts';

const MIB = 1024 * 1024;

describe('memory is given back', () => {
  const quiet = { usedMicros: 50_000, passedMs: 5000, had: 140 * MIB };

  it.each([
    ['by a process with nothing to do that has grown', { ...quiet, has: 300 * MIB }, true],
    ['not by one that has hardly grown', { ...quiet, has: 160 * MIB }, false],
    ['not by one that works', { ...quiet, usedMicros: 300_000, has: 300 * MIB }, false],
    ['not by one that worked just before', { ...quiet, passedMs: 500, has: 300 * MIB }, false],
  ])('%s', (_, look, expected) => {
    expect(isWorthIt(look)).toBe(expected);
  });

  it('whatever nobody holds any more', async () => {
    const garbage = new WeakRef({ text: 'x'.repeat(1000) });
    // What a WeakRef was asked for in a turn of the loop lives until its end.
    await new Promise((resolve) => setImmediate(resolve));
    await collectGarbage();
    expect(garbage.deref()).toBeUndefined();
  });
});
