import type { FaultEffect } from '../fault/fault.ts';
import type { AttemptOutcome } from '../port.ts';

/**
 * What a fault makes of an attempt without anybody being asked: no wall time passes. Null: the attempt is made.
 * @param timeoutMs a delay as long as this is a time-out
 */
export function failedByFault(fault: FaultEffect, timeoutMs: number): AttemptOutcome | null {
  const tookMs = fault.delayMs ?? 0;
  if (fault.network === 'timeout' || tookMs >= timeoutMs) {
    return {
      tookMs: timeoutMs,
      status: null,
      answer: null,
      error: `timed out after ${timeoutMs / 1000} s`,
      timedOut: true,
    };
  }
  const seen = { tookMs, timedOut: false };
  if (fault.network === 'reset') return { ...seen, status: null, answer: null, error: 'ECONNRESET' };
  if (fault.network === 'empty') return { ...seen, status: 200, answer: '', error: null };
  if (fault.network === 'garbage')
    return { ...seen, status: 200, answer: '\u0000\ufffd\u0017garbage', error: null };
  if (fault.httpStatus !== undefined) return { ...seen, status: fault.httpStatus, answer: '', error: null };
  return null;
}
