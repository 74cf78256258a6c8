import type { Chance } from '../../sim/random.ts';
import { FRAME_SAMPLES, positionAt, SAMPLES_PER_MS, toMs } from './frame.ts';
import type { Direction, Played, Prompt, RecordingFile, SessionStats } from './media.ts';
import type { Heard } from './message.ts';
import { monotonicNow } from './monotonic.ts';
import type { Agreement } from './negotiation.ts';
import { Player } from './player.ts';
import type { PortPair } from './port-pool.ts';
import type { PromptLibrary } from './prompt/prompt-library.ts';
import { Recorder } from './recording/recorder.ts';
import { decode, encode, type Law, silenceOf } from './rtp/g711.ts';
import { OutgoingStream } from './rtp/outgoing-stream.ts';
import { HEADER_BYTES, makeRtp } from './rtp/packet.ts';
import { Reception } from './rtp/reception.ts';
import { SpeechDetector } from './rtp/speech-detector.ts';

const KEY_ECHO = 100 * SAMPLES_PER_MS;

interface Parts {
  readonly pair: PortPair;
  readonly seed: Chance;
  /** Of the recording. */
  readonly path: string;
  readonly library: PromptLibrary;
  readonly tell: (heard: Heard) => void;
}

/** The audio of one call, in the worker thread: what is sent frame by frame, what is heard, and both recorded. */
export class CallAudio {
  readonly #parts: Parts;
  readonly #player: Player;
  readonly #stream: OutgoingStream;
  readonly #reception: Reception;
  readonly #speech: SpeechDetector;
  readonly #samples = new Int16Array(FRAME_SAMPLES);
  #agreement: Agreement | null = null;
  #direction: Direction = 'sendrecv';
  #startMs: number | null = null;
  #recorder: Recorder | null = null;
  #sent = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#player = new Player(parts.library);
    this.#stream = new OutgoingStream(parts.seed);
    this.#speech = new SpeechDetector({
      speechStarted: (position) => {
        parts.tell({ kind: 'speech-start', atMs: toMs(position) });
        this.#player.barge(this.#nowMs());
      },
      speechEnded: (position) => parts.tell({ kind: 'speech-end', atMs: toMs(position) }),
    });
    this.#reception = new Reception({
      audioCame: (position, samples) => this.#hear(position, samples),
      keySounds: (now) => this.#speech.mute(now + KEY_ECHO),
      keyCame: (key, position) => {
        parts.tell({ kind: 'key', key, atMs: toMs(position) });
        this.#player.barge(this.#nowMs());
      },
    });
    const { rtp, rtcp } = parts.pair;
    // The network says this of single packets; those are lost then.
    for (const socket of [rtp, rtcp]) socket.on('error', () => {});
    rtp.on('message', (datagram, from) => {
      const nowMs = monotonicNow();
      const isHeard = this.#startMs !== null && this.#hears();
      const position = isHeard ? positionAt(nowMs, this.#startMs ?? nowMs) : null;
      this.#reception.take(datagram, from, { nowMs, position });
    });
  }

  agree(agreement: Agreement): void {
    this.#agreement = agreement;
    this.#reception.agree(agreement, monotonicNow());
    this.direct(agreement.direction);
  }

  direct(direction: Direction): void {
    this.#direction = direction;
    if (!this.#minds()) this.#speech.end();
  }

  start(atMs: number): void {
    this.#startMs = atMs;
    this.#recorder = new Recorder(this.#parts.path);
  }

  play(prompt: Prompt): Promise<Played> {
    return this.#player.play(prompt, this.#nowMs());
  }

  stop(): void {
    this.#player.end('stopped', this.#nowMs());
  }

  /** Sends the frame that is due; nothing before the start. */
  sendFrame(frame: number, atMs: number): void {
    const startMs = this.#startMs;
    if (startMs === null || atMs < startMs) return;
    const position = positionAt(atMs, startMs);
    this.#recorder?.advance(position);
    this.#speech.tick(position);
    const samples = this.#player.nextFrame(atMs - startMs);
    const target = this.#reception.latch.target;
    const agreement = this.#agreement;
    if (target === null || agreement === null || !this.#speaks()) return;
    const datagram = makeRtp(this.#stream.next(agreement.payload, frame), FRAME_SAMPLES);
    const codes = datagram.subarray(HEADER_BYTES);
    this.#fill(codes, samples, agreement.law);
    this.#parts.pair.rtp.send(datagram, target.port, target.address);
    this.#sent++;
    this.#recorder?.put('robot', position, this.#samples);
  }

  stats(): SessionStats {
    return { sent: this.#sent, ...this.#reception.stats() };
  }

  /** Completes the recording, if there is one, and frees the ports. */
  async close(talkMs: number | null): Promise<RecordingFile | null> {
    this.stop();
    this.#speech.end();
    this.#startMs = null;
    await this.#parts.pair.release();
    return this.#recorder === null ? null : this.#recorder.finish(talkMs ?? 0);
  }

  /** The codes that are sent, and into `#samples` what they sound like. */
  #fill(codes: Uint8Array, samples: Int16Array | null, law: Law): void {
    if (samples === null) codes.fill(silenceOf(law));
    else encode(law, samples, codes);
    decode(law, codes, this.#samples);
  }

  #hear(position: number, samples: Int16Array): void {
    this.#recorder?.put('caller', position, samples);
    if (this.#minds()) this.#speech.hear(position, samples);
  }

  #nowMs(): number {
    return this.#startMs === null ? 0 : monotonicNow() - this.#startMs;
  }

  #speaks(): boolean {
    return this.#direction === 'sendrecv' || this.#direction === 'sendonly';
  }

  #hears(): boolean {
    return this.#direction === 'sendrecv' || this.#direction === 'recvonly';
  }

  /** What comes while the caller holds the call is music: recorded, but not speech. */
  #minds(): boolean {
    return this.#direction === 'sendrecv';
  }
}
