import { createServer, type Server, type Socket } from 'node:net';
import type { Endpoint, Flow, FlowEvents } from './flow.ts';
import { Framing } from './framing.ts';
import type { Listener, ListenOptions } from './udp.ts';

const MAX_CONNECTIONS = 2000;
/** A peer that does not read what it is sent is cut off at so many bytes. */
const MAX_UNSENT = 1024 * 1024;
/** Wall ms within which a message that has begun must be whole (choice). */
const MESSAGE_MS = 30_000;
const PROBE_MS = 60_000;

/** What a stream cannot go on after; whoever knows how answers it before the connection is closed. */
export interface TcpEvents extends FlowEvents {
  /** @param head of the message that it failed at; null: not even that was read */
  onBroken(flow: Flow, why: string, head: Buffer | null): void;
}

/** @throws the socket's error, such as `EADDRINUSE` */
export async function listenTcp(options: ListenOptions, events: TcpEvents): Promise<Listener> {
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: PROBE_MS },
    (socket) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      connections++;
      const local = { address: options.addressFor(socket.remoteAddress ?? ''), port: portOf(server) };
      serveConnection(socket, createTcpFlow(socket, { id: `tcp:${connections}`, local }), events);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, options);
  return {
    port: portOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

function serveConnection(socket: Socket, flow: Flow, events: TcpEvents): void {
  let deadline: NodeJS.Timeout | undefined;
  const stopWaiting = () => {
    clearTimeout(deadline);
    deadline = undefined;
  };
  const framing = new Framing({
    onMessage(message) {
      stopWaiting();
      events.onMessage(flow, message);
    },
    onPing: () => void flow.send('\r\n').catch(() => {}),
    onBroken(why, head) {
      events.onBroken(flow, why, head);
      flow.close();
    },
  });
  socket.on('data', (chunk: Buffer) => {
    framing.push(chunk);
    if (framing.isWaiting) deadline ??= setTimeout(() => socket.destroy(), MESSAGE_MS);
    else stopWaiting();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    stopWaiting();
    events.onClosed(flow);
  });
}

function createTcpFlow(socket: Socket, { id, local }: { id: string; local: Endpoint }): Flow {
  return {
    id,
    protocol: 'TCP',
    isReliable: true,
    get isClosed() {
      return !socket.writable;
    },
    remote: { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 },
    local,
    send: (message) =>
      new Promise((resolve, reject) => {
        if (socket.writableLength > MAX_UNSENT) socket.destroy();
        if (!socket.writable) reject(new Error('the connection is closed'));
        else socket.write(message, 'latin1', (error) => (error ? reject(error) : resolve()));
      }),
    close: () => socket.destroySoon(),
  };
}

function listen(server: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}
