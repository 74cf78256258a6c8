import { SAMPLES_PER_MS } from '../frame.ts';

const FULL_SCALE = 32_768 ** 2;
const ONSET = 60 * SAMPLES_PER_MS;
const HANGOVER = 600 * SAMPLES_PER_MS;
/** Speech is this much above the line's noise … */
const ABOVE_NOISE = decibels(12);
/** … but what is louder than this always is, and what is quieter than that never. */
const ALWAYS_SPEECH = decibels(-30) * FULL_SCALE;
const NEVER_SPEECH = decibels(-42) * FULL_SCALE;
/** The noise is the quietest that was heard; it is taken to grow by 3 dB a second until it is heard again. */
const NOISE_GROWTH_PER_SAMPLE = decibels(3) ** (1 / (1000 * SAMPLES_PER_MS));
const LEAST_NOISE = decibels(-70) * FULL_SCALE;

export interface SpeechListener {
  /** @param at position of its first sound */
  speechStarted(at: number): void;
  /** @param at position of its last sound */
  speechEnded(at: number): void;
}

/** When the caller speaks, by the energy of what is heard (choice: −42 to −30 dBFS, 60 ms to begin, 600 ms to end). */
export class SpeechDetector {
  readonly #listener: SpeechListener;
  #noise = LEAST_NOISE;
  /** Samples of sound less those of quiet since the quiet was last whole. */
  #excess = 0;
  #firstSoundAt = 0;
  #lastSoundEnd = 0;
  #isSpeaking = false;
  #muteUntil = 0;

  constructor(listener: SpeechListener) {
    this.#listener = listener;
  }

  /** Hears samples that belong at this position. */
  hear(position: number, samples: Int16Array): void {
    const power = powerOf(samples);
    const threshold = Math.min(Math.max(this.#noise * ABOVE_NOISE, NEVER_SPEECH), ALWAYS_SPEECH);
    this.#noise = Math.max(
      LEAST_NOISE,
      Math.min(power, this.#noise * NOISE_GROWTH_PER_SAMPLE ** samples.length),
    );
    if (position < this.#muteUntil) return;
    if (power < threshold) {
      this.#excess = Math.max(0, this.#excess - samples.length);
      return;
    }
    if (this.#excess === 0) this.#firstSoundAt = position;
    this.#excess = Math.min(ONSET, this.#excess + samples.length);
    this.#lastSoundEnd = Math.max(this.#lastSoundEnd, position + samples.length);
    if (this.#isSpeaking || this.#excess < ONSET) return;
    this.#isSpeaking = true;
    this.#listener.speechStarted(this.#firstSoundAt);
  }

  /** Hears nothing up to a position: a key sounds. */
  mute(until: number): void {
    this.#muteUntil = Math.max(this.#muteUntil, until);
    this.#excess = 0;
  }

  /** Speech ends by time, so that a sender which falls silent by not sending ends it too. */
  tick(now: number): void {
    if (this.#isSpeaking && now - this.#lastSoundEnd >= HANGOVER) this.end();
  }

  /** Ends speech that is under way. */
  end(): void {
    this.#excess = 0;
    if (!this.#isSpeaking) return;
    this.#isSpeaking = false;
    this.#listener.speechEnded(this.#lastSoundEnd);
  }
}

function powerOf(samples: Int16Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] as number) ** 2;
  return samples.length === 0 ? 0 : sum / samples.length;
}

function decibels(value: number): number {
  return 10 ** (value / 10);
}
