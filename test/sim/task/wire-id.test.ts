import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIRST_LARGE_ID, LARGE_IDS, SMALL_IDS } from '../../../src/sim/task/wire-id.ts';

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

  it.each(['99999999999999999', '1000000000000000000', '346252615123869699x', '-1', ''])(
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
