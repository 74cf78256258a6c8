import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIRST_LARGE_ID, largeIds, SMALL_IDS } from '../../../src/sim/task/wire-id.ts';

const LARGE_IDS = largeIds('');

const anyLargeId = fc.integer({ min: FIRST_LARGE_ID, max: Number.MAX_SAFE_INTEGER - 100 });

describe('large ids', () => {
  it('have 18 digits for a row, are above 2^53, and can be read back', () => {
    fc.assert(
      fc.property(anyLargeId, (id) => {
        const wire = LARGE_IDS.row(id);
        expect(wire).toMatch(/^\d{18}$/);
        expect(BigInt(wire)).toBeGreaterThan(2n ** 53n);
        expect(LARGE_IDS.parseRow(wire)).toBe(id);
      }),
    );
  });

  it('are the same for a row alone and for one among others', () => {
    fc.assert(
      fc.property(anyLargeId, fc.integer({ min: 1, max: 50 }), (first, count) => {
        const alone = Array.from({ length: count }, (_, offset) => LARGE_IDS.row(first + offset));
        expect(LARGE_IDS.rows({ first, count })).toBe(alone.join(','));
      }),
      { numRuns: 1000 },
    );
  });

  it('are as they stand for the rows of fixtures', () => {
    expect(LARGE_IDS.rows({ first: 999_998, count: 3 })).toBe(`999998,999999,${LARGE_IDS.row(1_000_000)}`);
    expect(LARGE_IDS.parseRow('999999')).toBe(999_999);
  });

  it('are of one universe alone', () => {
    const universes = ['', '100000000000', '100000000001', '999999999999'].map(largeIds);
    const [firsts, lasts] = [FIRST_LARGE_ID, FIRST_LARGE_ID + 8_999].map((id) =>
      universes.flatMap((ids) => [ids.task(id), ids.row(id * 100)]),
    );
    const all = [...(firsts ?? []), ...(lasts ?? [])];
    expect(new Set(all).size).toBe(16);
    for (const ids of universes) {
      expect(ids.parseTask(ids.task(FIRST_LARGE_ID + 8_999))).toBe(FIRST_LARGE_ID + 8_999);
      expect(ids.rows({ first: 7_654_321, count: 2 })).toBe(`${ids.row(7_654_321)},${ids.row(7_654_322)}`);
      expect(ids.parseRow(ids.row(7_654_321))).toBe(7_654_321);
    }
  });

  it.each(['99999999999999999', '1000000000000000000', '346252615123869699x', '0129', '-1', ''])(
    'do not take %j for a row',
    (wire) => {
      expect(LARGE_IDS.parseRow(wire)).toBeNull();
    },
  );
});

describe('small ids', () => {
  it('are the rowids', () => {
    expect(SMALL_IDS.rows({ first: 8, count: 3 })).toBe('8,9,10');
    expect(SMALL_IDS.parseRow('9')).toBe(9);
  });
});
