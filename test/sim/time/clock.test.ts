import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClockMode } from '../../../src/sim/config.ts';
import { Clock } from '../../../src/sim/time/clock.ts';

/** A clock and the wall that it looks at. */
function clockAt(mode: ClockMode, position: number, speed = 1) {
  const wall = { now: 1_000_000 };
  const clock = new Clock({ mode, speed, position, wall: () => wall.now });
  return { wall, clock };
}

describe('a manual clock', () => {
  it('stands, whatever the wall does', () => {
    const { clock, wall } = clockAt('manual', 500);
    wall.now += 3_600_000;
    expect([clock.target, clock.position]).toEqual([500, 500]);
    expect(clock.wallUntil(501)).toBe(Number.POSITIVE_INFINITY);
  });

  it('moves on command, and never back', () => {
    const { clock } = clockAt('manual', 500);
    clock.moveTo(700);
    expect(clock.target).toBe(700);
    clock.moveTo(600);
    expect([clock.target, clock.position]).toEqual([700, 700]);
  });
});

describe('a clock that is to stand', () => {
  it.each<[ClockMode, number]>([
    ['real', 1],
    ['scaled', 60],
  ])('%s stands where all has happened', (mode, speed) => {
    const { clock, wall } = clockAt(mode, 1_000_000, speed);
    wall.now += 1000;
    clock.moveTo(1_000_400);
    clock.stand();
    wall.now += 1000;
    clock.shift(1000);
    expect([clock.target, clock.position]).toEqual([1_000_400, 1_000_400]);
  });
});

describe('a real clock', () => {
  it('goes with the wall', () => {
    const { clock, wall } = clockAt('real', 1_000_000);
    wall.now += 250;
    expect(clock.target).toBe(1_000_250);
    // What has happened by then is another matter.
    expect(clock.position).toBe(1_000_000);
    expect(clock.wallUntil(1_001_000)).toBe(750);
    expect(clock.wallUntil(1_000_100)).toBe(0);
  });

  it('stands while the wall goes back, until it has caught up', () => {
    const { clock, wall } = clockAt('real', 1_000_000);
    wall.now += 500;
    clock.moveTo(clock.target);
    wall.now -= 400;
    expect(clock.target).toBe(1_000_500);
    wall.now += 450;
    expect(clock.target).toBe(1_000_550);
  });

  it('keeps the offset by which it was moved', () => {
    const { clock, wall } = clockAt('real', 1_000_000);
    clock.shift(60_000);
    expect(clock.target).toBe(1_060_000);
    clock.moveTo(1_060_000);
    wall.now += 100;
    expect(clock.target).toBe(1_060_100);
    // Moved ahead of its target, it goes on from there.
    clock.moveTo(1_070_000);
    wall.now += 1;
    expect(clock.target).toBe(1_070_001);
  });

  it('takes no speed', () => {
    expect(clockAt('real', 0, 60).clock.speed).toBe(1);
    expect(clockAt('manual', 0, 60).clock.speed).toBe(1);
  });
});

describe('a scaled clock', () => {
  it('is as many times as fast as the wall, in whole ms', () => {
    const { clock, wall } = clockAt('scaled', 0, 60);
    wall.now += 1000;
    expect(clock.target).toBe(60_000);
    expect(clock.wallUntil(120_000)).toBe(1000);
    const slow = clockAt('scaled', 0, 0.3);
    slow.wall.now += 5;
    expect(slow.clock.target).toBe(1);
  });
});

describe('a change of mode', () => {
  it('goes on from the instant that it shows', () => {
    const { clock, wall } = clockAt('real', 1_000_000);
    wall.now += 1000;
    clock.setMode('scaled', 100);
    expect(clock.target).toBe(1_001_000);
    wall.now += 10;
    expect(clock.target).toBe(1_002_000);
    clock.setMode('real', 7);
    expect([clock.target, clock.speed]).toEqual([1_002_000, 1]);
    wall.now += 10;
    expect(clock.target).toBe(1_002_010);
  });

  it('from manual to running does not count the time it stood', () => {
    const { clock, wall } = clockAt('manual', 5000);
    wall.now += 1_000_000;
    clock.setMode('real', 1);
    expect(clock.target).toBe(5000);
    wall.now += 5;
    expect(clock.target).toBe(5005);
  });
});

describe('any clock', () => {
  const step = fc.oneof(
    fc.record({ wall: fc.integer({ min: -500, max: 5000 }) }),
    fc.record({ moveTo: fc.integer({ min: -100, max: 5000 }) }),
    fc.record({ shift: fc.integer({ min: 0, max: 5000 }) }),
    fc.record({
      mode: fc.constantFrom<ClockMode>('real', 'scaled', 'manual'),
      speed: fc.double({ min: 0.01, max: 1000, noNaN: true }),
    }),
  );

  it('never shows an earlier instant than before, as long as what it shows has happened', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { clock, wall } = clockAt('real', 1_000_000);
        let shown = clock.target;
        for (const one of steps) {
          // As the driver does before anybody is answered.
          clock.moveTo(clock.target);
          if ('wall' in one) wall.now += one.wall;
          else if ('moveTo' in one) clock.moveTo(clock.position + one.moveTo);
          else if ('shift' in one) {
            if (clock.mode !== 'manual') clock.shift(one.shift);
          } else clock.setMode(one.mode, one.speed);
          expect(clock.target).toBeGreaterThanOrEqual(shown);
          expect(clock.target).toBeGreaterThanOrEqual(clock.position);
          expect(Number.isInteger(clock.target)).toBe(true);
          shown = clock.target;
        }
      }),
    );
  });
});
