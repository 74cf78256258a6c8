/** PCM WAV, 8 kHz, 16 bit, stereo (spec 2.6). */
export const SAMPLE_RATE = 8000;
export const FRAMES_PER_MS = SAMPLE_RATE / 1000;
export const FRAME_BYTES = 4;
export const HEADER_BYTES = 44;
const BYTES_PER_MS = FRAMES_PER_MS * FRAME_BYTES;

/** Bytes of the file for a talk time in ms. */
export function recordingSize(talkMs: number): number {
  return HEADER_BYTES + talkMs * BYTES_PER_MS;
}

/** ms of sound in a file of so many bytes, whole ones. */
export function recordedMs(size: number): number {
  return Math.max(0, Math.floor((size - HEADER_BYTES) / BYTES_PER_MS));
}

/** Whole seconds. */
export function recordingDuration(talkMs: number): number {
  return Math.floor(talkMs / 1000);
}
