import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { SipMessage, SipRequest, SipResponse } from '../../src/sip/message/message.ts';
import { headerOf, tagOf } from '../../src/sip/message/message.ts';
import { readMessage } from '../../src/sip/message/read.ts';
import { Framing } from '../../src/sip/transport/framing.ts';

/** The seed's INVITE (000, section 3.2), to the byte; `\r\n` for the ends of its lines. */
export const SEED_INVITE = [
  'INVITE sip:69101408@172.20.10.61:15060 SIP/2.0',
  'Via: SIP/2.0/UDP 172.20.10.177:63990;branch=z9hG4bK-524287-1---8c0b9b2cc3bdda5e;rport',
  'Max-Forwards: 70',
  'Contact: <sip:1007@172.20.10.177:63990;rinstance=6f5eba13f11c34ba>',
  'To: <sip:69101408@172.20.10.61:15060>',
  'From: <sip:1007@172.20.10.61:15060>;tag=f8bc155e',
  'Call-ID: 90534YjFiZTU5NmQzMzUzYzU0NDk3MGRkMDA1YTFIYzg5Zjk',
  'CSeq: 1 INVITE',
  'Allow: SUBSCRIBE, NOTIFY, INVITE, ACK, CANCEL, BYE, REFER, INFO, OPTIONS, MESSAGE',
  'Content-Type: application/sdp',
  'Supported: replaces',
  'X-business-id: 1234',
  'X-app-id: 1234',
  'X-robot-id: 1234',
  'X-call-relation-id: 1234',
  'Content-Length:',
  '',
  '',
].join('\r\n');

/** What lets a call in with the default fixtures. */
export const HEADERS: Readonly<Record<string, string>> = {
  'X-business-id': '167',
  'X-app-id': '20180739',
  'X-robot-id': '719',
  'X-call-relation-id': 'crm-77',
};

export type Transport = 'udp' | 'tcp';

export interface Wish {
  readonly method?: string;
  /** Default: that of the first line, or the account for REGISTER. */
  readonly to?: string;
  readonly from?: string;
  readonly callId?: string;
  readonly branch?: string;
  readonly cseq?: number;
  readonly fromTag?: string;
  /** Of the other side: set in a dialog. */
  readonly toTag?: string;
  /** Beside the usual ones, or in their place; null leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: string;
}

let serial = 0;

/** Somebody who speaks SIP byte by byte over a real socket, and waits for what comes back. */
export class Peer implements AsyncDisposable {
  readonly transport: Transport;
  readonly port: number;
  /** Everything that came, in order. */
  readonly got: SipMessage[] = [];
  /** Bytes that are no message: pongs. */
  readonly raw: string[] = [];
  readonly #send: (bytes: Buffer) => void;
  readonly #close: () => Promise<void>;
  /** Looked at already by `next`. */
  readonly #taken = new Set<SipMessage>();
  #wake: () => void = () => {};
  isClosed = false;

  private constructor(parts: {
    transport: Transport;
    port: number;
    send: (bytes: Buffer) => void;
    close: () => Promise<void>;
  }) {
    this.transport = parts.transport;
    this.port = parts.port;
    this.#send = parts.send;
    this.#close = parts.close;
  }

  static async open(transport: Transport, port: number): Promise<Peer> {
    return transport === 'udp' ? Peer.#openUdp(port) : Peer.#openTcp(port);
  }

  static async #openUdp(port: number): Promise<Peer> {
    const socket: UdpSocket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const peer = new Peer({
      transport: 'udp',
      port: socket.address().port,
      send: (bytes) => socket.send(bytes, port, '127.0.0.1'),
      close: () => new Promise((resolve) => socket.close(() => resolve())),
    });
    socket.on('message', (bytes) => peer.#take(bytes));
    return peer;
  }

  static async #openTcp(port: number): Promise<Peer> {
    const socket: Socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const peer = new Peer({
      transport: 'tcp',
      port: socket.localPort ?? 0,
      send: (bytes) => void socket.write(bytes),
      close: async () => void socket.destroy(),
    });
    const framing = new Framing({
      onMessage: (message) => peer.#take(message),
      onPing: () => {},
      onBroken: (why) => {
        throw new Error(why);
      },
    });
    socket.on('data', (chunk: Buffer) => {
      if (chunk.toString() === '\r\n') peer.raw.push('\r\n');
      framing.push(chunk);
      peer.#wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      peer.isClosed = true;
      peer.#wake();
    });
    return peer;
  }

