import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode, type Law } from '../../../src/sip/media/rtp/g711.ts';
import { makeRtp, parseRtp, type RtpPacket } from '../../../src/sip/media/rtp/packet.ts';

const PAYLOAD: Record<Law, number> = { PCMA: 8, PCMU: 0 };
const KEYS = '0123456789*#ABCD';

export interface PhoneOptions {
  readonly law?: Law;
  /** Of the first packet. */
  readonly sequence?: number;
  readonly timestamp?: number;
  readonly ssrc?: number;
}

/** A packet that the phone got, and when, in ms of `performance.now`. */
export interface Got extends RtpPacket {
  readonly atMs: number;
}

/** A telephone of the tests: a real socket that sends and gathers RTP. */
export class Phone implements AsyncDisposable {
  readonly law: Law;
  readonly got: Got[] = [];
  readonly port: number;
  /** Datagrams sent in all. */
  sent = 0;
  sequence: number;
  timestamp: number;
  ssrc: number;
  readonly #socket: Socket;
  #to = 0;
  #isFirst = true;

  private constructor(
    socket: Socket,
    { law = 'PCMA', sequence = 100, timestamp = 5000, ssrc = 7 }: PhoneOptions,
  ) {
    this.#socket = socket;
    this.port = socket.address().port;
    this.law = law;
    this.sequence = sequence;
    this.timestamp = timestamp;
    this.ssrc = ssrc;
    socket.on('message', (datagram) => {
      const packet = parseRtp(datagram);
      if (packet !== null) this.got.push({ ...packet, atMs: performance.now() });
    });
  }

  static async open(options: PhoneOptions = {}): Promise<Phone> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Phone(socket, options);
  }

  /** SDP of this phone. */
  offer({ direction = 'sendrecv', codecs = '', lines = [] as string[] } = {}): string {
    const payloads = codecs || `${PAYLOAD[this.law]} 101`;
    return [
      'v=0',
      'o=phone 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.port} RTP/AVP ${payloads}`,
      'a=rtpmap:101 telephone-event/8000',
      `a=${direction}`,
      ...lines,
      '',
    ].join('\r\n');
  }

  /** Sends to this port from now on. */
  dial(port: number): void {
    this.#to = port;
  }

  sendRaw(datagram: Uint8Array, to = this.#to): void {
    this.sent++;
    this.#socket.send(datagram, to, '127.0.0.1');
  }

  /** Packets of 20 ms, numbered and timed on; not sent yet. */
  packetsOf(samples: Int16Array): Buffer[] {
    const packets: Buffer[] = [];
    for (let at = 0; at < samples.length; at += 160) {
      const part = samples.subarray(at, at + 160);
      const datagram = this.#make({ payloadType: PAYLOAD[this.law], marker: this.#isFirst }, part.length);
      encode(this.law, part, datagram.subarray(12));
      this.#isFirst = false;
      this.timestamp = (this.timestamp + part.length) >>> 0;
      packets.push(datagram);
    }
    return packets;
  }

  /** Sends one packet each 20 ms; null is a pause. Resolves when the last one's sound is over. */
  async sendInTime(packets: readonly (Buffer | null)[]): Promise<void> {
    const began = performance.now();
    for (const [i, packet] of packets.entries()) {
      if (packet !== null) this.sendRaw(packet);
      await sleep(Math.max(0, began + (i + 1) * 20 - performance.now()));
    }
  }

  talk(samples: Int16Array): Promise<void> {
    return this.sendInTime(this.packetsOf(samples));
  }

  /** Packets of a press of 100 ms (RFC 4733): five of its growing length, the last sent three times. */
  pressOf(key: string, { payloadType = 101, ends = 3 } = {}): Buffer[] {
    const packets = [1, 2, 3, 4, 5].map((step) => this.#event(key, { step, isEnd: false, payloadType }));
    for (let i = 0; i < ends; i++) packets.push(this.#event(key, { step: 6, isEnd: true, payloadType }));
    this.timestamp = (this.timestamp + 960) >>> 0;
    return packets;
  }

  /** What was heard in one piece, in the order of timestamps. */
  heard(from = 0): Int16Array {
    const packets = this.got.slice(from).filter(({ payloadType }) => payloadType === PAYLOAD[this.law]);
    const samples = new Int16Array(packets.length * 160);
    for (const [i, { payload }] of packets.entries()) decode(this.law, payload, samples.subarray(i * 160));
    return samples;
  }

  /** Waits until so many packets have come in all. */
  async waitFor(count: number): Promise<void> {
    while (this.got.length < count) await once(this.#socket, 'message');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #event(
    key: string,
    { step, isEnd, payloadType }: { step: number; isEnd: boolean; payloadType: number },
  ): Buffer {
    const datagram = this.#make({ payloadType, marker: step === 1 }, 4);
    datagram.writeUInt8(KEYS.indexOf(key), 12);
    datagram.writeUInt8((isEnd ? 0x80 : 0) | 10, 13);
    datagram.writeUInt16BE(step * 160, 14);
    return datagram;
  }

  #make(head: Pick<RtpPacket, 'payloadType' | 'marker'>, bytes: number): Buffer {
    const { timestamp, ssrc } = this;
    const sequence = this.sequence;
    this.sequence = (sequence + 1) & 0xffff;
    return makeRtp({ ...head, sequence, timestamp, ssrc }, bytes);
  }
}
