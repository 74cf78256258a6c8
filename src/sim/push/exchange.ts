import { TextDecoder } from 'node:util';

/** Bytes of an answer that are read (spec 3.1); the rest is not waited for. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** What undici hands a handler to stop a request with; it closes the connection too. */
interface Controller {
  abort(reason: Error): void;
}

/** The connection that an exchange runs on. */
export interface ExchangeConnection {
  /** Called as the request is about to be written; true if this socket has served another one before. */
  begin(): boolean;
  /** Cuts off a connect that is still under way; a connection that stands is left alone. */
  abandonConnect(): void;
}

/** How an exchange ended. */
export type ExchangeEnd =
  | { readonly kind: 'answer'; readonly status: number; readonly answer: string }
  /** `begun`: some byte of the answer had come. */
  | {
      readonly kind: 'failed';
      readonly status: number | null;
      readonly begun: boolean;
      readonly error: Error;
    }
  /** The peer had closed the kept-alive connection that was picked for it: nothing is known of the peer yet. */
  | { readonly kind: 'stale' };

/** Codes with which a socket that the peer closed while it was idle fails its next request. */
const CLOSED_BY_PEER = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ECONNABORTED']);

const GIVEN_UP = new Error('the attempt was given up');

/** One request and its answer on the wire, as a handler for undici's `dispatch`: collects what comes, ends once,
 * and can be given up at any point. */
export class Exchange {
  /** Set as soon as a connection is picked; null while it queues for one. */
  connection: ExchangeConnection | null = null;
  readonly #settle: (end: ExchangeEnd) => void;
  #controller: Controller | null = null;
  #isOver = false;
  #isReused = false;
  #hasBegun = false;
  #status: number | null = null;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(settle: (end: ExchangeEnd) => void) {
    this.#settle = settle;
  }

  /** The status, if it came. */
  get status(): number | null {
    return this.#status;
  }

  /** Nothing more is wanted: the connection is closed if the request is on it, or never gets it. */
  giveUp(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#controller === null) this.connection?.abandonConnect();
    else this.#controller.abort(GIVEN_UP);
  }

  onRequestStart(controller: Controller): void {
    // Thrown and not aborted: an abort would take the connection with it, which is good for the next request.
    if (this.#isOver) throw GIVEN_UP;
    this.#controller = controller;
    this.#isReused = this.connection?.begin() ?? false;
  }

  onResponseStarted(): void {
    this.#hasBegun = true;
  }

  onResponseStart(_controller: Controller, status: number): void {
    if (status >= 200) this.#status = status;
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < MAX_ANSWER_BYTES) return;
    this.#endWithAnswer();
    controller.abort(GIVEN_UP);
  }

  onResponseEnd(): void {
    if (!this.#isOver) this.#endWithAnswer();
  }

  onResponseError(_controller: Controller | null, error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#isReused && !this.#hasBegun && CLOSED_BY_PEER.has(readCode(error))) {
      this.#settle({ kind: 'stale' });
    } else {
      this.#settle({ kind: 'failed', status: this.#status, begun: this.#hasBegun, error });
    }
  }

  #endWithAnswer(): void {
    this.#isOver = true;
    const answer = decodeAnswer(this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks));
    this.#settle({ kind: 'answer', status: this.#status ?? 0, answer });
  }
}

/** The first 64 KiB as UTF-8; what is none becomes U+FFFD, a character that the cut went through is left out. */
export function decodeAnswer(bytes: Uint8Array | undefined): string {
  if (bytes === undefined || bytes.length === 0) return '';
  const isCut = bytes.length > MAX_ANSWER_BYTES;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, MAX_ANSWER_BYTES), {
    stream: isCut,
  });
}

/** The `code` of an error of Node or undici, or an empty string. */
export function readCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
