import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALL_DAY,
  DAY_MS,
  dayOf,
  formatInstant,
  HOUR_MS,
  intersectSpans,
  isWithin,
  nextBoundary,
  nextWithin,
  parseDay,
  parseInstant,
  parseSpan,
  parseSpans,
  type Span,
  spansOverlap,
  startOfDay,
} from '../../../src/sim/time/calendar.ts';

const instant = fc.integer({ min: Date.parse('1995-01-01'), max: Date.parse('2100-01-01') });

/** What the language's own calendar says of Shanghai. */
function fieldsOf(at: number): Record<string, string> {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: 'Asia/Shanghai',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at);
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

describe('a day in Asia/Shanghai', () => {
  it('is the one that the calendar of the language has', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const { year, month, day, hour, minute, second } = fieldsOf(at);
        expect(dayOf(at)).toBe(`${year}-${month}-${day}`);
        expect(formatInstant(at).slice(0, 19)).toBe(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
        const midnight = startOfDay(at);
        expect(at - midnight).toBeGreaterThanOrEqual(0);
        expect(at - midnight).toBeLessThan(DAY_MS);
        expect(formatInstant(midnight).slice(10)).toBe('T00:00:00.000+08:00');
        expect(startOfDay(midnight)).toBe(midnight);
        expect(startOfDay(midnight - 1)).toBe(midnight - DAY_MS);
        expect(parseDay(dayOf(at))).toBe(midnight);
        expect(parseInstant(formatInstant(at))).toBe(at);
      }),
    );
  });

  it('begins at 16:00 of the day before in UTC', () => {
    expect(startOfDay(Date.parse('2026-01-05T15:59:59.999Z'))).toBe(Date.parse('2026-01-04T16:00:00Z'));
    expect(startOfDay(Date.parse('2026-01-05T16:00:00Z'))).toBe(Date.parse('2026-01-05T16:00:00Z'));
  });

  it.each(['2026-02-30', '2026-13-01', '2026-1-1', '20260101', '', '2026-01-01T00:00:00'])(
    'is none in "%s"',
    (text) => {
      expect(parseDay(text)).toBeNull();
    },
  );
});

describe('an instant', () => {
  it.each([
    ['2026-01-05T10:00:00', '2026-01-05T02:00:00Z'],
    ['2026-01-05T10:00:00+08:00', '2026-01-05T02:00:00Z'],
    ['2026-01-05T10:00:00Z', '2026-01-05T10:00:00Z'],
    ['2026-01-05', '2026-01-04T16:00:00Z'],
  ])('is read from "%s", which is in Shanghai unless it says otherwise', (text, utc) => {
    expect(parseInstant(text)).toBe(Date.parse(utc));
  });

  it('is read from ms, and from nothing else', () => {
    expect(parseInstant(1_767_578_400_000)).toBe(1_767_578_400_000);
    for (const wrong of [1.5, Number.NaN, 'soon', '2026-01-05T25:00:00', -1, 9e15, '+010000-01-01T00:00:00Z'])
      expect(parseInstant(wrong)).toBeNull();
  });
});

describe('a span', () => {
  it('is read with its end not included, and 23:59:59 as midnight', () => {
    expect(parseSpan('09:00:00-12:30:05')).toEqual({ begin: 9 * HOUR_MS, end: 12.5 * HOUR_MS + 5000 });
    expect(parseSpan('00:00:00-23:59:59')).toEqual(ALL_DAY);
    expect(parseSpan('13:00:00-24:00:00')).toEqual({ begin: 13 * HOUR_MS, end: DAY_MS });
    expect(parseSpans([])).toEqual([ALL_DAY]);
  });

  it.each([
    '12:00:00-12:00:00',
    '12:00:00-09:00:00',
    '9:00-10:00',
    '09:00:00-25:00:00',
    '24:00:00-24:00:01',
    '',
  ])('is none in "%s"', (text) => {
    expect(parseSpan(text)).toBeNull();
  });

  it('overlaps another that begins before it ends, and not one that begins where it ends', () => {
    expect(spansOverlap(parseSpans(['09:00:00-12:00:00', '11:00:00-13:00:00']))).toBe(true);
    expect(spansOverlap(parseSpans(['13:00:00-14:00:00', '09:00:00-13:00:00']))).toBe(false);
  });
});

/** Sorted spans that do not overlap, on whole minutes. */
const spans = fc
  .uniqueArray(fc.integer({ min: 0, max: 1440 }), { minLength: 0, maxLength: 8 })
  .map((minutes): Span[] => {
    const edges = minutes.toSorted((a, b) => a - b).map((minute) => minute * 60_000);
    return edges.flatMap((begin, i) => {
      const end = edges[i + 1];
      return i % 2 === 0 && end !== undefined ? [{ begin, end }] : [];
    });
  });
const minuteOfDay = fc.integer({ min: 0, max: 1439 });
const MONDAY = Date.parse('2026-01-05T00:00:00+08:00');

/** Begin included, end not. */
function minutesBetween(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, (to - from) / 60_000) }, (_, i) => from + i * 60_000);
}

describe('spans', () => {
  it('have in common what lies within both', () => {
    fc.assert(
      fc.property(spans, spans, minuteOfDay, (left, right, minute) => {
        const at = MONDAY + minute * 60_000;
        expect(isWithin(intersectSpans(left, right), at)).toBe(isWithin(left, at) && isWithin(right, at));
      }),
    );
  });

  it('change next at the first instant after now at which one begins or ends', () => {
    fc.assert(
      fc.property(spans, minuteOfDay, (list, minute) => {
        const at = MONDAY + minute * 60_000;
        const next = nextBoundary(list, at);
        const isAllDay = list.length === 1 && list[0]?.begin === 0 && list[0].end === DAY_MS;
        expect(next === null).toBe(list.length === 0 || isAllDay);
        if (next === null) return;
        expect(next).toBeGreaterThan(at);
        // Nothing begins or ends in between.
        const between = minutesBetween(at, next).filter(
          (time) => isWithin(list, time) !== isWithin(list, at),
        );
        expect(between).toEqual([]);
      }),
    );
  });

  it('hold next the first instant from now on that lies within one', () => {
    fc.assert(
      fc.property(spans, minuteOfDay, (list, minute) => {
        const at = MONDAY + minute * 60_000;
        const next = nextWithin(list, at);
        expect(next === null).toBe(list.length === 0);
        if (next === null) return;
        expect(isWithin(list, next)).toBe(true);
        expect(minutesBetween(at, next).filter((time) => isWithin(list, time))).toEqual([]);
      }),
    );
  });
});
