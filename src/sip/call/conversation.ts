import type { Heard } from '../../sim/call/phone.ts';
import type { Dialogue, Turn } from '../../sim/dialog/dialogue.ts';
import type { MediaSession } from '../media/media.ts';
import { type ExpectedKeys, Listening } from './listening.ts';

/** The dialogue of a call as it stands, with what a phone needs to know of its nodes. */
export interface Scene {
  readonly dialogue: Pick<Dialogue, 'turns' | 'stop'>;
  /** WAV files by node. */
  readonly prompts: ReadonlyMap<string, string>;
  /** What may be pressed at the node that the dialogue waits at; null: it waits for words, or for nothing. */
  readonly keys: ExpectedKeys | null;
}

/** The simulation, as far as one call is concerned; every method resolves after its commit. */
export interface Script {
  read(): Promise<Scene>;
  hear(heard: Heard): Promise<void>;
  /** A prompt took another time than its text would. */
  notePlayed(seq: number, endMs: number): Promise<void>;
  /** Asks the integrator; the answer wakes the conversation. */
  pull(): Promise<void>;
}

export interface ConversationOptions {
  readonly script: Script;
  readonly session: Pick<MediaSession, 'play' | 'stop'>;
  /** ms since the answer. */
  readonly now: () => number;
}

/** A prompt that is so much longer or shorter than its text is told. */
const NOTICEABLE_MS = 40;

/** Speaks the robot's turns of a call when the dialogue has them, and tells the dialogue what the caller does. */
export class Conversation {
  readonly listening: Listening;
  readonly #options: ConversationOptions;
  /** The last turn that was spoken. */
  #spoken = 0;
  #isOver = false;
  /** Where the dialogue stopped for an answer that was asked for. */
  #askedMs = -1;
  #timer: NodeJS.Timeout | undefined;
  #endSleep: () => void = () => {};
  #endAsking: () => void = () => {};

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.listening = new Listening(options.now);
    this.listening.onInterrupt = () => options.session.stop();
  }

  /** @returns ms at which the robot hangs up, or null: it was stopped. @throws what the script throws */
  async run(): Promise<number | null> {
    while (!this.#isOver) {
      const scene = await this.#options.script.read();
      const { turns, stop } = scene.dialogue;
      const next = turns.find(({ seq, role }) => role === 'robot' && seq > this.#spoken);
      if (next !== undefined) await this.#speak(next, scene);
      else if (stop.kind === 'caller') await this.#listen();
      else {
        await this.#sleepUntil(stop.atMs);
        if (this.#isOver) break;
        if (stop.kind === 'end') return stop.atMs;
        await this.#ask(stop.atMs);
      }
    }
    return null;
  }

  /** The call has changed: an answer is in, or words were set for the caller. */
  wake(): void {
    this.#endAsking();
    this.listening.wake();
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#endSleep();
    this.#endAsking();
    this.listening.stop();
  }

  async #speak(turn: Turn, { dialogue, prompts, keys }: Scene): Promise<void> {
    const { script, session } = this.#options;
    await this.#sleepUntil(turn.startMs);
    if (this.#isOver) return;
    this.#spoken = turn.seq;
    const isQuestion = dialogue.stop.kind === 'caller' && turn === dialogue.turns.at(-1);
    if (isQuestion) this.listening.open({ startMs: turn.startMs, endMs: turn.endMs, keys });
    const prompt = prompts.get(turn.nodeId);
    const played = await session.play({
      text: turn.textRobot,
      durationMs: turn.endMs - turn.startMs,
      prompt,
      // Whether it may be interrupted, and by what, is known here.
      bargeIn: false,
    });
    if (this.#isOver || prompt === undefined || played.end !== 'done') return;
    if (Math.abs(played.endMs - turn.endMs) <= NOTICEABLE_MS) return;
    if (isQuestion) this.listening.open({ startMs: turn.startMs, endMs: played.endMs, keys });
    await script.notePlayed(turn.seq, played.endMs);
  }

  async #listen(): Promise<void> {
    const heard = await this.listening.wait();
    if (heard !== null && !this.#isOver) await this.#options.script.hear(heard);
  }

  /** Until something has changed: the answer, or what does not concern it. */
  async #ask(atMs: number): Promise<void> {
    const changed = new Promise<void>((resolve) => {
      this.#endAsking = resolve;
    });
    const isAsked = this.#askedMs === atMs;
    this.#askedMs = atMs;
    if (!isAsked) await this.#options.script.pull();
    await changed;
  }

  #sleepUntil(atMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#endSleep = resolve;
      this.#timer = setTimeout(resolve, Math.max(0, atMs - this.#options.now()));
    });
  }
}
