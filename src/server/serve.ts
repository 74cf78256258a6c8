import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import { ListenError } from '../sim/listen-error.ts';
import { LightResponse } from './light-response.ts';
import { Slots } from './slots.ts';

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
  /** Lets go of a connection that another server is to adopt. @returns false if an answer is still owed on it */
  release(socket: Socket): boolean;
  /** Serves a connection that another one has released; it is closed with this one. */
  adopt(socket: Socket): void;
  /** Stops accepting, ends idle and upgraded connections, lets requests in flight end for `graceMs` (default
   * 5,000), cuts off the rest. An endless answer counts as in flight: end it first. */
  close(graceMs?: number): Promise<void>;
  /** Requests under way, a line each. */
  inFlight(): readonly string[];
  /** What is open, a line each; nothing after `close`. */
  held(): readonly string[];
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
  const inFlight = new Slots<ServerResponse>();
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
    const slot = inFlight.add(outgoing);
    outgoing.on('close', () => inFlight.delete(slot));
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
  const sockets = trackSockets(server);
  const released = new WeakSet<Socket>();
  // Behind TLS requests come from another socket than the one that was accepted, of the same peer.
  const busyPeers = () => new Set(inFlight.all().map(({ req }) => peerOf(req.socket)));
  await listen(server, { port, host, protocol: tls === undefined ? 'HTTP' : 'HTTPS' });

  const { port: taken } = server.address() as AddressInfo;
  return {
    port: taken,
    host,
    server,
    inFlight: () => inFlight.all().map(({ req }) => `${req.method} ${req.url}`),
    held: () => [
      ...(server.listening ? [`the port ${host}:${taken}`] : []),
      ...[...sockets]
        .filter((socket) => !released.has(socket))
        .map((socket) => `a socket of ${peerOf(socket)}`),
    ],
    release(socket) {
      if (isClosing || busyPeers().has(peerOf(socket))) return false;
      released.add(socket);
      return true;
    },
    adopt(socket) {
      server.emit('connection', socket);
    },
    async close(graceMs = GRACE_MS) {
      isClosing = true;
      const cutOff = setTimeout(() => destroyAll(sockets), graceMs);
      const ended = new Promise((resolve) => server.close(resolve));
      for (const outgoing of inFlight.all()) {
        outgoing.shouldKeepAlive = false;
        outgoing.on('close', () => outgoing.req.socket.destroySoon());
      }
      const busy = busyPeers();
      destroyAll([...sockets].filter((socket) => !busy.has(peerOf(socket)) && !released.has(socket)));
      // What was adopted is nothing that the server itself waits for.
      await Promise.all([ended, ...[...sockets].map(closed)]);
      clearTimeout(cutOff);
    },
  };
}

function listen(
  server: Server,
  at: { port: number; host: string; protocol: 'HTTP' | 'HTTPS' },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => reject(new ListenError({ ...at, cause }));
    server.once('error', fail);
    server.listen(at.port, at.host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function trackSockets(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return sockets;
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

function destroyAll(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.destroy();
}
