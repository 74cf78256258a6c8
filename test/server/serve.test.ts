import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LightResponse } from '../../src/server/light-response.ts';
import { type ServeOptions, type ServerHandle, serve } from '../../src/server/serve.ts';
import { ListenError } from '../../src/sim/listen-error.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../sim/push/certificate.ts';
import { connectRaw } from './raw-client.ts';

const JSON_HEADERS = { 'Content-Type': 'application/json;charset=UTF-8' };
const TEXT = JSON.stringify({ code: 0, message: 'ok', result: { name: '任务'.repeat(2000) } });

async function start(app: Hono, options: Partial<ServeOptions> = {}): Promise<ServerHandle> {
  const server = await serve(app.fetch, { port: 0, host: '127.0.0.1', ...options });
  onTestFinished(() => server.close(0));
  return server;
}

describe('an answer', () => {
  const app = new Hono();
  app.post('/light', () => new LightResponse(TEXT, { headers: JSON_HEADERS }));
  app.post('/bytes', () => new LightResponse(Buffer.from(TEXT), { headers: JSON_HEADERS }));
  app.post('/awaited', async () => {
    await wait(1);
    return new LightResponse(TEXT, { headers: JSON_HEADERS });
  });
  app.post('/native', (c) => c.body(TEXT, 200, JSON_HEADERS));
  app.post('/error', () => new LightResponse(TEXT, { status: 404, headers: JSON_HEADERS }));

  it.each(['/light', '/bytes', '/awaited', '/native', '/error'])(
    'of %s leaves head and body in one write, with its length, neither chunked nor compressed',
    async (path) => {
      const { port, server } = await start(app);
      let writes = 0;
      server.on('connection', (socket) => {
        // What the stream hands to the system: one call is one write.
        const stream = socket as unknown as Record<'_write' | '_writev', (...args: unknown[]) => void>;
        for (const name of ['_write', '_writev'] as const) {
          const original = stream[name];
          stream[name] = (...args) => {
            writes++;
            original.apply(socket, args);
          };
        }
      });
      using client = await connectRaw(port);
      for (let i = 0; i < 10; i++) {
        writes = 0;
        client.send(
          `POST ${path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`,
        );
        const { headers, body } = await client.receive();
        expect(body.toString()).toBe(TEXT);
        expect(headers).toMatchObject({
          'content-type': 'application/json;charset=UTF-8',
          'content-length': String(Buffer.byteLength(TEXT)),
        });
        expect(headers).not.toHaveProperty('transfer-encoding');
        expect(headers).not.toHaveProperty('content-encoding');
        expect(writes).toBe(1);
      }
    },
  );

  it('without a body has a length of 0', async () => {
    const { port } = await start(new Hono().get('/', () => new LightResponse('', { status: 404 })));
    using client = await connectRaw(port);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await client.receive()).toMatchObject({ status: 404, headers: { 'content-length': '0' } });
  });
});

describe('the globals', () => {
  it('stay those of Node', async () => {
    await start(new Hono());
    expect(await fetch('data:text/plain,x')).toBeInstanceOf(Response);
    expect(LightResponse).not.toBe(Response);
    const response = new LightResponse('{"a":1}', { status: 201 });
    expect(response).toBeInstanceOf(Response);
    expect([response.status, await response.json()]).toEqual([201, { a: 1 }]);
  });
});

