import { FRAME_SAMPLES } from '../frame.ts';

/** Makes the samples from a position on; asked for one stretch after another, each once. */
export type Render = (position: number, samples: Int16Array) => void;

/**
 * What is spoken, in whole frames. It is made frame by frame as it is first heard, so that a long one never holds up
 * the beat, and kept for all calls that speak the same.
 */
export class PromptAudio {
  readonly frames: number;
  /** What it holds in memory. */
  readonly bytes: number;
  readonly #samples: Int16Array;
  readonly #render: Render;
  #made = 0;

  /**
   * @param length in samples; the rest of the last frame is silent
   * @param sourceBytes what `render` holds in memory
   */
  constructor(length: number, render: Render, sourceBytes = 0) {
    this.frames = Math.ceil(length / FRAME_SAMPLES);
    this.#samples = new Int16Array(this.frames * FRAME_SAMPLES);
    this.#render = render;
    this.bytes = this.#samples.byteLength + sourceBytes;
  }

  /** A view that stays valid. */
  frame(index: number): Int16Array {
    for (; this.#made <= index; this.#made++) {
      const position = this.#made * FRAME_SAMPLES;
      this.#render(position, this.#samples.subarray(position, position + FRAME_SAMPLES));
    }
    return this.#samples.subarray(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES);
  }
}
