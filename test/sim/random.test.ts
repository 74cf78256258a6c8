import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveChance, draw, drawHex, drawInteger, drawWeighted } from '../../src/sim/random.ts';

const root = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const MANY = 40_000;

/** Chi-squared of counts that should be equal. */
function chiSquared(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const expected = total / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** How often each of so many buckets was hit. */
function bucket(values: Iterable<number>, buckets: number): number[] {
  const counts = Array<number>(buckets).fill(0);
  for (const value of values) {
    const index = Math.floor(value * buckets);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

function* range(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield i;
}

/** Above this lies one in ten thousand of all chi-squareds with 63 degrees of freedom. */
const LIMIT_63 = 112;

describe('a draw', () => {
  it.each([
    ['calls in a row', (i: number) => draw(deriveChance(1, 'call', 1_000_004, i, 0), 'call-result')],
    ['tasks in a row', (i: number) => draw(deriveChance(1, 'call', 1_000_000 + i, 1, 0), 'call-result')],
    ['seeds in a row', (i: number) => draw(deriveChance(i, 'call', 1_000_004, 1, 0), 'call-result')],
    ['indexes in a row', (i: number) => draw(4711, 'walk', i)],
    ['roots in a row', (i: number) => draw(i, 'x')],
    ['roots far apart', (i: number) => draw(i * 2 ** 37, 'x')],
    ['purposes in a row', (i: number) => draw(1, `purpose-${i}`)],
    ['large ids', (i: number) => draw(deriveChance(1, 2 ** 52 + i), 'x')],
  ])('is uniform over %s', (_, drawAt) => {
    const values = [...range(MANY)].map(drawAt);
    expect(chiSquared(bucket(values, 64))).toBeLessThan(LIMIT_63);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    // No draw says anything about the next.
    const pairs = values.slice(1).map((value, i) => (Math.floor(value * 8) + (values[i] ?? 0)) / 8);
    expect(chiSquared(bucket(pairs, 64))).toBeLessThan(LIMIT_63);
  });

  it('that is not uniform would be seen', () => {
    const skewed = [...range(MANY)].map((i) => draw(i, 'x') ** 1.05);
    expect(chiSquared(bucket(skewed, 64))).toBeGreaterThan(LIMIT_63);
  });

  it('has its 53 bits evenly set', () => {
    const counts = Array<number>(53).fill(0);
    for (const i of range(20_000)) {
      const value = BigInt(deriveChance(i, 'bits'));
      for (let bit = 0; bit < 53; bit++)
        if ((value >> BigInt(bit)) & 1n) counts[bit] = (counts[bit] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count / 20_000 - 0.5)).toBeLessThan(0.02);
  });

  it('is the same whenever and in whatever order it is drawn, and shifts no other', () => {
    fc.assert(
      fc.property(root, fc.array(fc.tuple(fc.string(), fc.nat(100)), { maxLength: 20 }), (chance, keys) => {
        const straight = keys.map(([purpose, index]) => draw(chance, purpose, index));
        const backwards = keys.toReversed().map(([purpose, index]) => {
          draw(chance, 'one more in between');
          return draw(chance, purpose, index);
        });
        expect(backwards.toReversed()).toEqual(straight);
      }),
    );
  });

  it('tells apart every part of its key, and where one ends and the next begins', () => {
    const keys: (string | number)[][] = [
      [],
      [0],
      [0, 0],
      ['0'],
      [''],
      ['', ''],
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc'],
      ['cab'],
      [1],
      [2 ** 32],
      [2 ** 32 + 1],
      [1, 2],
      [2, 1],
      [-1],
      ['客户'],
      ['户客'],
    ];
    const chances = keys.map((parts) => deriveChance(7, ...parts));
    expect(new Set(chances).size).toBe(keys.length);
    const roots = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1].map((seed) => deriveChance(seed, 'x'));
    expect(new Set(roots).size).toBe(6);
  });

  it('meets no other among many', () => {
    const seen = new Set<number>();
    for (const task of range(30)) {
      for (const row of range(3000))
        for (const tries of range(3)) seen.add(deriveChance(1, 'call', task, row, tries));
    }
    expect(seen.size).toBe(30 * 3000 * 3);
  });

  it('gives a root that is an integer of 53 bits', () => {
    fc.assert(
      fc.property(root, fc.array(fc.oneof(fc.string(), fc.integer())), (chance, parts) => {
        const derived = deriveChance(chance, ...parts);
        expect(Number.isSafeInteger(derived) && derived >= 0).toBe(true);
      }),
    );
  });
});

describe('an integer', () => {
  it('lies within its bounds, both included, each as likely as the others', () => {
    const counts = Array<number>(8).fill(0);
    for (const i of range(MANY)) {
      const value = drawInteger(i, 'x', [10, 17]);
      counts[value - 10] = (counts[value - 10] ?? 0) + 1;
    }
    expect(counts).toHaveLength(8);
    // One in ten thousand with 7 degrees of freedom.
    expect(chiSquared(counts)).toBeLessThan(28);
  });

  it('is never anywhere else', () => {
    fc.assert(
      fc.property(root, fc.integer({ min: -1e6, max: 1e6 }), fc.nat(1e6), (chance, min, span) => {
        const value = drawInteger(chance, 'x', [min, min + span]);
        expect(value).toBeGreaterThanOrEqual(min);
        expect(value).toBeLessThanOrEqual(min + span);
        expect(Number.isInteger(value)).toBe(true);
      }),
    );
  });
});

describe('a weighted draw', () => {
  it('takes each as often as its weight says', () => {
    const choices = [
      { value: 'never', weight: 0 },
      { value: 'seldom', weight: 0.5 },
      { value: 'often', weight: 3.5 },
      { value: 'mostly', weight: 6 },
    ];
    const counts = new Map<string, number>();
    for (const i of range(MANY)) {
      const value = drawWeighted(i, 'x', choices);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect(counts.get('never')).toBeUndefined();
    for (const { value, weight } of choices.slice(1))
      expect(Math.abs((counts.get(value) ?? 0) / MANY - weight / 10)).toBeLessThan(0.01);
  });

  it('of weights that are all 0 is the last, and of nothing a mistake', () => {
    const none = [
      { value: 1, weight: 0 },
      { value: 2, weight: 0 },
    ];
    expect(drawWeighted(5, 'x', none)).toBe(2);
    expect(() => drawWeighted(5, 'x', [])).toThrow('nothing to draw from for "x"');
  });
});

describe('hexadecimal digits', () => {
  it('are as many as asked for, and evenly spread', () => {
    fc.assert(
      fc.property(root, fc.integer({ min: 0, max: 40 }), (chance, bytes) => {
        expect(drawHex(chance, 'x', bytes)).toMatch(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
      }),
    );
    const digits = [...drawHex(1, 'x', MANY / 2)].map((digit) => Number.parseInt(digit, 16) / 16);
    // One in ten thousand with 15 degrees of freedom.
    expect(chiSquared(bucket(digits, 16))).toBeLessThan(44);
  });
});

describe('golden values', () => {
  // The same seed, fixtures, clock and requests give the same bytes, from release to release.
  it('stay what they are', () => {
    expect(deriveChance(1, 'call', 1_000_004, 1, 0)).toBe(GOLDEN.call);
    expect(draw(1, 'call-result')).toBe(GOLDEN.draw);
    expect(drawInteger(42, 'ring', [0, 1_000_000], 3)).toBe(GOLDEN.integer);
    expect(drawHex(7, 'token', 16)).toBe(GOLDEN.hex);
    expect(deriveChance(2 ** 53 - 1, '客户', -1, 2 ** 40)).toBe(GOLDEN.chinese);
  });
});

const GOLDEN = {
  call: 2_502_802_105_863_552,
  draw: 0.8163792305561521,
  integer: 319_436,
  hex: '3b155ad03854f4c920f00348e1d8b394',
  chinese: 7_145_230_084_104_322,
};