describe('a request', () => {
  const echo = new Hono().all('/*', (c) => c.text(`${c.req.method} ${c.req.path}`));

  it.each([
    ['GET /a HTTP/1.1\r\n\r\n', 'GET /a'],
    ['GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', 'GET /a'],
    ['GET /a HTTP/1.1\r\nHost: www.xfyeta.com\r\n\r\n', 'GET /a'],
    ['GET http://elsewhere/a HTTP/1.1\r\nHost: elsewhere\r\n\r\n', 'GET /a'],
    ['GET //a//b HTTP/1.1\r\nHost: x\r\n\r\n', 'GET //a//b'],
    ['GET /a\\..\\b HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /a\\..\\b'],
    ['GET /a/../../b HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /b'],
  ])('%j reaches the app', async (head, expected) => {
    const { port } = await start(echo);
    using client = await connectRaw(port);
    client.send(head);
    expect((await client.receive()).body.toString()).toBe(expected);
  });

  it('that is none gets 400', async () => {
    const { port } = await start(echo);
    using client = await connectRaw(port);
    client.send('GET /a HTTP/1.1\r\nHost: a b c\r\n\r\n');
    expect((await client.receive()).status).toBe(400);
  });

  it('whose handler throws past every net gets an empty 500, and the bug is told', async () => {
    const told: unknown[] = [];
    const bug = new Error('bug');
    const server = await serve(() => Promise.reject(bug), {
      port: 0,
      host: '127.0.0.1',
      onError: (error) => told.push(error),
    });
    onTestFinished(() => server.close(0));
    using client = await connectRaw(server.port);
    client.send('GET /a HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await client.receive()).toMatchObject({ status: 500, headers: { 'content-length': '0' } });
    expect(told).toEqual([bug]);
  });

  it('may be one of a thousand on a connection', async () => {
    const { port } = await start(echo);
    using client = await connectRaw(port);
    for (let i = 0; i < 1000; i++) {
      client.send('GET /a HTTP/1.1\r\nHost: x\r\n\r\n');
      expect((await client.receive()).status).toBe(200);
    }
  });
});

describe('listening', () => {
  it('on a port that is taken fails with its number', async () => {
    const { port } = await start(new Hono());
    const second = serve(new Hono().fetch, { port, host: '127.0.0.1' });
    await expect(second).rejects.toThrow(`cannot listen on 127.0.0.1:${port}: the port is taken`);
    await expect(second).rejects.toBeInstanceOf(ListenError);
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  });

  it('on an address this machine does not have says so', async () => {
    const failing = serve(new Hono().fetch, { port: 0, host: '192.0.2.1' });
    await expect(failing).rejects.toThrow('cannot listen on 192.0.2.1:0: this machine has no such address');
  });

  it('speaks HTTPS with a certificate', async () => {
    const tls = { cert: CERTIFICATE, key: PRIVATE_KEY };
    const app = new Hono().get('/', (c) => c.text(new URL(c.req.url).protocol));
    const { port } = await start(app, { tls });
    const { Agent, request } = await import('undici');
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    const { body } = await request(`https://127.0.0.1:${port}/`, { dispatcher });
    expect(await body.text()).toBe('https:');
    await dispatcher.close();
  });
});

describe('closing', () => {
  it('ends idle connections and those that never sent a whole head at once', async () => {
    const server = await start(new Hono().get('/', (c) => c.text('x')));
    using silent = await connectRaw(server.port);
    using begun = await connectRaw(server.port);
    begun.send('GET / HT');
    using idle = await connectRaw(server.port);
    idle.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await idle.receive();
    const startedAt = performance.now();
    await Promise.all([server.close(), ...[silent, begun, idle].map(({ socket }) => once(socket, 'close'))]);
    expect(performance.now() - startedAt).toBeLessThan(1000);
    await expect(connectRaw(server.port)).rejects.toThrow('ECONNREFUSED');
  });

  it('lets what is in flight end, and its connection after it', async () => {
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const app = new Hono().get('/', async (c) => {
      begun.resolve();
      await gate.promise;
      return c.text('done');
    });
    const server = await start(app);
    using client = await connectRaw(server.port);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await begun.promise;
    let isClosed = false;
    const closing = server.close().then(() => {
      isClosed = true;
    });
    await wait(20);
    expect(isClosed).toBe(false);
    gate.resolve();
    const answer = await client.receive();
    expect(answer).toMatchObject({ status: 200, headers: { connection: 'close' } });
    expect(answer.body.toString()).toBe('done');
    await closing;
  });

  it('cuts off what does not end in time', async () => {
    const begun = Promise.withResolvers<void>();
    const app = new Hono().get('/', () => {
      begun.resolve();
      return new Promise<Response>(() => undefined);
    });
    const server = await start(app);
    using client = await connectRaw(server.port);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await begun.promise;
    await Promise.all([server.close(30), once(client.socket, 'close')]);
  });

  it('cuts off a TLS handshake that does not end in time', async () => {
    const server = await start(new Hono(), { tls: { cert: CERTIFICATE, key: PRIVATE_KEY } });
    const accepted = once(server.server, 'connection');
    using client = await connectRaw(server.port);
    await accepted;
    await Promise.all([server.close(30), once(client.socket, 'close')]);
  });

  it('lets an answer that is being streamed end', async () => {
    const gate = Promise.withResolvers<void>();
    const app = new Hono().get('/', () => {
      const pieces = (async function* () {
        yield Buffer.from('first ');
        await gate.promise;
        yield Buffer.from('last');
      })();
      return new LightResponse(ReadableStream.from(pieces), { headers: { 'Content-Length': '10' } });
    });
    const server = await start(app);
    using client = await connectRaw(server.port);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const answer = client.receive();
    await once(client.socket, 'data');
    const closing = server.close();
    gate.resolve();
    expect((await answer).body.toString()).toBe('first last');
    await closing;
  });

  it('twice is once', async () => {
    const server = await start(new Hono());
    await Promise.all([server.close(), server.close()]);
    await server.close();
  });
});
