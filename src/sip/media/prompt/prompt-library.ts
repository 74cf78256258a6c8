import { readFile, stat } from 'node:fs/promises';
import type { PromptAudio } from './prompt-audio.ts';
import { speak } from './spoken-prompt.ts';
import { readWav, type Wav } from './wav-file.ts';
import { playWav } from './wav-prompt.ts';

/** Ten minutes; nobody listens longer (choice). */
const LONGEST_MS = 600_000;
const LARGEST_FILE = 24 * 1024 * 1024;
const KEPT_BYTES = 64 * 1024 * 1024;

/** Prompts that were spoken, kept for calls to come; those not asked for longest go first. */
export class PromptLibrary {
  readonly #kept = new Map<string, PromptAudio>();
  readonly #loading = new Map<string, Promise<PromptAudio>>();
  #bytes = 0;

  /** Generated speech. */
  speak(text: string, durationMs: number): PromptAudio {
    const ms = Math.min(LONGEST_MS, Math.max(0, durationMs));
    const key = `${ms} ${text}`;
    return this.#find(key) ?? this.#keep(key, speak(text, ms));
  }

  /** A WAV file, read anew when it has changed. @throws Error that names the file and says what is wrong with it */
  load(path: string): Promise<PromptAudio> {
    // Many calls that begin at once share one reading.
    const loading = this.#loading.get(path) ?? this.#load(path).finally(() => this.#loading.delete(path));
    this.#loading.set(path, loading);
    return loading;
  }

  async #load(path: string): Promise<PromptAudio> {
    try {
      const { mtimeMs, size } = await stat(path);
      if (size > LARGEST_FILE) throw new Error(`${size} bytes, at most ${LARGEST_FILE} are read`);
      const key = `${path}\n${mtimeMs} ${size}`;
      return this.#find(key) ?? this.#keep(key, playWav(checkLength(readWav(await readFile(path)))));
    } catch (error) {
      throw new Error(`prompt ${path}: ${(error as Error).message}`);
    }
  }

  #find(key: string): PromptAudio | undefined {
    const audio = this.#kept.get(key);
    if (audio === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, audio);
    return audio;
  }

  #keep(key: string, audio: PromptAudio): PromptAudio {
    this.#kept.set(key, audio);
    this.#bytes += audio.bytes;
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= KEPT_BYTES) break;
      this.#kept.delete(oldest);
      this.#bytes -= bytes;
    }
    return audio;
  }
}

function checkLength(wav: Wav): Wav {
  const ms = Math.round((wav.samples.length / wav.channels / wav.rate) * 1000);
  if (ms > LONGEST_MS) throw new Error(`${ms} ms long, at most ${LONGEST_MS} are heard`);
  return wav;
}