  /** A request with everything that it needs. */
  write(wish: Wish = {}): string {
    const { method = 'INVITE', body = '', cseq = 1, fromTag = 'caller' } = wish;
    const to = wish.to ?? 'sip:69101408@127.0.0.1';
    const from = wish.from ?? 'sip:1007@127.0.0.1';
    const number = ++serial;
    const headers: Record<string, string | null> = {
      Via: `SIP/2.0/${this.transport.toUpperCase()} 127.0.0.1:${this.port};branch=${wish.branch ?? `z9hG4bK-${process.pid}-${number}`};rport`,
      'Max-Forwards': '70',
      From: `<${from}>;tag=${fromTag}`,
      To: `<${to}>${wish.toTag === undefined ? '' : `;tag=${wish.toTag}`}`,
      'Call-ID': wish.callId ?? `call-${process.pid}-${number}`,
      CSeq: `${cseq} ${method}`,
      Contact: `<sip:1007@127.0.0.1:${this.port}>`,
      ...(method === 'INVITE' && wish.toTag === undefined ? HEADERS : null),
      ...(body === '' ? null : { 'Content-Type': 'application/sdp' }),
      'Content-Length': String(Buffer.byteLength(body)),
      ...wish.headers,
    };
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      value === null ? [] : `${name}: ${value}`,
    );
    const target = method === 'REGISTER' ? 'sip:127.0.0.1' : to;
    return [`${method} ${target} SIP/2.0`, ...lines, '', body].join('\r\n');
  }

  /** Sends text or bytes as they are. */
  send(message: string | Buffer): void {
    this.#send(typeof message === 'string' ? Buffer.from(message) : message);
  }

  /** Sends a request and waits for its final answer. */
  async ask(wish: Wish = {}): Promise<SipResponse> {
    const text = this.write(wish);
    this.send(text);
    return this.answer(text);
  }

  /** The final answer to what was sent. */
  answer(text: string): Promise<SipResponse> {
    const branch = /branch=([^;\r]+)/.exec(text)?.[1];
    const method = text.slice(0, text.indexOf(' '));
    return this.response(
      (response) =>
        response.status >= 200 &&
        response.method === method &&
        response.via.parameters.get('branch') === branch,
    );
  }

  /** The next answer that fits and was not looked at yet. */
  async response(fits: (response: SipResponse) => boolean = () => true): Promise<SipResponse> {
    return (await this.next((message) => message.kind === 'response' && fits(message))) as SipResponse;
  }

  /** The next request that the server sends. */
  async request(method: string): Promise<SipRequest> {
    return (await this.next(
      (message) => message.kind === 'request' && message.method === method,
    )) as SipRequest;
  }

  async next(fits: (message: SipMessage) => boolean): Promise<SipMessage> {
    for (;;) {
      const found = this.got.find((message) => !this.#taken.has(message) && fits(message));
      if (found !== undefined) {
        this.#taken.add(found);
        return found;
      }
      if (this.isClosed) throw new Error('the connection is closed');
      await this.change();
    }
  }

  /** Something came, or the connection was closed. */
  change(): Promise<void> {
    return new Promise((resolve) => {
      const before = this.#wake;
      this.#wake = () => {
        before();
        resolve();
      };
    });
  }

  /** Answers a request of the server with 200. */
  accept(request: SipRequest): void {
    this.reply(request, 200);
  }

  /** @param more `tag` of the answering side, where the request has none */
  reply(
    request: SipRequest,
    status: number,
    more: { readonly tag?: string; readonly body?: string; readonly headers?: readonly string[] } = {},
  ): void {
    const { tag, body = '', headers = [] } = more;
    const lines = [
      `SIP/2.0 ${status} Whatever`,
      ...(request.headers.get('via') ?? []).map((via) => `Via: ${via}`),
      `From: ${headerOf(request, 'from')}`,
      `To: ${headerOf(request, 'to')}${tag === undefined ? '' : `;tag=${tag}`}`,
      `Call-ID: ${request.callId}`,
      `CSeq: ${request.cseq} ${request.method}`,
      ...headers,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    this.send(`${lines.join('\r\n')}\r\n\r\n${body}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true;
    await this.#close();
  }

  #take(bytes: Buffer): void {
    const reading = readMessage(bytes);
    if (reading.kind !== 'message') throw new Error(`the server sent ${reading.kind}: ${bytes.toString()}`);
    this.got.push(reading.message);
    this.#wake();
    this.#wake = () => {};
  }
}

/** A call that a peer makes, from its INVITE on. */
export class Outgoing {
  readonly peer: Peer;
  readonly invite: string;
  readonly callId: string;
  readonly fromTag = 'caller';
  toTag = '';
  #cseq = 1;

  constructor(peer: Peer, wish: Wish = {}) {
    this.peer = peer;
    this.callId = wish.callId ?? `out-${process.pid}-${++serial}`;
    this.invite = peer.write({ ...wish, callId: this.callId });
  }

  static start(peer: Peer, wish: Wish = {}): Outgoing {
    const call = new Outgoing(peer, wish);
    peer.send(call.invite);
    return call;
  }

  /** Waits for the 200 and acknowledges it. */
  async connect(body = ''): Promise<SipResponse> {
    const answer = await this.peer.answer(this.invite);
    if (answer.status !== 200) throw new Error(`answered ${answer.status} ${answer.reason}`);
    this.toTag = tagOf(answer.to) ?? '';
    this.peer.send(this.write('ACK', { cseq: answer.cseq, body }));
    return answer;
  }

  /** A request in the dialog. */
  write(method: string, wish: Wish = {}): string {
    const cseq = wish.cseq ?? ++this.#cseq;
    return this.peer.write({ ...wish, method, cseq, callId: this.callId, toTag: this.toTag });
  }

  async ask(method: string, wish: Wish = {}): Promise<SipResponse> {
    const text = this.write(method, wish);
    this.peer.send(text);
    return this.peer.answer(text);
  }
}
