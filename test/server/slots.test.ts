import { describe, expect, it } from 'vitest';
import { Slots } from '../../src/server/slots.ts';

describe('slots', () => {
  it('hold what was added and not deleted, each once', () => {
    const slots = new Slots<string>();
    const [a, , c] = ['a', 'b', 'c'].map((item) => slots.add(item));
    slots.delete(a ?? -1);
    slots.delete(c ?? -1);
    slots.add('d');
    slots.add('e');
    slots.add('f');
    expect(slots.all().sort()).toEqual(['b', 'd', 'e', 'f']);
  });

  it('are used again: there are as many as were ever held at once', () => {
    const slots = new Slots<number>();
    const seen = new Set<number>();
    for (let n = 0; n < 1000; n++) {
      const slot = slots.add(n);
      seen.add(slot);
      slots.delete(slot);
    }
    expect([...seen]).toEqual([0]);
    expect(slots.all()).toEqual([]);
  });
});
