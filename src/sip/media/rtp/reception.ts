import type { RemoteInfo } from 'node:dgram';
import type { SessionStats } from '../media.ts';
import type { Agreement } from '../negotiation.ts';
import { decode, type Law } from './g711.ts';
import { IncomingStream } from './incoming-stream.ts';
import { KeyReader } from './key-reader.ts';
import { Latch, type Source } from './latch.ts';
import { parseRtp, type RtpPacket } from './packet.ts';
import { Timeline } from './timeline.ts';

/** Told in the order of arrival; positions are in samples since the start of the call. */
export interface ReceptionListener {
  /** @param samples valid during the call only */
  audioCame(position: number, samples: Int16Array): void;
  keyCame(key: string, position: number): void;
  /** A key sounds; also for each further packet of a press. */
  keySounds(now: number): void;
}

const STATIC_LAWS: Readonly<Record<number, Law>> = { 0: 'PCMU', 8: 'PCMA' };
const COMFORT_NOISE = 13;

type Kind = Law | 'events' | 'nothing';

/** What comes in for one call: told from garbage and strangers, in its place and decoded. */
export class Reception {
  readonly latch = new Latch();
  readonly #listener: ReceptionListener;
  readonly #stream = new IncomingStream();
  readonly #timeline = new Timeline();
  readonly #keys = new KeyReader();
  readonly #samples = new Int16Array(1500);
  #agreement: Agreement | null = null;
  #counts = { received: 0, events: 0, ignored: 0, foreign: 0 };

  constructor(listener: ReceptionListener) {
    this.#listener = listener;
  }

  agree(agreement: Agreement, nowMs: number): void {
    this.#agreement = agreement;
    this.latch.aim(agreement.remote, nowMs);
  }

  /**
   * @param nowMs of the monotonic clock
   * @param position in the call, whole samples; null while what comes is not to be heard
   */
  take(
    datagram: Buffer,
    from: RemoteInfo,
    { nowMs, position }: { nowMs: number; position: number | null },
  ): void {
    const packet = parseRtp(datagram);
    const kind = packet === null ? null : this.#kindOf(packet);
    if (packet === null || kind === null) {
      this.#counts.ignored++;
      return;
    }
    if (!this.latch.admits(from, nowMs)) {
      this.#counts.foreign++;
      return;
    }
    this.#counts.received++;
    const arrival = this.#stream.take(packet);
    if (arrival === 'duplicate') return;
    if (arrival === 'restart') this.#timeline.reset();
    if (position === null || kind === 'nothing') return;
    if (kind === 'events') this.#takeEvent(packet, position);
    else this.#takeAudio(packet, { law: kind, position, inOrder: arrival !== 'late' });
  }

  stats(): Omit<SessionStats, 'sent'> {
    const { lost, reordered, duplicates } = this.#stream;
    return { ...this.#counts, lost, reordered, duplicates, source: showSource(this.latch.source) };
  }

  /** Null for a payload that nobody agreed on. Both laws are always understood: peers change over without a word. */
  #kindOf({ payloadType }: RtpPacket): Kind | null {
    const agreement = this.#agreement;
    if (agreement === null) return null;
    if (payloadType === agreement.payload) return agreement.law;
    if (agreement.eventPayloads.includes(payloadType)) return 'events';
    return payloadType === COMFORT_NOISE ? 'nothing' : (STATIC_LAWS[payloadType] ?? null);
  }

  #takeAudio(
    { payload, timestamp }: RtpPacket,
    { law, position, inOrder }: { law: Law; position: number; inOrder: boolean },
  ): void {
    const samples = this.#samples.subarray(0, payload.length);
    decode(law, payload, samples);
    // What has just come was said just now, so that a hang-up never cuts off what has come before it.
    const now = Math.max(0, position - samples.length);
    this.#listener.audioCame(this.#timeline.place(timestamp, now, inOrder), samples);
  }

  #takeEvent(packet: RtpPacket, position: number): void {
    this.#counts.events++;
    this.#listener.keySounds(position);
    const key = this.#keys.read(packet);
    if (key !== null) this.#listener.keyCame(key, this.#timeline.placeEvent(packet.timestamp, position));
  }
}

function showSource(source: Source | null): string | null {
  if (source === null) return null;
  const { address, port } = source;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
