import { FRAMES_PER_MS } from '../../sim/recording/size.ts';

/** Audio is sent in frames of 20 ms; a "frame" is always one of these here. */
export const FRAME_MS = 20;
/** 8 samples a ms: all positions and lengths of audio are in samples of G.711's rate. */
export const SAMPLES_PER_MS = FRAMES_PER_MS;
export const FRAME_SAMPLES = FRAME_MS * SAMPLES_PER_MS;
