import { stat } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { type Chance, drawInteger } from '../../sim/random.ts';
import { HEADER_BYTES, recordedMs, recordingSize } from '../../sim/recording/size.ts';
import type {
  Direction,
  MediaEvents,
  MediaSession,
  Negotiated,
  Played,
  Prompt,
  RecordingFile,
  SessionStats,
} from './media.ts';
import type { Heard } from './message.ts';
import { monotonicNow } from './monotonic.ts';
import { Negotiation } from './negotiation.ts';
import type { WorkerLink } from './worker-link.ts';

interface Parts {
  readonly id: number;
  readonly callId: string;
  readonly seed: Chance;
  readonly link: WorkerLink;
  readonly place: { readonly host: string; readonly advertise: string; readonly port: number };
  /** Of the recording. */
  readonly path: string;
  readonly events?: MediaEvents;
  /** Told when it is closed. */
  forget(): void;
}

/** The main thread's end of a call's audio: it negotiates, the worker does the rest. */
export class Session implements MediaSession {
  readonly callId: string;
  readonly localPort: number;
  events: MediaEvents;
  readonly #parts: Parts;
  readonly #negotiation: Negotiation;
  #startMs: number | null = null;
  #failure: Error | null = null;
  #closing: Promise<RecordingFile | null> | null = null;

  constructor(parts: Parts) {
    const { host, advertise, port } = parts.place;
    this.callId = parts.callId;
    this.localPort = port;
    this.events = parts.events ?? {};
    this.#parts = parts;
    this.#negotiation = new Negotiation({
      address: advertise,
      port,
      sessionId: drawInteger(parts.seed, 'sdp-session', [1, 2 ** 31]),
      family: isIPv6(host) ? 6 : 4,
    });
  }

  answer(offer: string): Negotiated<{ readonly sdp: string }> {
    const outcome = this.#negotiation.answer(offer);
    if (!outcome.ok) return outcome;
    const { agreement, ...answer } = outcome;
    this.#tell({ kind: 'agree', agreement });
    return answer;
  }

  offer(): string {
    return this.#negotiation.offer();
  }

  setRemote(answer: string): Negotiated {
    const outcome = this.#negotiation.takeAnswer(answer);
    if (!outcome.ok) return outcome;
    const { agreement, ...agreed } = outcome;
    this.#tell({ kind: 'agree', agreement });
    return agreed;
  }

  hold(direction: Direction): void {
    this.#tell({ kind: 'direct', direction });
  }

  start(): void {
    if (this.#startMs !== null) return;
    this.#startMs = monotonicNow();
    this.#tell({ kind: 'start', atMs: this.#startMs });
  }

  async play(prompt: Prompt): Promise<Played> {
    if (!Number.isFinite(prompt.durationMs)) throw new RangeError(`a prompt of ${prompt.durationMs} ms`);
    if (this.#isOver()) return this.#notPlayed();
    try {
      return await this.#parts.link.ask('play', this.#parts.id, { prompt });
    } catch {
      return this.#notPlayed();
    }
  }

  stop(): void {
    this.#tell({ kind: 'stop' });
  }

  stats(): Promise<SessionStats> {
    return this.#parts.link.ask('stats', this.#parts.id, {});
  }

  close(talkMs = this.#elapsedMs()): Promise<RecordingFile | null> {
    if (!Number.isInteger(talkMs) || talkMs < 0) {
      return Promise.reject(new RangeError(`a talk time of ${talkMs} ms`));
    }
    this.#closing ??= this.#close(talkMs);
    return this.#closing;
  }

  /** Something was heard. */
  hear(heard: Heard): void {
    const { onDtmf, onSpeechStart, onSpeechEnd } = this.events;
    if (heard.kind === 'key') onDtmf?.(heard.key, heard.atMs);
    else if (heard.kind === 'speech-start') onSpeechStart?.(heard.atMs);
    else onSpeechEnd?.(heard.atMs);
  }

  /** The worker is gone. */
  fail(error: Error): void {
    this.#failure = error;
    this.events.onFailed?.(error);
  }

  async #close(talkMs: number): Promise<RecordingFile | null> {
    const { link, id, forget } = this.#parts;
    const wish = { talkMs: this.#startMs === null ? null : talkMs };
    try {
      if (this.#failure === null) return await link.ask('close', id, wish);
    } catch (error) {
      this.#failure = error as Error;
    } finally {
      forget();
    }
    return this.#startMs === null ? null : this.#salvage(this.#failure);
  }

  /** What a dead worker left; its header was kept current. */
  async #salvage(error: Error | null): Promise<RecordingFile> {
    const { path } = this.#parts;
    const size = await stat(path).then(
      (file) => file.size,
      () => HEADER_BYTES,
    );
    const durationMs = recordedMs(size);
    return { durationMs, bytes: recordingSize(durationMs), path, problem: error?.message ?? null };
  }

  #tell(notice: Parameters<WorkerLink['tell']>[1]): void {
    if (!this.#isOver()) this.#parts.link.tell(this.#parts.id, notice);
  }

  #isOver(): boolean {
    return this.#closing !== null || this.#failure !== null;
  }

  #elapsedMs(): number {
    return this.#startMs === null ? 0 : Math.round(monotonicNow() - this.#startMs);
  }

  #notPlayed(): Played {
    const nowMs = this.#elapsedMs();
    return { end: 'stopped', startMs: nowMs, endMs: nowMs, problem: null };
  }
}
