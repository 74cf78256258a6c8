import { SAMPLE_RATE } from './size.ts';
import type { Sound } from './sound.ts';

/** First and second formant of a few vowels, in Hz. */
const VOWELS = [
  [730, 1090],
  [530, 1840],
  [300, 2300],
  [570, 840],
  [320, 800],
  [490, 1350],
] as const;

const VOICE_LEVEL = 5200;
const KEY_LEVEL = 4200;
/** Highest frequency that a telephone passes. */
const CEILING_HZ = 3400;
const TURN = 2 * Math.PI;
const ATTACK_FRAMES = 0.018 * SAMPLE_RATE;
const RELEASE_FRAMES = 0.03 * SAMPLE_RATE;
const KEY_EDGE_FRAMES = 0.004 * SAMPLE_RATE;

/** A sound made ready: the level of each harmonic. */
export interface Tone {
  readonly sound: Sound;
  readonly levels: readonly number[];
}

/** Works out the harmonics of a sound. */
export function prepareTone(sound: Sound): Tone {
  const [pitch] = sound.tones;
  if (sound.tones.length === 2) return { sound, levels: [] };
  const [first, second] = VOWELS[sound.vowel % VOWELS.length] ?? VOWELS[0];
  // The highest harmonic stays below the ceiling while the pitch glides.
  const count = Math.floor(CEILING_HZ / (pitch + 40));
  const raw = Array.from({ length: count }, (_, i) => {
    const hertz = pitch * (i + 1);
    return (resonance(hertz, first) + 0.6 * resonance(hertz, second) + 0.08) / (1 + i * 0.15);
  });
  const total = Math.sqrt(raw.reduce((sum, level) => sum + level * level, 0));
  // Signs in turn, so that the harmonics do not all peak at once.
  const levels = raw.map((level, i) => ((i & 2 ? -level : level) / total) * VOICE_LEVEL);
  return { sound, levels };
}

function resonance(hertz: number, formant: number): number {
  const distance = (hertz - formant) / 130;
  return 1 / (1 + distance * distance);
}

/** The tone's sample at a frame of the file; its edges rise from and fall to nothing. */
export function sampleTone({ sound, levels }: Tone, frame: number): number {
  const since = frame - sound.from;
  const left = sound.to - frame;
  const seconds = since / SAMPLE_RATE;
  const [low, high] = sound.tones;
  if (high !== undefined) {
    const level = edge(since / KEY_EDGE_FRAMES) * edge(left / KEY_EDGE_FRAMES) * KEY_LEVEL;
    return level * (Math.sin(TURN * low * seconds) + Math.sin(TURN * high * seconds));
  }
  const phase = TURN * (low * seconds + (sound.glide * seconds * seconds) / 2);
  // sin((n+1)x) = 2 cos(x) sin(nx) − sin((n−1)x): all harmonics for the price of two.
  const twice = 2 * Math.cos(phase);
  let before = 0;
  let now = Math.sin(phase);
  let sum = 0;
  for (const level of levels) {
    sum += level * now;
    const after = twice * now - before;
    before = now;
    now = after;
  }
  return sum * edge(since / ATTACK_FRAMES) * edge(left / RELEASE_FRAMES);
}

/** 0 to 1, smooth at both ends. */
function edge(share: number): number {
  if (share >= 1) return 1;
  return share <= 0 ? 0 : 0.5 - 0.5 * Math.cos(Math.PI * share);
}

/** Quiet hiss of a line, the same for the same frame: -level to level. */
export function sampleNoise(seed: number, frame: number, level: number): number {
  let bits = Math.imul(frame ^ seed, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  bits ^= bits >>> 13;
  return (bits / 2 ** 31) * level;
}
