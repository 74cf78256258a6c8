import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';

/** The client went away before its body was whole: there is nobody to answer, and nothing to log as a bug. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';

  constructor() {
    super('the client went away before its body was complete');
  }
}

/**
 * A request's body piece by piece, as it comes, to its end; otherwise as `readBody`.
 * @throws ClientGone
 */
export async function* streamBody(c: Context): AsyncGenerator<Uint8Array> {
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage };
  try {
    yield* incoming ?? c.req.raw.body ?? [];
  } catch (error) {
    throw incoming === undefined || incoming.complete ? error : new ClientGone();
  }
}

const EMPTY = new Uint8Array(0);

/**
 * Reads a request's body, at most `limitBytes` of it. What goes over is read to its end and thrown away piece by
 * piece, so memory stays flat and the connection stays usable for the answer and the next request; it takes as
 * long as the client sends, at most the server's `requestTimeout`.
 *
 * Reads the raw message under @hono/node-server and the stream of the `Request` under `app.request()`. Must come
 * before anything else reads the body; afterwards `c.req.text()` and its like fail.
 *
 * @throws ClientGone
 */
export function readBody(c: Context, limitBytes: number): Promise<Uint8Array | 'too-large'> {
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage };
  return incoming === undefined ? readStream(c.req.raw.body, limitBytes) : readMessage(incoming, limitBytes);
}

function readMessage(incoming: IncomingMessage, limitBytes: number): Promise<Uint8Array | 'too-large'> {
  return new Promise((resolve, reject) => {
    if (incoming.readableDidRead) throw new Error('the body has been read before');
    if (incoming.destroyed) throw new ClientGone();
    const chunks: Buffer[] = [];
    let bytes = 0;
    // A body that declares its size needs no reading to be refused.
    let isOver = Number(incoming.headers['content-length'] ?? 0) > limitBytes;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limitBytes) isOver = true;
      if (isOver) chunks.length = 0;
      else chunks.push(chunk);
    });
    incoming.on('end', () => resolve(isOver ? 'too-large' : join(chunks)));
    incoming.on('error', () => reject(new ClientGone()));
    // Follows 'end' too; an error costs its stack even if nobody takes it.
    incoming.on('close', () => {
      if (!incoming.complete) reject(new ClientGone());
    });
  });
}

async function readStream(
  stream: ReadableStream<Uint8Array> | null,
  limitBytes: number,
): Promise<Uint8Array | 'too-large'> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream ?? []) {
    bytes += chunk.length;
    if (bytes <= limitBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes > limitBytes ? 'too-large' : join(chunks);
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks);
}
