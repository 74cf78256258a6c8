import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Client, type Dispatcher, Pool } from 'undici';
import type { AttemptOutcome, AttemptRequest, HttpPort } from '../port.ts';
import { explainError, explainTimeout } from './error-words.ts';
import { decodeAnswer, Exchange, type ExchangeConnection, type ExchangeEnd } from './exchange.ts';
import { openSocket } from './open-socket.ts';
import { OriginPools } from './origin-pools.ts';

export interface HttpPortOptions {
  /** Names the simulator to the receiver, e.g. `yeta-sim/0.1.0`. */
  readonly userAgent: string;
  /** Answers urls below `/_sim/` without a socket. */
  readonly inProcess?: (path: string, body: string) => Promise<{ status: number; text: string }>;
  /** A monotonic clock in wall ms; default `performance.now`. */
  readonly now?: () => number;
  /** True: takes any certificate. Default false. */
  readonly insecure?: boolean;
  /** Connections to one origin, default 256 (the `push.concurrency` of the manual clock). */
  readonly connections?: number;
  /** Origins that keep connections at the same time, default 256 (choice); the one used longest ago is closed. */
  readonly origins?: number;
}

/** What an attempt came to, before its time is known. */
type Result = Omit<AttemptOutcome, 'tookMs'>;

/**
 * Sends pushes and pulls: one POST each, `Content-Type`, `Content-Length`, `User-Agent` and no authentication,
 * head and body in one write; redirects are not followed; at most 64 KiB of the answer is read (spec 3.1).
 * One timer covers queueing, connecting, sending and reading. What goes wrong is an outcome, never an exception.
 *
 * A request that was put on a kept-alive connection just as the peer closed it is sent once more at once, on a
 * new connection and within the same deadline: it fails with the socket closed or reset, on a socket that had
 * served before, and before the first byte of an answer, which says nothing about the receiver (choice).
 */
export function createHttpPort(options: HttpPortOptions): HttpPort {
  const {
    now = () => performance.now(),
    inProcess,
    insecure = false,
    connections = 256,
    origins = 256,
  } = options;
  /** Open, or on their way to be. */
  const sockets = new Set<Socket>();
  const connect = (origin: string | URL) => new Connection(origin, insecure, sockets);
  const pools = new OriginPools<Dispatcher>(
    origins,
    (origin) => new Pool(origin, { connections, allowH2: false, factory: connect }),
  );
  const headers = { 'Content-Type': 'application/json;charset=UTF-8', 'User-Agent': options.userAgent };
  /** What ends each attempt in flight, at the close, and its url. */
  const inFlight = new Map<() => void, string>();
  let isClosed = false;

  /** Runs `start` until it settles, the time is over or the port closes; `start` gives back how to give it up. */
  function race(
    { url, timeoutMs }: AttemptRequest,
    start: (settle: (result: Result) => void) => () => number | null,
  ) {
    return new Promise<Result>((resolve) => {
      const settle = (result: Result) => {
        clearTimeout(timer);
        inFlight.delete(abort);
        resolve(result);
      };
      const abort = () =>
        settle({ ...failed('aborted: the simulator is closing', giveUp()), isAborted: true });
      const timer = setTimeout(
        () => settle({ ...failed(explainTimeout(timeoutMs), giveUp()), timedOut: true }),
        timeoutMs,
      );
      inFlight.set(abort, url);
      const giveUp = start(settle);
    });
  }

  function send(url: URL, attempt: AttemptRequest): Promise<Result> {
    const path = url.pathname + url.search;
    const request = { path, method: 'POST', headers, body: attempt.body } as const;
    return race(attempt, (settle) => {
      const exchange = new Exchange((end) => {
        if (end.kind !== 'stale') return settle(toResult(end, url.hostname));
        current = new Exchange((last) => settle(toResult(last, url.hostname)));
        const fresh = connect(url.origin);
        fresh.dispatch(request, current);
        pools.retire(fresh);
      });
      let current = exchange;
      pools.pick(url.origin).dispatch(request, exchange);
      return () => {
        current.giveUp();
        return current.status;
      };
    });
  }

  function sendInProcess(attempt: AttemptRequest): Promise<Result> {
    const { url, body } = attempt;
    if (inProcess === undefined) return Promise.resolve(failed(`nothing in this process answers ${url}`));
    return race(attempt, (settle) => {
      Promise.try(inProcess, url, body).then(
        ({ status, text }) => settle({ ...failed(null, status), answer: decodeAnswer(Buffer.from(text)) }),
        (error: unknown) => settle(failed(error instanceof Error ? error.message : String(error))),
      );
      return () => null;
    });
  }

  return {
    async attempt(request) {
      const startedAt = now();
      const target = request.url.startsWith('/_sim/') ? null : readTarget(request.url);
      const result = await (isClosed
        ? { ...failed('aborted: the simulator is closing'), isAborted: true }
        : target === null
          ? sendInProcess(request)
          : typeof target === 'string'
            ? failed(target)
            : send(target, request));
      return { tookMs: Math.round(now() - startedAt), ...result };
    },

    async close() {
      isClosed = true;
      for (const abort of [...inFlight.keys()]) abort();
      await pools.destroy();
      // A destroyed socket is closed a turn later.
      await Promise.all([...sockets].map((socket) => socket.closed || once(socket, 'close')));
    },

    inFlight: () => [...inFlight.values()],

    held: () => [
      ...[...inFlight.values()].map((url) => `an attempt at ${url}`),
      ...[...sockets].map(({ remoteAddress, remotePort }) => `a socket to ${remoteAddress}:${remotePort}`),
    ],
  };
}

