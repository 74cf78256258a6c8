import { parseSpans, type Span } from '../time/calendar.ts';
import type { Line } from './account.ts';

/** Time for which a channel rests after an outbound call in normal mode (choice). */
export const CHANNEL_REST_MS = 2000;

/** What a line carries at this moment; rebuilt from the calls at every start. */
export interface LineState {
  readonly line: Line;
  readonly hours: readonly Span[];
  /** Calls on it, of whatever kind. */
  busy: number;
  /** Instants at which resting channels are free again, ascending. */
  readonly resting: number[];
}

export function openLine(line: Line): LineState {
  return { line, hours: parseSpans(line.timeWork), busy: 0, resting: [] };
}

/** Channels that an outbound call can take at `now`; never negative. */
export function freeChannels(state: LineState, now: number): number {
  while (state.resting.length > 0 && (state.resting[0] ?? 0) <= now) state.resting.shift();
  return Math.max(0, state.line.concurrents - state.busy - state.resting.length);
}

/** An inbound call may take a resting channel at once (spec 2.2). */
export function hasChannelForInbound(state: LineState): boolean {
  return state.busy < state.line.concurrents;
}

/** Instant from which the line is of no use; null = none. */
export function lineEnd(line: Pick<Line, 'timeApply' | 'timeExpire'> | undefined): number | null {
  if (line === undefined || line.timeExpire < 0 || line.timeApply === null) return null;
  return line.timeApply + line.timeExpire * 1000;
}

export function isExpired(line: Line, now: number): boolean {
  const endAt = lineEnd(line);
  return endAt !== null && endAt <= now;
}
