import { SAMPLE_RATE } from '../../../sim/recording/size.ts';
import { PromptAudio } from './prompt-audio.ts';
import type { Wav } from './wav-file.ts';

/** Zero crossings of the sinc on each side, phases between two samples, and the share of the band that is kept. */
const CROSSINGS = 12;
const PHASES = 256;
const PASSED = 0.95;

/** A WAV file as it is heard over a telephone: mono, 8 kHz, by a windowed sinc. */
export function playWav(wav: Wav): PromptAudio {
  const { rate, channels, samples } = wav;
  const frames = samples.length / channels;
  const length = Math.floor((frames * SAMPLE_RATE) / rate);
  const read = (at: number) => readMono(wav, at);
  const filter = rate === SAMPLE_RATE ? null : makeFilter(rate);
  const render = (position: number, out: Int16Array) => {
    for (let i = 0; i < out.length; i++) {
      const at = ((position + i) * rate) / SAMPLE_RATE;
      out[i] = filter === null ? read(at) : interpolate(filter, read, at);
    }
  };
  return new PromptAudio(length, render, samples.byteLength);
}

/** Silence beyond the end. */
function readMono({ channels, samples }: Wav, at: number): number {
  if (channels === 1) return samples[at] ?? 0;
  return ((samples[2 * at] ?? 0) + (samples[2 * at + 1] ?? 0)) / 2;
}

interface Filter {
  /** Samples on each side that one sample is made of. */
  readonly reach: number;
  /** For each phase, 2 × reach + 1 weights that sum up to 1. */
  readonly weights: Float32Array;
}

function makeFilter(rate: number): Filter {
  const cutoff = Math.min(1, SAMPLE_RATE / rate) * PASSED;
  const reach = Math.ceil(CROSSINGS / cutoff);
  const width = 2 * reach + 1;
  const weights = new Float32Array(PHASES * width);
  for (let phase = 0; phase < PHASES; phase++) {
    const row = weights.subarray(phase * width, (phase + 1) * width);
    for (let tap = 0; tap < width; tap++) row[tap] = weigh(tap - reach - phase / PHASES, cutoff, reach);
    const sum = row.reduce((total, weight) => total + weight, 0);
    for (let tap = 0; tap < width; tap++) row[tap] = (row[tap] as number) / sum;
  }
  return { reach, weights };
}

/** Sinc under a Hann window. */
function weigh(distance: number, cutoff: number, reach: number): number {
  const x = Math.PI * distance * cutoff;
  const share = Math.abs(distance) / reach;
  if (share >= 1) return 0;
  return (x === 0 ? 1 : Math.sin(x) / x) * (0.5 + 0.5 * Math.cos(Math.PI * share));
}

function interpolate({ reach, weights }: Filter, read: (at: number) => number, position: number): number {
  const middle = Math.floor(position);
  const row = Math.floor((position - middle) * PHASES) * (2 * reach + 1);
  let sum = 0;
  for (let tap = -reach; tap <= reach; tap++) {
    if (middle + tap >= 0) sum += read(middle + tap) * (weights[row + tap + reach] as number);
  }
  return Math.max(-32_768, Math.min(32_767, Math.round(sum)));
}
