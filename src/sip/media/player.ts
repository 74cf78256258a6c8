import { FRAME_MS } from './frame.ts';
import type { Played, Prompt } from './media.ts';
import type { PromptAudio } from './prompt/prompt-audio.ts';
import type { PromptLibrary } from './prompt/prompt-library.ts';

interface Playing {
  readonly bargeIn: boolean;
  /** Null while a file is being read. */
  audio: PromptAudio | null;
  problem: string | null;
  /** The frame that comes next. */
  next: number;
  startMs: number | null;
  endMs: number;
  readonly settle: (played: Played) => void;
}

/** What one call is being told: at most one prompt, frame by frame. */
export class Player {
  readonly #library: PromptLibrary;
  #playing: Playing | null = null;

  constructor(library: PromptLibrary) {
    this.#library = library;
  }

  /** @param nowMs position in the call; so for all others here */
  play({ text, durationMs, prompt, bargeIn = true }: Prompt, nowMs: number): Promise<Played> {
    this.end('stopped', nowMs);
    const { promise, resolve } = Promise.withResolvers<Played>();
    const audio = prompt === undefined ? this.#library.speak(text, durationMs) : null;
    const playing: Playing = {
      bargeIn,
      audio,
      problem: null,
      next: 0,
      startMs: null,
      endMs: 0,
      settle: resolve,
    };
    this.#playing = playing;
    if (prompt !== undefined) {
      this.#library.load(prompt).then(
        (loaded) => {
          playing.audio = loaded;
        },
        (error: Error) => {
          playing.problem = error.message;
          playing.audio = this.#library.speak(text, durationMs);
        },
      );
    }
    return promise;
  }

  /** The samples of the frame that leaves now; null for silence. */
  nextFrame(nowMs: number): Int16Array | null {
    const playing = this.#playing;
    if (playing === null || playing.audio === null) return null;
    if (playing.next >= playing.audio.frames) {
      this.end('done', nowMs);
      return null;
    }
    playing.startMs ??= nowMs;
    playing.endMs = nowMs + FRAME_MS;
    return playing.audio.frame(playing.next++);
  }

  /** The caller speaks or presses a key. */
  barge(nowMs: number): void {
    if (this.#playing?.bargeIn) this.end('barged', nowMs);
  }

  end(how: Played['end'], nowMs: number): void {
    const playing = this.#playing;
    if (playing === null) return;
    this.#playing = null;
    const { problem, settle } = playing;
    const startMs = playing.startMs ?? nowMs;
    settle({
      end: how,
      startMs: whole(startMs),
      endMs: whole(playing.startMs === null ? startMs : playing.endMs),
      problem,
    });
  }
}

function whole(ms: number): number {
  return Math.max(0, Math.round(ms));
}
