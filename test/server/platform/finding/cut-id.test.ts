import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findUncutId } from '../../../../src/server/platform/finding/cut-id.ts';

describe('an id that a JavaScript number has cut', () => {
  it('is led back to the one that it was', () => {
    const known = '346252615123869699';
    const cut = String(Number(known));
    expect(cut).toBe('346252615123869700');
    expect(findUncutId(cut, (id) => id === known)).toBe(known);
  });

  it('is found in every form in which a double is printed', () => {
    const known = '346252615123869699';
    expect(findUncutId('346252615123869696', (id) => id === known)).toBe(known);
  });

  it('is found for every id that a number cannot hold, and for no other one', () => {
    const ids = fc.bigInt(2n ** 53n, 10n ** 18n - 1n);
    fc.assert(
      fc.property(ids, (id) => {
        const known = String(id);
        const sent = String(BigInt(Number(id)));
        if (sent.length > 18) return;
        expect(findUncutId(sent, (other) => other === known)).toBe(sent === known ? null : known);
      }),
    );
  });

  it.each(['129', '9007199254740991', '346252615123869699', 'x', '1e17', '3462526151238696990'])(
    'is not suspected in %s where nobody has a neighbour of it',
    (sent) => {
      expect(findUncutId(sent, () => false)).toBeNull();
    },
  );

  it('is not looked for where the id is known', () => {
    expect(findUncutId('346252615123869700', () => true)).toBeNull();
  });
});
