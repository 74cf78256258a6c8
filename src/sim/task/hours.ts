import { isExpired, lineEnd } from '../account/line-state.ts';
import {
  ALL_DAY,
  intersectSpans,
  isWithin,
  nextBoundary,
  nextWithin,
  parseSpans,
  type Span,
} from '../time/calendar.ts';
import type { World } from '../world.ts';
import { TASK_STATUS, type Task } from './task.ts';

const parsed = new WeakMap<readonly string[], readonly Span[]>();

function spansOf(texts: readonly string[]): readonly Span[] {
  let spans = parsed.get(texts);
  if (spans === undefined) {
    spans = parseSpans(texts);
    parsed.set(texts, spans);
  }
  return spans;
}

/** When a task may dial over one of its lines: its time range cut with the line's hours (spec 2.1). */
export function workingSpans(world: World, task: Task, lineNum: string): readonly Span[] {
  const line = world.lines.get(lineNum);
  // An expired line never works again (choice): its task stands in 6.
  const hours = line === undefined || isExpired(line.line, world.now) ? [] : line.hours;
  const range = spansOf(task.timeRange);
  if (range[0] === undefined || hours.length === 0) return [];
  return isAllDay(range) ? hours : isAllDay(hours) ? range : intersectSpans(range, hours);
}

export function mayDial(world: World, task: Task, lineNum: string): boolean {
  return isWithin(workingSpans(world, task, lineNum), world.now);
}

/** A task works while any of its lines does. */
export function isWorkingTime(world: World, task: Task): boolean {
  return task.lineNums.some((lineNum) => isWithin(workingSpans(world, task, lineNum), world.now));
}

/** The next instant at which something happens to the task by itself; null for none. */
export function nextTaskEvent(world: World, task: Task): number | null {
  if (task.type !== 0 || task.deleted) return null;
  const instants: number[] = [];
  const soonest = (of: (spans: readonly Span[]) => number | null) => {
    for (const lineNum of task.lineNums) {
      const at = of(workingSpans(world, task, lineNum));
      if (at !== null) instants.push(at);
    }
  };
  switch (task.status) {
    case TASK_STATUS.started:
      instants.push(Math.max(task.timeBegin, world.now));
      break;
    case TASK_STATUS.running:
      // A boundary may have passed while nothing ran.
      if (!isWorkingTime(world, task)) instants.push(world.now);
      for (const lineNum of task.lineNums) {
        const endAt = lineEnd(world.accounts.line(lineNum));
        if (endAt !== null && endAt > world.now) instants.push(endAt);
      }
      soonest((spans) => nextBoundary(spans, world.now));
      break;
    case TASK_STATUS.outsideHours:
      soonest((spans) => nextWithin(spans, world.now));
      break;
    case TASK_STATUS.waitingRecall:
      instants.push(Math.max(task.recallAt, world.now));
      break;
    case TASK_STATUS.paused:
      break;
    default:
      return null;
  }
  if (task.timeEnd !== null) instants.push(Math.max(task.timeEnd, world.now));
  return instants.length === 0 ? null : Math.min(...instants);
}

function isAllDay(spans: readonly Span[]): boolean {
  return spans.length === 1 && spans[0]?.begin === ALL_DAY.begin && spans[0].end === ALL_DAY.end;
}
