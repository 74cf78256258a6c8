import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import type { Endpoint, Flow, FlowEvents } from './flow.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Under which address a peer finds us. */
  addressFor(peer: string): string;
}

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

const RECEIVE_BUFFER = 4 * 1024 * 1024;
/** The first byte of what is no SIP: STUN, and keep-alives of NULs (RFC 7983). */
const LEAST_FIRST_BYTE = 10;
/** No message is shorter; what is, keeps a binding of a NAT alive. */
const LEAST_BYTES = 16;

/** @throws the socket's error, such as `EADDRINUSE` */
export async function listenUdp(options: ListenOptions, events: FlowEvents): Promise<Listener> {
  const type = isIP(options.host) === 6 ? 'udp6' : 'udp4';
  const socket = createSocket({ type, recvBufferSize: RECEIVE_BUFFER });
  await bind(socket, options);
  // What comes late: an unreachable peer (ICMP), a network that went away. Each send says so by itself.
  socket.on('error', () => {});
  const { port } = socket.address();
  socket.on('message', (bytes: Buffer, source: RemoteInfo) => {
    if (bytes.length < LEAST_BYTES || (bytes[0] ?? 0) < LEAST_FIRST_BYTE) return;
    const local = { address: options.addressFor(source.address), port };
    events.onMessage(createUdpFlow(socket, source, local), bytes);
  });
  return { port, close: () => new Promise((resolve) => socket.close(() => resolve())) };
}

function createUdpFlow(socket: Socket, { address, port }: Endpoint, local: Endpoint): Flow {
  return {
    id: `udp:${address}:${port}`,
    protocol: 'UDP',
    isReliable: false,
    isClosed: false,
    remote: { address, port },
    local,
    send: (message) =>
      new Promise((resolve, reject) => {
        socket.send(Buffer.from(message, 'latin1'), port, address, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
    close: () => {},
  };
}

function bind(socket: Socket, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}
