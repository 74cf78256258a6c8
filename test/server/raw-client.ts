import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** In how many reads it came. */
  readonly reads: number;
}

/** A client that speaks bytes on one connection, and shows answers as they came. */
export interface RawClient extends Disposable {
  readonly socket: Socket;
  send(bytes: string | Uint8Array): void;
  /** Waits for one whole answer by its Content-Length; `hasBody` false for answers to HEAD. */
  receive(options?: { hasBody?: boolean }): Promise<RawAnswer>;
}

export async function connectRaw(port: number): Promise<RawClient> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  let held: Buffer = Buffer.alloc(0);
  let reads = 0;
  let isOver = false;
  let wake = () => {};
  socket.on('data', (data: Buffer) => {
    held = Buffer.concat([held, data]);
    reads++;
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isOver = true;
    wake();
  });

  async function until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (isOver) throw new Error(`closed after ${JSON.stringify(held.toString().slice(0, 200))}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    socket,
    send: (bytes) => socket.write(bytes),
    async receive({ hasBody = true } = {}) {
      const end = await until(() => {
        const at = held.indexOf('\r\n\r\n');
        return at === -1 ? undefined : at + 4;
      });
      const [line = '', ...lines] = held.toString('latin1', 0, end - 4).split('\r\n');
      const headers = Object.fromEntries(
        lines.map((each) => [
          each.slice(0, each.indexOf(':')).toLowerCase(),
          each.slice(each.indexOf(':') + 1).trim(),
        ]),
      );
      const length = hasBody ? Number(headers['content-length'] ?? 0) : 0;
      await until(() => (held.length >= end + length ? true : undefined));
      const answer = {
        status: Number(line.split(' ')[1]),
        headers,
        body: held.subarray(end, end + length),
        reads,
      };
      held = held.subarray(end + length);
      reads = 0;
      return answer;
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}
