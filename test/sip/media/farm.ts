import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { encode } from '../../../src/sip/media/rtp/g711.ts';
import { makeRtp, parseRtp } from '../../../src/sip/media/rtp/packet.ts';
import { sine } from './sound.ts';

/** What a farm is told: to whom each of its phones talks, and for how long. */
export interface FarmOrder {
  readonly ports: readonly number[];
  readonly talkMs: number;
}

/** What it says at the end. */
export interface FarmReport {
  /** ms between one packet and the next of the same phone. */
  readonly gapP50: number;
  readonly gapP99: number;
  readonly gapMax: number;
  /** The same of the farm's own beat: what the machine allows just now. */
  readonly beatP99: number;
  readonly received: number;
  /** By the sequence numbers of what was received. */
  readonly lost: number;
  readonly cpuMs: number;
}

const FRAME_MS = 20;

/** One phone of many, which sends a tone and measures what it gets. */
class FarmPhone {
  readonly socket: Socket;
  readonly #gaps: number[];
  #lastAt = 0;
  #sequence = 0;
  #first = -1;
  #count = 0;
  #span = 0;

  constructor(socket: Socket, gaps: number[]) {
    this.socket = socket;
    this.#gaps = gaps;
    socket.on('message', (datagram) => this.#take(datagram));
  }

  get received(): number {
    return this.#count;
  }

  get lost(): number {
    return this.#span - this.#count;
  }

  send(codes: Uint8Array, to: number): void {
    const sequence = this.#sequence++ & 0xffff;
    const header = {
      payloadType: 8,
      marker: sequence === 0,
      sequence,
      timestamp: this.#sequence * 160,
      ssrc: to,
    };
    const datagram = makeRtp(header, codes.length);
    datagram.set(codes, 12);
    this.socket.send(datagram, to, '127.0.0.1');
  }

  #take(datagram: Buffer): void {
    const now = performance.now();
    if (this.#lastAt > 0) this.#gaps.push(now - this.#lastAt);
    this.#lastAt = now;
    const sequence = parseRtp(datagram)?.sequence ?? 0;
    if (this.#first < 0) this.#first = sequence;
    this.#count++;
    this.#span = Math.max(this.#span, ((sequence - this.#first) & 0xffff) + 1);
  }
}

if (parentPort !== null) {
  const main = parentPort;
  const gaps: number[] = [];
  const phones = await Promise.all(Array.from({ length: workerData as number }, () => open(gaps)));
  main.postMessage(phones.map(({ socket }) => socket.address().port));
  main.once('message', async (order: FarmOrder) => {
    const beats = await run(phones, order);
    main.postMessage(report(phones, { gaps, beats }));
  });
}

async function open(gaps: number[]): Promise<FarmPhone> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return new FarmPhone(socket, gaps);
}

/** @returns ms between one beat and the next */
async function run(phones: readonly FarmPhone[], { ports, talkMs }: FarmOrder): Promise<number[]> {
  const tone = sine(400, 1000);
  const frames = Array.from({ length: 50 }, (_, i) => {
    const codes = new Uint8Array(160);
    encode('PCMA', tone.subarray(i * 160, i * 160 + 160), codes);
    return codes;
  });
  const beats: number[] = [];
  const began = performance.now();
  let last = began;
  for (let frame = 0; frame * FRAME_MS < talkMs; frame++) {
    const wait = began + frame * FRAME_MS - performance.now();
    if (wait > 0) await sleep(wait);
    const now = performance.now();
    if (frame > 0) beats.push(now - last);
    last = now;
    phones.forEach((phone, i) => void phone.send(frames[frame % 50] as Uint8Array, ports[i] as number));
  }
  return beats;
}

function report(
  phones: readonly FarmPhone[],
  { gaps, beats }: { gaps: readonly number[]; beats: readonly number[] },
): FarmReport {
  const sum = (what: (phone: FarmPhone) => number) => phones.reduce((total, phone) => total + what(phone), 0);
  const { user, system } = process.threadCpuUsage();
  for (const { socket } of phones) socket.close();
  return {
    gapP50: percentile(gaps, 0.5),
    gapP99: percentile(gaps, 0.99),
    gapMax: percentile(gaps, 1),
    beatP99: percentile(beats, 0.99),
    received: sum(({ received }) => received),
    lost: sum(({ lost }) => lost),
    cpuMs: (user + system) / 1000,
  };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
