import { describe, expect, it } from 'vitest';
import { KeyReader } from '../../../../src/sip/media/rtp/key-reader.ts';

interface Event {
  readonly code: number;
  readonly timestamp: number;
  readonly marker?: boolean;
  readonly isEnd?: boolean;
}

function keysOf(...events: Event[]): (string | null)[] {
  const reader = new KeyReader();
  return events.map(({ code, timestamp, marker = false, isEnd = false }) =>
    reader.read({ payload: Uint8Array.of(code, isEnd ? 0x8a : 0x0a, 0, 160), timestamp, marker }),
  );
}

describe('a key', () => {
  it('is told once, by whichever of its packets comes first', () => {
    const whole = { code: 5, timestamp: 800 };
    expect(keysOf({ ...whole, marker: true }, whole, { ...whole, isEnd: true }, whole)).toEqual([
      '5',
      null,
      null,
      null,
    ]);
    expect(keysOf({ ...whole, isEnd: true }, { ...whole, isEnd: true })).toEqual(['5', null]);
  });

  it('is told again when it is pressed again, also if no end was heard', () => {
    expect(
      keysOf({ code: 1, timestamp: 800 }, { code: 1, timestamp: 4000 }, { code: 1, timestamp: 800 }),
    ).toEqual(['1', '1', null]);
  });

  it.each([
    [9, '9'],
    [10, '*'],
    [11, '#'],
    [12, 'A'],
    [15, 'D'],
    [16, null],
    [255, null],
  ])('with the number %i is %s', (code, key) => {
    expect(keysOf({ code, timestamp: 1 })).toEqual([key]);
  });

  it('that is held for longer than an event can last is one', () => {
    const held = { code: 2, timestamp: 1000 };
    expect(keysOf(held, { code: 2, timestamp: 1000 + 0xffff })).toEqual(['2', null]);
    expect(keysOf(held, { code: 2, timestamp: 1000 + 0xffff, marker: true })).toEqual(['2', '2']);
  });

  it('is not in a packet that is too short', () => {
    expect(new KeyReader().read({ payload: Uint8Array.of(1, 10, 0), timestamp: 1, marker: true })).toBeNull();
  });
});
