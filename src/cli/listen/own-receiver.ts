import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorityOf } from '../../authority.ts';
import { createReceiver, type Receiver } from '../../server/receiver.ts';
import type { Module } from '../../sim/account/account.ts';
import { ListenError } from '../../sim/listen-error.ts';
import { formatInstant } from '../../sim/time/calendar.ts';
import { judgeAnswer } from '../sample/send.ts';
import { type Body, describeResult, numberIn, readBody, tellModule } from './describe.ts';
import { Forwarder, type Reply } from './forward.ts';
import type { Seen } from './line.ts';

export interface ReceiverOptions {
  readonly port: number;
  readonly host: string;
  /** Null: everything is answered here, with `success`. */
  readonly forward: string | null;
  onSeen(seen: Seen): void;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Numbers of calls that are remembered: dialogues and recordings do not say them. */
const MOST_CALLS = 10_000;

/** Takes pushes and pulls on a port of its own. */
export class OwnReceiver implements AsyncDisposable {
  readonly #options: ReceiverOptions;
  readonly #server: Server;
  readonly #forwarder: Forwarder | null;
  /** For its answers; what it got is not needed. */
  readonly #receiver: Receiver = createReceiver({ now: Date.now, count: 1 });
  readonly #numbers = new Map<string, string>();

  private constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#forwarder = options.forward === null ? null : new Forwarder(options.forward);
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  /** @throws ListenError if the port is taken */
  static async open(options: ReceiverOptions): Promise<OwnReceiver> {
    const receiver = new OwnReceiver(options);
    const { port, host } = options;
    try {
      await once(receiver.#server.listen(port, host), 'listening');
    } catch (cause) {
      throw new ListenError({ protocol: 'HTTP', port, host, cause: cause as NodeJS.ErrnoException });
    }
    return receiver;
  }

  get url(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${authorityOf({ host: address, port })}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#forwarder?.[Symbol.asyncDispose]();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const atMs = Date.now();
    const startedAt = performance.now();
    const bytes = await readBytes(request);
    if (bytes === null) {
      response.writeHead(413).end();
      return;
    }
    const sent = bytes.toString();
    const body = readBody(sent);
    const module = tellModule(request.url ?? '/', body);
    const { reply, failure } = await this.#answer(request, response, { bytes, module });
    const tookMs = Math.round(performance.now() - startedAt);
    if (reply !== null && !response.destroyed)
      response.writeHead(reply.status, reply.headers).end(reply.body);
    const text = failure === null ? (reply?.body.toString() ?? null) : null;
    const status = failure === null ? (reply?.status ?? null) : null;
    const outcome = { tookMs, status, answer: text, error: failure, timedOut: false };
    const error = failure ?? (module === null ? null : judgeAnswer(module, outcome));
    const callUuid = typeof body.call_uuid === 'string' ? body.call_uuid : null;
    this.#options.onSeen({
      at: formatInstant(atMs),
      atMs,
      module,
      number: this.#numberOf(callUuid, body),
      callUuid,
      result: describeResult(module, body),
      size: bytes.length,
      delivered: error === null,
      error,
      answer: { status, tookMs, text },
      body: Object.keys(body).length === 0 ? sent : body,
    });
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    { bytes, module }: { readonly bytes: Buffer; readonly module: Module | null },
  ): Promise<{ reply: Reply | null; failure: string | null }> {
    if (this.#forwarder === null) {
      const text = this.#receiver.receive(module ?? '', bytes.toString());
      return { reply: { status: 200, headers: {}, body: Buffer.from(text) }, failure: null };
    }
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      return {
        reply: await this.#forwarder.pass(request, bytes, { module, signal: gone.signal }),
        failure: null,
      };
    } catch (error) {
      // Whoever sent it has given up: there is nobody to answer to.
      if (gone.signal.aborted) return { reply: null, failure: 'no answer came before the sender gave up' };
      const { code, message } = error as NodeJS.ErrnoException;
      const failure = `cannot forward: ${code ?? message}`;
      return { reply: { status: 502, headers: {}, body: Buffer.from(failure) }, failure };
    }
  }

  /** Records say it, dialogues and recordings of the same call do not. */
  #numberOf(callUuid: string | null, body: Body): string | null {
    const number = numberIn(body);
    if (callUuid === null || number === null) return number ?? this.#numbers.get(callUuid ?? '') ?? null;
    this.#numbers.set(callUuid, number);
    const [oldest] = this.#numbers.keys();
    if (this.#numbers.size > MOST_CALLS && oldest !== undefined) this.#numbers.delete(oldest);
    return number;
  }
}

/** Null: it is too large, and read to its end all the same, so that the answer is heard. */
async function readBytes(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      bytes += (chunk as Buffer).length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk as Buffer);
    }
  } catch {
    // The sender broke off; what came is shown.
  }
  return bytes > MAX_BODY_BYTES ? null : Buffer.concat(chunks);
}