/** Whether an attempt counts: `success` in lower case anywhere in an answer that came whole (doc), whatever its
 * status, format or quotes (choice), unless `requireOkStatus` asks for 2xx too. */
export function isDelivered(outcome: AttemptOutcome, options: { requireOkStatus: boolean }): boolean {
  return explainOutcome(outcome, options) === null;
}

/** Why an attempt does not count, in words; null if it does. */
export function explainOutcome(
  { error, answer, status }: AttemptOutcome,
  { requireOkStatus }: { requireOkStatus: boolean },
): string | null {
  if (error !== null) return error;
  const isOk = status !== null && status >= 200 && status < 300;
  if (answer?.includes('success')) {
    return isOk || !requireOkStatus ? null : `status ${status}, and push.requireOkStatus asks for 2xx`;
  }
  const missing = 'no "success" in the answer';
  if (status !== null && status >= 300 && status < 400) {
    return `${missing} (${status}: redirects are not followed)`;
  }
  const found = answer?.match(/success/i)?.[0];
  if (found !== undefined) return `${missing} (it says "${found}", only lower case counts)`;
  if (answer === null || answer.trim() === '')
    return `${missing} (${isOk ? '' : `status ${status}, `}it is empty)`;
  return isOk ? missing : `${missing} (status ${status})`;
}

const ABANDONED = new Error('the attempt was given up before the connection stood');

/**
 * One keep-alive connection, one request at a time. It tells each exchange whether its socket has served before,
 * and lets go of a connect that nobody waits for any more: otherwise 256 attempts at an address that swallows
 * packets would hold every place of a pool until the kernel gives up.
 */
class Connection extends Client {
  readonly #state: ExchangeConnection;

  constructor(origin: string | URL, insecure: boolean, sockets: Set<Socket>) {
    let pending: Socket | null = null;
    let served = 0;
    super(origin, {
      pipelining: 1,
      allowH2: false,
      // The deadline is a timer of ours: undici's own fire up to 0.5 s late.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect(target, done) {
        const socket = openSocket(target, insecure, (...result) => {
          pending = null;
          served = 0;
          done(...result);
        });
        pending = socket;
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      },
    });
    this.#state = { begin: () => served++ > 0, abandonConnect: () => pending?.destroy(ABANDONED) };
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler instanceof Exchange) handler.connection = this.#state;
    return super.dispatch(options, handler);
  }
}

/** Where to send to, or what is wrong with the url. */
function readTarget(text: string): URL | string {
  const url = URL.parse(text);
  if (url === null) return `invalid url: ${text}`;
  return /^https?:$/.test(url.protocol) ? url : `invalid url: ${text} (only http and https)`;
}

function toResult(end: ExchangeEnd, hostname: string): Result {
  if (end.kind === 'answer') return { ...failed(null, end.status), answer: end.answer };
  if (end.kind === 'stale') return failed('closed without an answer');
  return failed(explainError(end.error, { hostname, begun: end.begun }), end.status);
}

function failed(error: string | null, status: number | null = null): Result {
  return { status, answer: null, error, timedOut: false };
}
