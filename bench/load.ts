import { connect } from 'node:net';

/** Requests a second that a server answers over `connections` kept-alive sockets, one request at a time on each. */
export async function measureRate(options: {
  port: number;
  path: string;
  body: string;
  connections: number;
  seconds: number;
}): Promise<number> {
  const { port, path, body, connections, seconds } = options;
  const request = Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  const counts = await Promise.all(Array.from({ length: connections }, () => ask(port, request, until)));
  return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - startedAt) / 1000);
}

function ask(port: number, request: Buffer, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setNoDelay(true);
    let count = 0;
    let missing = -1;
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      if (missing < 0) missing = lengthOf(chunk);
      missing -= chunk.length;
      if (missing > 0) return;
      missing = -1;
      count++;
      if (performance.now() < until) {
        socket.write(request);
        return;
      }
      socket.destroy();
      resolve(count);
    });
  });
}

/** Bytes of the whole answer, told by its head, which is taken to come in one piece. */
function lengthOf(chunk: Buffer<ArrayBufferLike>): number {
  const headEnd = chunk.indexOf('\r\n\r\n');
  const head = chunk.toString('latin1', 0, headEnd);
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(`not answered with 200: ${head.split('\r\n')[0]}`);
  return headEnd + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
}
