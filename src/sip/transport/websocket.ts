import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { type Endpoint, type Flow, type FlowEvents, MAX_BYTES } from './flow.ts';

export interface WebSocketOptions {
  /** Under which address and port a peer finds us. */
  localFor(peer: string): Endpoint;
}

/** SIP over WebSocket (RFC 7118), on connections that an HTTP server has accepted and hands over. */
export interface WebSocketTransport {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

const SUBPROTOCOL = 'sip';
/** Head and body, as over TCP. */
const MAX_MESSAGE = 2 * MAX_BYTES;
/** A peer that does not read what it is sent is cut off at so many bytes. */
const MAX_UNSENT = 1024 * 1024;
const MAX_CONNECTIONS = 2000;
const PING = '\r\n\r\n';
const PONG = '\r\n';
const TRY_AGAIN_LATER = 1013;

export function createWebSocketTransport(options: WebSocketOptions, events: FlowEvents): WebSocketTransport {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
    // RFC 7118, 4.1: a client without the subprotocol is no SIP client; it is let in and heard all the same (choice).
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  let connections = 0;
  const serve = (socket: WebSocket, request: IncomingMessage) => {
    if (server.clients.size > MAX_CONNECTIONS) {
      socket.close(TRY_AGAIN_LATER);
      return;
    }
    const remote = { address: request.socket.remoteAddress ?? '', port: request.socket.remotePort ?? 0 };
    const flow = createFlow(socket, {
      id: `ws:${++connections}`,
      remote,
      local: options.localFor(remote.address),
    });
    socket.on('message', (data: RawData) => {
      const message = Buffer.isBuffer(data)
        ? data
        : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
      if (message.length === PING.length && message.toString('latin1') === PING)
        void flow.send(PONG).catch(() => {});
      else events.onMessage(flow, message);
    });
    socket.on('error', () => {});
    socket.on('close', () => events.onClosed(flow));
  };
  return {
    upgrade: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (client) => serve(client, request)),
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
}

function createFlow(
  socket: WebSocket,
  place: { readonly id: string; readonly remote: Endpoint; readonly local: Endpoint },
): Flow {
  return {
    ...place,
    protocol: 'WS',
    isReliable: true,
    get isClosed() {
      return socket.readyState !== socket.OPEN;
    },
    send: (message) =>
      new Promise((resolve, reject) => {
        if (socket.bufferedAmount > MAX_UNSENT) socket.terminate();
        const bytes = Buffer.from(message, 'latin1');
        // A browser hands text to its page as text; what is no UTF-8 cannot be sent so.
        const binary = !isUtf8(bytes);
        socket.send(bytes, { binary }, (error) => (error ? reject(error) : resolve()));
      }),
    close: () => socket.close(),
  };
}
