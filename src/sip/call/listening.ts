import type { Heard } from '../../sim/call/phone.ts';

/** What the robot waits for at a question. */
export interface Question {
  /** ms of its first and last word, from the answer. */
  readonly startMs: number;
  readonly endMs: number;
  /** Null: words are asked for, and not keys. */
  readonly keys: ExpectedKeys | null;
}

export interface ExpectedKeys {
  readonly exact: readonly string[];
  /** Whether any others are taken too. */
  readonly any: boolean;
}

/** How long the robot waits for a first word, or key; as with simulated callers (choice). */
const SILENCE_MS = 5000;
const KEY_SILENCE_MS = 7000;
/** Between two keys of one answer (choice). */
const NEXT_KEY_MS = 2500;
/** Nobody speaks longer: it is music, or noise (choice). */
const MOST_SPEECH_MS = 60_000;
/** Instead of the silences, while the caller holds the call (choice). */
const MOST_HOLD_MS = 600_000;
/**
 * The end of a speech is known only a while after it (the media's hangover, 600 ms). It counts as so much later, so
 * that the robot's next turn, at least 280 ms on, never lies before it is known.
 */
const KNOWN_AFTER_MS = 350;

/** What a caller does at one question after the other, from what the media hears. All ms count from the answer. */
export class Listening {
  readonly #now: () => number;
  #question: Question | null = null;
  /** Somebody speaks since then; null: silence. */
  #speaksSinceMs: number | null = null;
  #speech: { readonly sinceMs: number; readonly endMs: number } | null = null;
  #keys: { readonly text: string; readonly atMs: number; readonly lastMs: number } | null = null;
  #isHeld = false;
  /** When the caller took the call back. */
  #resumedMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #settle: ((heard: Heard | null) => void) | null = null;
  /** Called when what the robot says is interrupted. */
  onInterrupt: () => void = () => {};

  /** @param now ms since the answer */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The robot begins a question: from now on it may be interrupted. */
  open(question: Question): void {
    this.#question = question;
    this.#speech = null;
    this.#keys = null;
  }

  /** What the caller does at the open question; null: something else happened to the call. */
  wait(): Promise<Heard | null> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#look();
    });
  }

  /** Something else happened; while somebody speaks, what that comes to is waited for. */
  wake(): void {
    const isSpeaking = this.#speaksSinceMs !== null && this.#question?.keys === null;
    if (!isSpeaking) this.#end(null);
  }

  stop(): void {
    this.#question = null;
    this.#end(null);
  }

  hold(isHeld: boolean): void {
    if (this.#isHeld && !isHeld) this.#resumedMs = this.#now();
    this.#isHeld = isHeld;
    this.#look();
  }

  speechStarts(atMs: number): void {
    this.#speaksSinceMs = atMs;
    const question = this.#question;
    // Who spoke before the question began does not mean it.
    if (question?.keys === null && atMs >= question.startMs) this.onInterrupt();
    this.#look();
  }

  speechEnds(atMs: number): void {
    if (this.#speaksSinceMs !== null) {
      this.#speech = { sinceMs: this.#speaksSinceMs, endMs: atMs + KNOWN_AFTER_MS };
      this.#speaksSinceMs = null;
    }
    this.#look();
  }

  key(key: string, atMs: number): void {
    const question = this.#question;
    if (question === null || question.keys === null || atMs < question.startMs) return;
    if (this.#keys === null) this.onInterrupt();
    this.#keys = { text: (this.#keys?.text ?? '') + key, atMs: this.#keys?.atMs ?? atMs, lastMs: atMs };
    this.#look();
  }

  /** Settles if there is an answer, else sees to it that there will be one. */
  #look(): void {
    const question = this.#question;
    if (this.#settle === null || question === null) return;
    clearTimeout(this.#timer);
    if (question.keys === null) this.#lookForSpeech(question);
    else this.#lookForKeys(question, question.keys);
  }

  #lookForSpeech(question: Question): void {
    if (this.#speaksSinceMs !== null) {
      this.#lookAgainAt(this.#speaksSinceMs + MOST_SPEECH_MS, () => this.speechEnds(this.#now()));
      return;
    }
    const speech = this.#speech;
    this.#speech = null;
    if (speech !== null) {
      // What began before the question counts from its end on, if it went on so long.
      const atMs = speech.sinceMs >= question.startMs ? speech.sinceMs : question.endMs;
      if (speech.endMs > atMs) {
        this.#end({ kind: 'speech', atMs, endMs: speech.endMs });
        return;
      }
    }
    this.#awaitSilence(question, SILENCE_MS);
  }

  #lookForKeys(question: Question, expected: ExpectedKeys): void {
    const keys = this.#keys;
    if (keys === null) {
      this.#awaitSilence(question, KEY_SILENCE_MS);
      return;
    }
    const take = () => this.#end({ kind: 'keys', atMs: keys.atMs, keys: keys.text });
    if (isComplete(keys.text, expected)) take();
    else this.#lookAgainAt(keys.lastMs + NEXT_KEY_MS, take);
  }

  #awaitSilence(question: Question, silenceMs: number): void {
    const fromMs = Math.max(question.endMs, this.#resumedMs);
    this.#lookAgainAt(fromMs + (this.#isHeld ? MOST_HOLD_MS : silenceMs), () => {
      const atMs = Math.max(this.#now(), question.endMs);
      this.#end({ kind: 'speech', atMs, endMs: atMs });
    });
  }

  #lookAgainAt(atMs: number, then: () => void): void {
    this.#timer = setTimeout(then, Math.max(0, atMs - this.#now()));
  }

  #end(heard: Heard | null): void {
    clearTimeout(this.#timer);
    const settle = this.#settle;
    this.#settle = null;
    settle?.(heard);
  }
}

/** Whether nothing more can come of further keys. */
function isComplete(keys: string, { exact, any }: ExpectedKeys): boolean {
  if (keys.endsWith('#')) return true;
  return !any && !exact.some((one) => one.length > keys.length && one.startsWith(keys));
}
