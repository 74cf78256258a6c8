import { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ClientGone, readBody } from '../../src/server/body.ts';
import { serve } from '../../src/server/serve.ts';
import { usedMemory } from '../support/memory.ts';
import { connectRaw } from './raw-client.ts';

const LIMIT = 1000;

/** Answers with how many bytes it read, or what came instead; `seen` gets the same. */
function createApp(seen: unknown[] = [], limit = LIMIT): Hono {
  return new Hono().all('/', async (c) => {
    const body = await readBody(c, limit).catch((error: unknown) => error);
    const result =
      body instanceof Uint8Array ? `${body.length}:${Buffer.from(body).toString('latin1', 0, 20)}` : body;
    seen.push(result);
    return c.text(String(result));
  });
}

async function start(app: Hono): Promise<number> {
  const server = await serve(app.fetch, { port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close(0));
  return server.port;
}

const post = (headers: string, body = '') => `POST / HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`;
const chunked = (...chunks: string[]) =>
  post(
    'Transfer-Encoding: chunked',
    `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`,
  );

describe('a body over HTTP', () => {
  it.each([
    ['none', post('Content-Length: 0'), '0:'],
    ['one of no declared length', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', '0:'],
    ['one with its length', post('Content-Length: 5', 'hello'), '5:hello'],
    ['one in chunks', chunked('hel', 'lo'), '5:hello'],
    [
      'one of just the limit',
      post(`Content-Length: ${LIMIT}`, 'x'.repeat(LIMIT)),
      `${LIMIT}:${'x'.repeat(20)}`,
    ],
    ['one byte too much', post(`Content-Length: ${LIMIT + 1}`, 'x'.repeat(LIMIT + 1)), 'too-large'],
    ['too much in chunks', chunked('x'.repeat(LIMIT), 'x'), 'too-large'],
  ])('is read: %s', async (_what, bytes, expected) => {
    using client = await connectRaw(await start(createApp()));
    client.send(bytes);
    expect((await client.receive()).body.toString()).toBe(expected);
  });

  it('that comes piece by piece is read whole', async () => {
    using client = await connectRaw(await start(createApp()));
    for (const piece of [post('Content-Length: 5').slice(0, -2), '\r\n', 'he', 'l', 'lo']) {
      client.send(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await client.receive()).body.toString()).toBe('5:hello');
  });

  it.each(['declared', 'chunked'])(
    'that is far too large (%s) is thrown away in flat memory, and the connection serves the next request',
    async (kind) => {
      using client = await connectRaw(await start(createApp()));
      const block = Buffer.alloc(1024 * 1024, 'x');
      const blocks = 200;
      const send = (bytes: string | Uint8Array) =>
        new Promise<void>((resolve) => client.socket.write(bytes, () => resolve()));
      const before = await usedMemory();
      let peak = 0;
      await send(
        post(kind === 'declared' ? `Content-Length: ${block.length * blocks}` : 'Transfer-Encoding: chunked'),
      );
      for (let i = 0; i < blocks; i++) {
        if (kind === 'chunked') await send(`${block.length.toString(16)}\r\n`);
        await send(block);
        if (kind === 'chunked') await send('\r\n');
        if (i % 40 === 39) peak = Math.max(peak, await usedMemory());
      }
      if (kind === 'chunked') await send('0\r\n\r\n');
      expect((await client.receive()).body.toString()).toBe('too-large');
      expect(peak - before).toBeLessThan(50 * block.length);
      client.send(post('Content-Length: 5', 'hello'));
      expect((await client.receive()).body.toString()).toBe('5:hello');
    },
  );

  it('of a client that goes away is an error of its own', async () => {
    const seen: unknown[] = [];
    const port = await start(createApp(seen));
    for (const bytes of [post('Content-Length: 5', 'he'), post('Transfer-Encoding: chunked', '5\r\nhe')]) {
      const client = await connectRaw(port);
      client.send(bytes);
      await new Promise((resolve) => setImmediate(resolve));
      client.socket.end();
    }
    while (seen.length < 2) await new Promise((resolve) => setImmediate(resolve));
    for (const error of seen) expect(error).toBeInstanceOf(ClientGone);
  });
});

describe('a body in process', () => {
  it.each([
    [undefined, '0:'],
    ['', '0:'],
    ['hello', '5:hello'],
    ['x'.repeat(LIMIT), `${LIMIT}:${'x'.repeat(20)}`],
    ['x'.repeat(LIMIT + 1), 'too-large'],
  ])('is read in the same way', async (body, expected) => {
    const response = await createApp().request('/', {
      method: 'POST',
      ...(body === undefined ? {} : { body }),
    });
    expect(await response.text()).toBe(expected);
  });

  it('of many pieces is read whole, or thrown away', async () => {
    const pieces = (count: number) => ({
      method: 'POST',
      duplex: 'half' as const,
      body: ReadableStream.from(Array.from({ length: count }, () => Buffer.alloc(100, 'x'))),
    });
    expect(await (await createApp().request('/', pieces(10))).text()).toBe(`1000:${'x'.repeat(20)}`);
    expect(await (await createApp().request('/', pieces(11))).text()).toBe('too-large');
  });
});
