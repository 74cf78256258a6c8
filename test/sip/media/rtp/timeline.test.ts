import { describe, expect, it } from 'vitest';
import { Timeline } from '../../../../src/sip/media/rtp/timeline.ts';

const MS = 8;

/** Places packets of 20 ms: when each arrives (ms), which number it has, and whether it comes late. */
function placeAll(
  timeline: Timeline,
  packets: readonly [arrivesMs: number, number: number, late?: 'late'][],
): number[] {
  return packets.map(([arrivesMs, number, late]) => {
    const timestamp = (2 ** 32 - 320 + number * 160) % 2 ** 32;
    return timeline.place(timestamp, arrivesMs * MS, late === undefined) / MS;
  });
}

describe('a timeline', () => {
  it('places the first packet where it arrives and the others by their timestamps', () => {
    const places = placeAll(new Timeline(), [
      [500, 0],
      [533, 1],
      [533, 2],
      [610, 5],
      [612, 4, 'late'],
    ]);
    expect(places).toEqual([500, 520, 540, 600, 580]);
  });

  it.each([
    ['ahead', 1000],
    ['far ahead', 100_000_000],
    ['back', -30],
    ['far back', -100_000_000],
  ])('follows a clock that jumps %s', (_where, by) => {
    const places = placeAll(new Timeline(), [
      [0, 0],
      [20, 1],
      [40, 2 + by],
      [60, 3 + by],
    ]);
    expect(places).toEqual([0, 20, 40, 60]);
  });

  it('follows a clock that stood still for long', () => {
    expect(
      placeAll(new Timeline(), [
        [0, 0],
        [3000, 1],
        [3020, 2],
      ]),
    ).toEqual([0, 3000, 3020]);
  });

  it('follows a clock that stood still for a moment within four seconds', () => {
    const packets = Array.from({ length: 300 }, (_, i): [number, number] => [i * 20 + (i > 0 ? 300 : 0), i]);
    const places = placeAll(new Timeline(), packets);
    expect(places[1]).toBe(20);
    expect(places.at(-1)).toBe(299 * 20 + 300);
  });

  it('follows a clock that is 0.1 % slow over minutes', () => {
    const packets = Array.from({ length: 15_000 }, (_, i): [number, number] => [Math.round(i * 20.02), i]);
    const places = placeAll(new Timeline(), packets);
    const worst = Math.max(...packets.map(([at], i) => Math.abs(at - (places[i] as number))));
    expect(worst).toBeLessThan(70);
  });

  it('holds still under jitter', () => {
    const packets = Array.from({ length: 500 }, (_, i): [number, number] => [i * 20 + ((i * 37) % 50), i]);
    expect(placeAll(new Timeline(), packets)).toEqual(packets.map(([, number]) => number * 20));
  });

  it('places an event by the same clock, but never in the future', () => {
    const timeline = new Timeline();
    expect(timeline.placeEvent(1000, 4000)).toBe(4000);
    timeline.place(1000, 8000, true);
    expect(timeline.placeEvent(1160, 8400)).toBe(8160);
    expect(timeline.placeEvent(9000, 8400)).toBe(8400);
  });
});
