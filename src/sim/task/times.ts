import { parseSpans, spansOverlap } from '../time/calendar.ts';

/* What task/create and the tasks of fixtures are held to alike. */

/** A task that ends when it begins never calls. */
export function endsTooEarly(task: { readonly timeBegin: number; readonly timeEnd: number | null }): boolean {
  return task.timeEnd !== null && task.timeEnd <= task.timeBegin;
}

/** @param timeRange each of them well-formed */
export function overlapsItself(timeRange: readonly string[]): boolean {
  return spansOverlap(parseSpans(timeRange));
}
