import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import { LightResponse } from './light-response.ts';

/** What answers: `app.fetch` of Hono. */
export type Fetch = (request: Request, env: object) => Response | Promise<Response>;

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** PEM; with it the server speaks HTTPS. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** Told what escaped `fetch`, which is a bug; the client gets an empty 500. */
  onError?(error: unknown): void;
}

export interface ServerHandle {
  readonly port: number;
  readonly host: string;
  /** For `upgrade` and `connect`, which have no place in `fetch`. */
  readonly server: Server;
  /** Stops accepting, ends idle and upgraded connections, lets requests in flight end for `graceMs` (default
   * 5,000), cuts off the rest. An endless answer counts as in flight: end it first. */
  close(graceMs?: number): Promise<void>;
  /** Requests under way, a line each. */
  inFlight(): readonly string[];
  /** What is open, a line each; nothing after `close`. */
  held(): readonly string[];
}

/** A port that cannot be listened on; the message names it. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;
  readonly port: number;

  constructor(options: { port: number; host: string; cause: NodeJS.ErrnoException }) {
    const { port, host, cause } = options;
    super(`cannot listen on ${host}:${port}: ${explainListenError(cause)}`, { cause });
    this.code = cause.code ?? '';
    this.port = port;
  }
}

const GRACE_MS = 5_000;

/**
 * Serves `fetch` on a port of its own.
 *
 * The global `Request` and `Response` stay Node's (nothing is global: this also runs inside other people's
 * tests). Answers leave with their Content-Length, head and body in one write, if their body is a string or bytes;
 * `LightResponse` spares these the way through a stream. An answer with a null body would be chunked: give `''`.
 */
export async function serve(fetch: Fetch, options: ServeOptions): Promise<ServerHandle> {
  const { port, host, tls, onError } = options;
  const inFlight = new Set<ServerResponse>();
  let isClosing = false;

  const answer = getRequestListener((request, env) => fetch(request, env), {
    hostname: 'localhost',
    overrideGlobalObjects: false,
    errorHandler(error) {
      if (error instanceof RequestError) return new LightResponse('', { status: 400 });
      onError?.(error);
      return new LightResponse('', { status: 500 });
    },
  });

  const listener = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    inFlight.add(outgoing);
    outgoing.on('close', () => inFlight.delete(outgoing));
    if (isClosing) outgoing.shouldKeepAlive = false;
    // The adapter refuses an unescaped backslash; escaped, it meets the routes and their 404 like any other path.
    if (incoming.url?.includes('\\')) incoming.url = incoming.url.replaceAll('\\', '%5C');
    void answer(incoming, outgoing);
  };

  const settings = {
    // Longer than the pools of the usual clients keep a connection, so that these close it and not we (choice).
    keepAliveTimeout: 75_000,
    headersTimeout: 60_000,
    requestTimeout: 300_000,
    // Old and hand-made clients leave it out; the platform's paths answer to every Host (spec 5.1).
    requireHostHeader: false,
    noDelay: true,
  };
  const server = tls
    ? createHttpsServer({ ...settings, ...tls }, listener)
    : createHttpServer(settings, listener);
  server.maxRequestsPerSocket = 0;
  const sockets = trackSockets(server, 'connection');
  // Behind TLS it is another socket that requests come from, and none until the handshake is done.
  const ready = tls ? trackSockets(server, 'secureConnection') : sockets;
  await listen(server, { port, host });

  const { port: taken } = server.address() as AddressInfo;
  return {
    port: taken,
    host,
    server,
    inFlight: () => [...inFlight].map(({ req }) => `${req.method} ${req.url}`),
    held: () => [
      ...(server.listening ? [`the port ${host}:${taken}`] : []),
      ...[...sockets].map((socket) => `a socket of ${socket.remoteAddress}:${socket.remotePort}`),
    ],
    close(graceMs = GRACE_MS) {
      isClosing = true;
      return new Promise((resolve) => {
        const cutOff = setTimeout(() => destroyAll(sockets), graceMs);
        server.close(() => {
          clearTimeout(cutOff);
          resolve();
        });
        for (const outgoing of inFlight) {
          outgoing.shouldKeepAlive = false;
          outgoing.on('close', () => outgoing.req.socket.destroySoon());
        }
        const busy = new Set([...inFlight].map((outgoing) => outgoing.req.socket));
        destroyAll([...ready].filter((socket) => !busy.has(socket)));
      });
    },
  };
}

function listen(server: Server, { port, host }: { port: number; host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => reject(new ListenError({ port, host, cause }));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function trackSockets(server: Server, event: 'connection' | 'secureConnection'): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on(event, (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return sockets;
}

function explainListenError(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'the port is taken';
    case 'EACCES':
      return 'not permitted (ports below 1024 need rights of their own)';
    case 'EADDRNOTAVAIL':
      return 'this machine has no such address';
    case 'ENOTFOUND':
      return 'no such host';
    default:
      return error.message;
  }
}

function destroyAll(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.destroy();
}
