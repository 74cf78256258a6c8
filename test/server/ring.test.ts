import { describe, expect, it } from 'vitest';
import { createRing, cutBody, type Ring } from '../../src/server/ring.ts';

interface Item {
  readonly n: number;
  readonly bytes: number;
}

const createItems = (bounds: { count?: number; bytes?: number } = {}): Ring<Item> =>
  createRing<Item>({ count: bounds.count ?? 100, bytes: bounds.bytes ?? 1000, sizeOf: ({ bytes }) => bytes });

function fill(ring: Ring<Item>, count: number, bytes = 1): void {
  for (let n = 1; n <= count; n++) ring.add({ n, bytes });
}

const idsOf = (page: { items: readonly { id: string }[] }) => page.items.map(({ id }) => Number(id));

describe('a ring', () => {
  it('lists what was added, oldest first, with ascending ids', () => {
    const ring = createItems();
    expect([ring.add({ n: 7, bytes: 1 }), ring.add({ n: 8, bytes: 1 })]).toEqual([1, 2]);
    expect(ring.list()).toEqual({
      items: [
        { id: '1', n: 7, bytes: 1 },
        { id: '2', n: 8, bytes: 1 },
      ],
      next: null,
      dropped: 0,
    });
  });

  it('tells which items go, once each, for lack of room and because it is cleared', () => {
    const gone: number[] = [];
    const ring = createRing<Item>({
      count: 3,
      bytes: 100,
      sizeOf: ({ bytes }) => bytes,
      onDrop: ({ n }) => gone.push(n),
    });
    fill(ring, 5);
    expect(gone).toEqual([1, 2]);
    ring.clear();
    expect(gone).toEqual([1, 2, 3, 4, 5]);
  });

  it('tells of every item that is added, as long as somebody listens', () => {
    const ring = createItems();
    let told = 0;
    const stop = ring.listen(() => {
      told += 1;
    });
    fill(ring, 3);
    stop();
    fill(ring, 2);
    expect(told).toBe(3);
  });

  it('drops the oldest over its count, and counts them', () => {
    const ring = createItems({ count: 3 });
    fill(ring, 10);
    expect(idsOf(ring.list())).toEqual([8, 9, 10]);
    expect([ring.count, ring.bytes, ring.dropped, ring.list().dropped]).toEqual([3, 3, 7, 7]);
  });

  it('drops the oldest over its bytes', () => {
    const ring = createItems({ bytes: 100 });
    fill(ring, 10, 40);
    expect(idsOf(ring.list())).toEqual([9, 10]);
    ring.add({ n: 11, bytes: 90 });
    expect(idsOf(ring.list())).toEqual([11]);
    expect([ring.bytes, ring.dropped]).toEqual([90, 10]);
  });

  it('keeps nothing of an item that is larger than all of it', () => {
    const ring = createItems({ bytes: 100 });
    fill(ring, 2);
    ring.add({ n: 3, bytes: 101 });
    expect([ring.count, ring.bytes, ring.dropped]).toEqual([0, 0, 3]);
    expect(ring.add({ n: 4, bytes: 1 })).toBe(4);
    expect(idsOf(ring.list())).toEqual([4]);
  });

  it('stays bounded and in order over a hundred thousand items', () => {
    const ring = createItems({ count: 50, bytes: 1e9 });
    fill(ring, 100_000);
    expect(idsOf(ring.list())).toEqual(Array.from({ length: 50 }, (_, i) => 99_951 + i));
    expect(ring.dropped).toBe(99_950);
  });

  it('is empty after a clear, and its ids go on', () => {
    const ring = createItems({ count: 3 });
    fill(ring, 5);
    ring.clear();
    expect(ring.list()).toEqual({ items: [], next: null, dropped: 0 });
    expect(ring.bytes).toBe(0);
    expect(ring.add({ n: 6, bytes: 1 })).toBe(6);
    expect(idsOf(ring.list({ after: '5' }))).toEqual([6]);
  });
});

describe('a page of a ring', () => {
  it('leads to the next until there is none', () => {
    const ring = createItems();
    fill(ring, 7);
    const seen: number[][] = [];
    for (let after: string | null = '0'; after !== null; ) {
      const page = ring.list({ after, limit: 3 });
      seen.push(idsOf(page));
      after = page.next;
    }
    expect(seen).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  });

  it('begins at the oldest that is left if what it comes after was dropped', () => {
    const ring = createItems({ count: 3 });
    fill(ring, 10);
    expect(idsOf(ring.list({ after: '2' }))).toEqual([8, 9, 10]);
    expect(idsOf(ring.list({ after: '8' }))).toEqual([9, 10]);
    expect(idsOf(ring.list({ after: '10' }))).toEqual([]);
    expect(idsOf(ring.list({ after: '4711' }))).toEqual([]);
    expect(idsOf(ring.list({ after: 'nonsense' }))).toEqual([8, 9, 10]);
  });

  it('holds what passes the filter, and leads on only if more does', () => {
    const ring = createItems();
    fill(ring, 20);
    const page = ring.list({ limit: 2, filter: ({ n }) => n % 7 === 0 });
    expect([idsOf(page), page.next]).toEqual([[7, 14], null]);
    const first = ring.list({ limit: 1, filter: ({ n }) => n % 7 === 0 });
    expect([idsOf(first), first.next]).toEqual([[7], '7']);
  });

  it('holds a thousand at most', () => {
    const ring = createItems({ count: 5000, bytes: 1e9 });
    fill(ring, 2500);
    expect(ring.list().items).toHaveLength(1000);
    expect(ring.list({ limit: 1_000_000 }).items).toHaveLength(1000);
    expect(ring.list({ limit: -1 }).items).toHaveLength(1);
  });
});

describe('a body', () => {
  it('of up to 16 KiB is kept as it is', () => {
    const body = 'x'.repeat(16 * 1024);
    expect(cutBody(body)).toBe(body);
    expect(cutBody('汉'.repeat(5461))).toBe('汉'.repeat(5461));
  });

  it('over 16 KiB is cut and marked, between two characters', () => {
    expect(cutBody('x'.repeat(20_000))).toBe(`${'x'.repeat(16_384)}… [cut: 16384 of 20000 bytes]`);
    expect(cutBody('汉'.repeat(5462))).toBe(`${'汉'.repeat(5461)}… [cut: 16383 of 16386 bytes]`);
    expect(cutBody('😀'.repeat(3), 5)).toBe('😀… [cut: 4 of 12 bytes]');
  });
});
