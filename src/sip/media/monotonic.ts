/** `performance.now` counts from the start of its own thread, this from the same instant in all threads. */
const OFFSET_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** ms on a clock that never jumps and that all threads share. */
export function monotonicNow(): number {
  return performance.now() + OFFSET_MS;
}
