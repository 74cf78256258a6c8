import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createMedia,
  type Media,
  type MediaSession,
  type SessionStats,
} from '../../../src/sip/media/media.ts';
import { Phone, type PhoneOptions } from './phone.ts';
import { sideOf } from './sound.ts';

/** Longer than any call of the tests: nothing that came is cut off, however late the machine was. */
const ENOUGH_MS = 3000;

/** Media in a folder of their own, for the tests of a file. */
export class Rig implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'yeta-sim-media-'));
  readonly media: Media;
  #calls = 0;

  /** Files run side by side: each has ports of its own, so that nobody meets anybody else's stragglers. */
  constructor(ports: readonly [number, number]) {
    this.media = createMedia({ host: '127.0.0.1', ports, recordingFolder: this.folder });
  }

  /** A phone and the session that it is connected to; started unless told otherwise. */
  async call(
    options: PhoneOptions & { readonly start?: boolean; readonly offer?: string } = {},
  ): Promise<TestCall> {
    const phone = await Phone.open(options);
    const session = await this.media.open({ callId: `call-${++this.#calls}`, seed: this.#calls });
    const call = new TestCall(phone, session);
    const answer = session.answer(options.offer ?? phone.offer());
    if (!answer.ok) throw new Error(answer.why);
    phone.dial(session.localPort);
    if (options.start !== false) session.start();
    return call;
  }

  /** @throws if anything is left open */
  async [Symbol.asyncDispose](): Promise<void> {
    const stats = await this.media.stats();
    await this.media.close();
    rmSync(this.folder, { recursive: true });
    if (stats !== null && (stats.sessions !== 0 || stats.ports.used !== 0)) {
      throw new Error(`left open: ${JSON.stringify(stats)}`);
    }
  }
}

export class TestCall implements AsyncDisposable {
  readonly phone: Phone;
  readonly session: MediaSession;
  /** What the engine heard: `key 5`, `start`, `end`; with the ms of each. */
  readonly heard: { readonly what: string; readonly atMs: number }[] = [];
  #wake: () => void = () => {};

  constructor(phone: Phone, session: MediaSession) {
    this.phone = phone;
    this.session = session;
    session.events = {
      onDtmf: (key, atMs) => this.#hear(`key ${key}`, atMs),
      onSpeechStart: (atMs) => this.#hear('start', atMs),
      onSpeechEnd: (atMs) => this.#hear('end', atMs),
    };
  }

  get whatWasHeard(): string[] {
    return this.heard.map(({ what }) => what);
  }

  /** Waits until this was heard; returns its ms. */
  async waitFor(what: string): Promise<number> {
    for (;;) {
      const found = this.heard.find((one) => one.what === what);
      if (found !== undefined) return found.atMs;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Counts, once all that the phone has sent has come. */
  async stats(): Promise<SessionStats> {
    for (;;) {
      const stats = await this.session.stats();
      if (stats.received + stats.ignored + stats.foreign >= this.phone.sent) return stats;
    }
  }

  /** Ends the call when all that the phone has sent has come; both sides of its recording. */
  async finish(talkMs = ENOUGH_MS) {
    await this.stats();
    const recording = await this.session.close(talkMs);
    if (recording === null) throw new Error('the call has no recording');
    const file = readFileSync(recording.path);
    return { recording, file, robot: sideOf(file, 'robot'), caller: sideOf(file, 'caller') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.close();
    await this.phone[Symbol.asyncDispose]();
  }

  #hear(what: string, atMs: number): void {
    this.heard.push({ what, atMs });
    this.#wake();
  }
}
