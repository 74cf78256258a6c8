import { FRAME_BYTES, recordingSize, SAMPLE_RATE } from '../../../sim/recording/size.ts';
import { SAMPLES_PER_MS } from '../frame.ts';
import type { RecordingFile as Recorded } from '../media.ts';
import { EARLIEST, LATEST } from '../rtp/timeline.ts';
import { RecordingFile } from './recording-file.ts';

/** Written to the file at once: a second. */
const CHUNK = SAMPLE_RATE;
const WINDOW = LATEST + EARLIEST + 2 * CHUNK;

/**
 * Both sides of a call in one file, each sample at its place. A window of the last seconds is held in memory for
 * what comes late; what leaves it is written.
 */
export class Recorder {
  readonly #file: RecordingFile;
  /** Pairs of samples, from position `#base` on. */
  readonly #window = new Int16Array(2 * WINDOW);
  #base = 0;

  constructor(path: string) {
    this.#file = new RecordingFile(path);
  }

  /** Puts samples at a position; those that lie outside the window are left out. */
  put(side: 'robot' | 'caller', position: number, samples: Int16Array): void {
    const channel = side === 'robot' ? 0 : 1;
    const offset = position - this.#base;
    const begin = Math.max(0, -offset);
    const end = Math.min(samples.length, WINDOW - offset);
    for (let i = begin; i < end; i++) this.#window[2 * (offset + i) + channel] = samples[i] as number;
  }

  /** Now is this position: writes what nothing can come too late for any more. */
  advance(now: number): void {
    while (this.#base + CHUNK + LATEST <= now) this.#writeOut(CHUNK);
  }

  /** Makes the file exactly this long and closes it. */
  async finish(durationMs: number): Promise<Recorded> {
    const end = durationMs * SAMPLES_PER_MS;
    this.#writeOut(Math.min(WINDOW, Math.max(0, end - this.#base)));
    await this.#file.finish(end * FRAME_BYTES);
    const { path, problem } = this.#file;
    return { durationMs, bytes: recordingSize(durationMs), path, problem };
  }

  #writeOut(length: number): void {
    const part = this.#window.slice(0, 2 * length);
    this.#file.append(new Uint8Array(part.buffer));
    this.#window.copyWithin(0, 2 * length);
    this.#window.fill(0, 2 * (WINDOW - length));
    this.#base += length;
  }
}
