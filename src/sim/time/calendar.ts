/**
 * The platform's calendar: Asia/Shanghai, which has been UTC+8 without summer time since 1991,
 * so a shift of eight hours is the whole time zone.
 */
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** The end of the year 9999: calendars end somewhere (choice). */
export const LAST_INSTANT = 253_402_271_999_999;
const SHANGHAI_MS = 8 * HOUR_MS;

/** Instant of the midnight that began the day of `at`. */
export function startOfDay(at: number): number {
  return Math.floor((at + SHANGHAI_MS) / DAY_MS) * DAY_MS - SHANGHAI_MS;
}

/** `yyyy-MM-dd` of the day of `at`. */
export function dayOf(at: number): string {
  return new Date(at + SHANGHAI_MS).toISOString().slice(0, 10);
}

/** Instant of the midnight that begins `day`; null if it is no day in the form `yyyy-MM-dd`. */
export function parseDay(day: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const at = Date.parse(`${day}T00:00:00+08:00`);
  return Number.isNaN(at) || dayOf(at) !== day ? null : at;
}

/** ISO 8601 with ms and `+08:00`. */
export function formatInstant(at: number): string {
  return new Date(at + SHANGHAI_MS).toISOString().replace('Z', '+08:00');
}

/** Whether it is an instant: ms from 1970 to `LAST_INSTANT`. */
export function isInstant(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= LAST_INSTANT;
}

/** Takes ISO 8601 (without an offset: Shanghai's) or ms as a number; null if it is neither, or out of all calendars. */
export function parseInstant(value: string | number): number | null {
  if (typeof value === 'number') return isInstant(value) ? value : null;
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}+08:00`;
  const at = Date.parse(/T/i.test(value) ? zoned : `${value}T00:00:00+08:00`);
  return isInstant(at) ? at : null;
}

/** A part of the day in ms since midnight, begin included, end not. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

const SPAN = /^(\d{2}):([0-5]\d):([0-5]\d)-(\d{2}):([0-5]\d):([0-5]\d)$/;
export const ALL_DAY: Span = { begin: 0, end: DAY_MS };

/** Reads `HH:mm:ss-HH:mm:ss`; null if malformed or not begin before end. 23:59:59 as an end means midnight (choice). */
export function parseSpan(text: string): Span | null {
  const parts = SPAN.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const [h1 = 0, m1 = 0, s1 = 0, h2 = 0, m2 = 0, s2 = 0] = parts;
  const begin = ((h1 * 60 + m1) * 60 + s1) * 1000;
  const last = ((h2 * 60 + m2) * 60 + s2) * 1000;
  const end = last === DAY_MS - 1000 ? DAY_MS : last;
  return h1 > 23 || end > DAY_MS || begin >= end ? null : { begin, end };
}

/** Spans of a list of texts, sorted; an empty list is all day. Malformed entries were refused before. */
export function parseSpans(texts: readonly string[]): readonly Span[] {
  if (texts.length === 0) return [ALL_DAY];
  const spans = texts.map(parseSpan).filter((span) => span !== null);
  return spans.sort((a, b) => a.begin - b.begin);
}

/** What two sorted lists have in common. */
export function intersectSpans(left: readonly Span[], right: readonly Span[]): Span[] {
  return left.flatMap((a) =>
    right
      .map((b) => ({ begin: Math.max(a.begin, b.begin), end: Math.min(a.end, b.end) }))
      .filter((span) => span.begin < span.end),
  );
}

export function spansOverlap(sorted: readonly Span[]): boolean {
  return sorted.some((span, i) => i > 0 && span.begin < (sorted[i - 1]?.end ?? 0));
}

export function isWithin(spans: readonly Span[], at: number): boolean {
  const time = at - startOfDay(at);
  return spans.some((span) => span.begin <= time && time < span.end);
}

/** The next instant after `at` at which a span begins or ends; null for none (empty, or all day). */
export function nextBoundary(spans: readonly Span[], at: number): number | null {
  if (spans.length === 0 || (spans.length === 1 && spans[0]?.begin === 0 && spans[0].end === DAY_MS))
    return null;
  const midnight = startOfDay(at);
  const instants = spans.flatMap((span) => [span.begin, span.end]).sort((a, b) => a - b);
  const today = instants.find((time) => midnight + time > at);
  if (today !== undefined) return midnight + today;
  return midnight + DAY_MS + (instants[0] ?? 0);
}

/** The first instant from `at` on that lies within a span; null if there is none. */
export function nextWithin(spans: readonly Span[], at: number): number | null {
  if (spans.length === 0) return null;
  if (isWithin(spans, at)) return at;
  const midnight = startOfDay(at);
  const begins = spans.map((span) => span.begin).sort((a, b) => a - b);
  const today = begins.find((begin) => midnight + begin > at);
  return today !== undefined ? midnight + today : midnight + DAY_MS + (begins[0] ?? 0);
}
