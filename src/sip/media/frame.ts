import { FRAMES_PER_MS } from '../../sim/recording/size.ts';

/** Audio is sent in frames of 20 ms; a "frame" is always one of these here. */
export const FRAME_MS = 20;
/** 8 samples a ms: all positions and lengths of audio are in samples of G.711's rate. */
export const SAMPLES_PER_MS = FRAMES_PER_MS;
export const FRAME_SAMPLES = FRAME_MS * SAMPLES_PER_MS;

/** The position of an instant in a call that began at `startMs`. */
export function positionAt(nowMs: number, startMs: number): number {
  return Math.round((nowMs - startMs) * SAMPLES_PER_MS);
}

/** Whole ms since the start, for those outside; what came before it counts as its begin. */
export function toMs(position: number): number {
  return Math.max(0, Math.round(position / SAMPLES_PER_MS));
}
