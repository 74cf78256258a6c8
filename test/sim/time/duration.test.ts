import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../src/sim/time/duration.ts';

describe('a duration', () => {
  it.each([
    ['0s', 0],
    ['250ms', 250],
    ['5s', 5000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['1.5h', 5_400_000],
    ['0.5ms', 1],
  ])('of %s has %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', 's', '-1s', '1 s', '1s1m', '1s1s', '1S', '1e3s', 'P1D', '.5s', `${'9'.repeat(20)}d`])(
    'is none: %j',
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );
});
