import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** What a raw receiver does with a request: `text` is all of it, `index` counts the requests of this connection. */
export type RawHandler = (socket: Socket, request: { text: string; index: number }) => void;

/** A receiver that speaks bytes, so that it can misbehave in every way. */
export interface RawReceiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** As they came; a request that came in two writes stands here as two. */
  readonly chunks: string[];
  readonly sockets: Socket[];
}

export async function startRawReceiver(handler: RawHandler): Promise<RawReceiver> {
  const chunks: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    let index = 0;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      chunks.push(data.toString());
      handler(socket, { text: data.toString(), index: index++ });
    });
  });
  const port = await listen(server);
  return {
    port,
    url: `http://127.0.0.1:${port}/receive`,
    chunks,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A whole answer, kept alive. */
export function writeAnswer(socket: Socket, body: string, status = '200 OK', headers = ''): void {
  socket.write(`HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`);
}

/** Resolves when the receiver's side of a connection is closed, an error included. */
export function waitForClose(socket: Socket | undefined): Promise<void> {
  if (socket === undefined) throw new Error('there is no such connection');
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** A port on which nothing listens any more. */
export async function takeDeadPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
