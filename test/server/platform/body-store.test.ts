import { describe, expect, it } from 'vitest';
import { BodyStore, bytesOf, type StoredBody } from '../../../src/server/platform/body-store.ts';

const body = (length: number, byte = 1) => new Uint8Array(length).fill(byte);

describe('a store of bodies', () => {
  it('copies a body: what becomes of the buffer that it came in does not matter', () => {
    const came = body(3);
    const stored = new BodyStore(100).put(came);
    came.fill(9);
    expect([...bytesOf(stored)]).toEqual([1, 1, 1]);
  });

  it('keeps the first bytes of a long one, and how many there were', () => {
    const stored = new BodyStore(100).put(body(250));
    expect(stored).toMatchObject({ length: 100, total: 250 });
    expect(bytesOf(stored)).toHaveLength(100);
  });

  it('takes no more memory for any number of bodies that come and go', () => {
    const store = new BodyStore(100);
    const segments = new Set<unknown>();
    const kept: StoredBody[] = [];
    for (let n = 0; n < 1000; n++) {
      kept.push(store.put(body(90)));
      segments.add(kept.at(-1)?.segment);
      if (kept.length > 8) store.remove(kept.shift() as StoredBody);
    }
    // Eight bodies fill two segments; one more is written, and one waits.
    expect(segments.size).toBeLessThanOrEqual(4);
  });

  it('leaves the others alone when one is taken out', () => {
    const store = new BodyStore(100);
    const kept: StoredBody[] = [];
    for (let n = 0; n < 50; n++) kept.push(store.put(body(60, n)));
    for (const n of [3, 1, 0, 2, 4, 5, 7, 6]) store.remove(kept[n] as StoredBody);
    for (let n = 0; n < 50; n++) kept.push(store.put(body(60, 100 + n)));
    for (let n = 8; n < 50; n++) expect([...new Set(bytesOf(kept[n] as StoredBody))]).toEqual([n]);
    for (let n = 0; n < 50; n++) expect([...new Set(bytesOf(kept[50 + n] as StoredBody))]).toEqual([100 + n]);
  });

  it('uses the segment that it writes into again if all in it were taken out', () => {
    const store = new BodyStore(100);
    const first = store.put(body(60));
    store.remove(first);
    expect(store.put(body(60))).toMatchObject({ segment: first.segment, start: 0 });
  });
});
