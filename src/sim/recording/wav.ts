import type { Call } from '../call/call.ts';
import type { Dialogue } from '../dialog/dialogue.ts';
import { talkMsOf } from './recording.ts';
import { FRAME_BYTES, FRAMES_PER_MS, HEADER_BYTES, recordingSize } from './size.ts';
import { type Sound, soundsOf } from './sound.ts';
import { prepareTone, sampleNoise, sampleTone, type Tone } from './synthesis.ts';
import { wavHeader } from './wav-header.ts';

/** What a recording is made of beside its dialogue. */
export type RecordedCall = Pick<Call, 'uuid' | 'chance' | 'answerAt' | 'hangupAt' | 'speed'>;

/** Bytes of a file, from `start` up to but not including `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const CHUNK_FRAMES = 4096;
const ROBOT_NOISE = 5;
const CUSTOMER_NOISE = 13;

/**
 * The bytes of a call's recording, or of a part of it, made as they are asked for: every byte is a function of the
 * call, the dialogue and its place, so a range never makes more than itself.
 */
export function* recordingBytes(
  call: RecordedCall,
  dialogue: Dialogue,
  range?: ByteRange,
): Generator<Uint8Array> {
  const talkMs = talkMsOf(call);
  const size = recordingSize(talkMs);
  const start = Math.max(0, range?.start ?? 0);
  const end = Math.min(size, range?.end ?? size);
  if (start < HEADER_BYTES && start < end) {
    yield wavHeader(size).subarray(start, Math.min(end, HEADER_BYTES));
  }
  const tracks = layTracks(call, dialogue);
  const frames = talkMs * FRAMES_PER_MS;
  let at = Math.max(start, HEADER_BYTES);
  while (at < end) {
    const from = Math.floor((at - HEADER_BYTES) / FRAME_BYTES);
    const to = Math.min(from + CHUNK_FRAMES, Math.ceil((end - HEADER_BYTES) / FRAME_BYTES), frames);
    const origin = HEADER_BYTES + from * FRAME_BYTES;
    const upTo = Math.min(end, HEADER_BYTES + to * FRAME_BYTES);
    yield render(tracks, from, to).subarray(at - origin, upTo - origin);
    at = upTo;
  }
}

interface Tracks {
  readonly seed: number;
  readonly robot: readonly Tone[];
  readonly customer: readonly Tone[];
}

function layTracks({ chance, speed }: RecordedCall, dialogue: Dialogue): Tracks {
  const sounds = soundsOf(dialogue, chance, speed);
  const side = (name: Sound['side']): Tone[] =>
    sounds.filter((sound) => sound.side === name).map(prepareTone);
  return { seed: chance | 0, robot: side('robot'), customer: side('customer') };
}

/** Frames `from` to `to`, robot left, customer right. */
function render(tracks: Tracks, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array((to - from) * FRAME_BYTES);
  const view = new DataView(bytes.buffer);
  const sides = [
    { tones: tracks.robot, seed: tracks.seed, noise: ROBOT_NOISE },
    { tones: tracks.customer, seed: ~tracks.seed, noise: CUSTOMER_NOISE },
  ];
  sides.forEach(({ tones, seed, noise }, channel) => {
    let next = firstEndingAfter(tones, from);
    for (let frame = from; frame < to; frame++) {
      while (next < tones.length && (tones[next]?.sound.to ?? 0) <= frame) next++;
      const tone = tones[next];
      const voice = tone === undefined || tone.sound.from > frame ? 0 : sampleTone(tone, frame);
      const sample = Math.round(voice + sampleNoise(seed, frame, noise));
      view.setInt16(
        (frame - from) * FRAME_BYTES + channel * 2,
        Math.max(-32_768, Math.min(32_767, sample)),
        true,
      );
    }
  });
  return bytes;
}

function firstEndingAfter(tones: readonly Tone[], frame: number): number {
  let low = 0;
  let high = tones.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tones[middle]?.sound.to ?? 0) <= frame) low = middle + 1;
    else high = middle;
  }
  return low;
}
