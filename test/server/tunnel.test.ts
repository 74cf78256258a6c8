import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Fetch, type ServerHandle, serve } from '../../src/server/serve.ts';
import { acceptTunnels } from '../../src/server/tunnel.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../sim/push/certificate.ts';
import { connectRaw, type RawClient } from './raw-client.ts';

const CONNECT = 'CONNECT www.xfyeta.com:443 HTTP/1.1\r\nHost: www.xfyeta.com:443\r\n\r\n';
const ESTABLISHED = 'HTTP/1.1 200 Connection Established\r\n\r\n';
const GET = 'GET /a HTTP/1.1\r\nHost: www.xfyeta.com\r\n\r\n';

const app = new Hono().all('/*', (c) => c.text(new URL(c.req.url).href));

async function start(
  options: { fetch?: Fetch; isTls?: boolean } = {},
): Promise<{ http: ServerHandle; https: ServerHandle | null; close(graceMs?: number): Promise<void> }> {
  const { fetch = app.fetch, isTls = true } = options;
  const at = { port: 0, host: '127.0.0.1' };
  const https = isTls ? await serve(fetch, { ...at, tls: { cert: CERTIFICATE, key: PRIVATE_KEY } }) : null;
  const http = await serve(fetch, at);
  acceptTunnels(http, https);
  const close = async (graceMs?: number) => {
    await Promise.all([http.close(graceMs), https?.close(graceMs)]);
    expect([...http.held(), ...(https?.held() ?? [])]).toEqual([]);
  };
  onTestFinished(() => close(0));
  return { http, https, close };
}

/** A connection to the HTTP port after its CONNECT was answered. */
async function tunnel(http: ServerHandle): Promise<RawClient> {
  const client = await connectRaw(http.port);
  onTestFinished(() => client[Symbol.dispose]());
  client.send(CONNECT);
  expect(await client.receive({ hasBody: false })).toMatchObject({ status: 200, headers: {} });
  return client;
}

async function encrypt(stream: Duplex): Promise<TLSSocket> {
  const socket = connectTls({ socket: stream, rejectUnauthorized: false, servername: 'www.xfyeta.com' });
  await once(socket, 'secureConnect');
  return socket;
}

async function ask(socket: Duplex, head = GET): Promise<string> {
  let text = '';
  socket.write(head);
  for await (const data of socket.iterator({ destroyOnReturn: false })) {
    text += String(data);
    const [, length, body = ''] = /content-length: (\d+)[\s\S]*?\r\n\r\n([\s\S]*)/i.exec(text) ?? [];
    if (length !== undefined && body.length >= Number(length)) break;
  }
  return text;
}

describe('CONNECT www.xfyeta.com:443', () => {
  it('ends in the HTTPS server, for any number of requests', async () => {
    const { http, https } = await start();
    const { socket } = await tunnel(http);
    socket.removeAllListeners('data');
    const secure = await encrypt(socket);
    for (let i = 0; i < 3; i++) expect(await ask(secure)).toContain('https://www.xfyeta.com/a');
    expect(http.held()).toHaveLength(1);
    expect(https?.held()).toHaveLength(2);
    secure.destroy();
  });

  it.each([
    'CONNECT WWW.XFYETA.COM:443 HTTP/1.1\r\nHost: x\r\n\r\n',
    'CONNECT www.xfyeta.com.:443 HTTP/1.1\r\nHost: x\r\n\r\n',
    'CONNECT www.xfyeta.com:443 HTTP/1.0\r\n\r\n',
    'CONNECT www.xfyeta.com:443 HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic eDp4\r\n\r\n',
  ])('may be written as %j', async (head) => {
    const { http } = await start();
    using client = await connectRaw(http.port);
    client.send(head);
    expect(await client.receive({ hasBody: false })).toMatchObject({ status: 200 });
  });

  it('may come after other requests, and its handshake in the same packet', async () => {
    const { http } = await start();
    using client = await connectRaw(http.port);
    client.send(GET);
    expect((await client.receive()).status).toBe(200);
    client.socket.removeAllListeners('data');
    let isFirst = true;
    let isHead = true;
    const inOnePacket = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        client.socket.write(isFirst ? Buffer.concat([Buffer.from(CONNECT), chunk]) : chunk, done);
        isFirst = false;
      },
    });
    client.socket.on('data', (data: Buffer) => {
      expect(isHead ? data.toString('latin1', 0, ESTABLISHED.length) : ESTABLISHED).toBe(ESTABLISHED);
      const rest = isHead ? data.subarray(ESTABLISHED.length) : data;
      isHead = false;
      if (rest.length > 0) inOnePacket.push(rest);
    });
    const secure = await encrypt(inOnePacket);
    expect(await ask(secure)).toContain('https://www.xfyeta.com/a');
    secure.destroy();
  });

  it('says what is missing where there is no HTTPS', async () => {
    const { http } = await start({ isTls: false });
    using client = await connectRaw(http.port);
    client.send(CONNECT);
    const { status, headers, body } = await client.receive();
    expect([status, headers.connection]).toEqual([501, 'close']);
    expect(body.toString()).toBe('Not Implemented: yeta-sim has no HTTPS here: start it with --tls-port\n');
    await once(client.socket, 'end');
  });

  it('is refused behind an answer that is still owed', async () => {
    const gate = Promise.withResolvers<void>();
    const slow = new Hono().get('/*', async (c) => {
      await gate.promise;
      return c.text('late');
    });
    const { http } = await start({ fetch: slow.fetch });
    using client = await connectRaw(http.port);
    const answered = client.receive();
    client.send(GET + CONNECT);
    await expect(answered).rejects.toThrow('closed after ""');
    gate.resolve();
  });
});

describe('CONNECT to anything else', () => {
  it.each([
    'example.com:443',
    'www.xfyeta.com:80',
    'www.xfyeta.com',
    'www.xfyeta.com:443:443',
    'www.xfyeta.com.example.com:443',
    'user@www.xfyeta.com:443',
    '127.0.0.1:22',
    '[::1]:443',
    '/',
    `${'a'.repeat(500)}:443`,
  ])('such as %j is refused, in the status line too', async (target) => {
    const { http } = await start();
    using client = await connectRaw(http.port);
    let line = '';
    client.socket.once('data', (data: Buffer) => {
      [line = ''] = data.toString().split('\r\n', 1);
    });
    client.send(`CONNECT ${target} HTTP/1.1\r\nHost: x\r\n\r\nand more`);
    const { status, body } = await client.receive();
    expect(status).toBe(403);
    expect(line).toBe('HTTP/1.1 403 yeta-sim is a proxy to www.xfyeta.com:443 only');
    expect(body.toString()).toBe('Forbidden: yeta-sim is a proxy to www.xfyeta.com:443 only\n');
    await once(client.socket, 'end');
  });

  it('is refused within a tunnel, and on the HTTPS port', async () => {
    const { http, https } = await start();
    const { socket } = await tunnel(http);
    socket.removeAllListeners('data');
    const inside = await encrypt(socket);
    expect(await ask(inside, CONNECT)).toContain('403 yeta-sim takes CONNECT on its HTTP port only');
    const direct = connectTls({ port: https?.port ?? 0, rejectUnauthorized: false });
    await once(direct, 'secureConnect');
    expect(await ask(direct, CONNECT)).toContain('403 yeta-sim takes CONNECT on its HTTP port only');
    inside.destroy();
    direct.destroy();
  });

  it('with a head that never ends gets 431', async () => {
    const { http } = await start();
    using client = await connectRaw(http.port);
    client.send(`CONNECT ${'a'.repeat(100_000)}`);
    expect(await client.receive()).toMatchObject({ status: 431 });
  });
});

describe('a request to a proxy, with a whole address in its first line,', () => {
  it.each(['http', 'https'])('is answered as any other: %s', async (scheme) => {
    const { http } = await start();
    using client = await connectRaw(http.port);
    client.send(`GET ${scheme}://www.xfyeta.com/a?b=1 HTTP/1.1\r\nHost: www.xfyeta.com\r\n\r\n`);
    const { status, body } = await client.receive();
    expect([status, body.toString()]).toEqual([200, `${scheme}://www.xfyeta.com/a?b=1`]);
  });
});

describe('nothing is left of a tunnel', () => {
  /** Waits until neither server has a connection. */
  async function gone({ http, https }: Awaited<ReturnType<typeof start>>): Promise<void> {
    await expect.poll(() => [...http.held(), ...(https?.held() ?? [])]).toHaveLength(2);
  }

  it.each([
    ['garbage', 'GET / HTTP/1.1\r\n\r\n'],
    ['zeros', '\0'.repeat(100_000)],
  ])('whose client sends %s instead of a handshake', async (_, bytes) => {
    const servers = await start();
    const client = await tunnel(servers.http);
    const closed = new Promise((resolve) => client.socket.once('close', resolve));
    client.send(bytes);
    await closed;
    await gone(servers);
  });

  it.each(['end', 'destroy', 'resetAndDestroy'] as const)(
    'whose client leaves at once: %s',
    async (leave) => {
      const servers = await start();
      const before = await tunnel(servers.http);
      before.socket[leave]();
      const during = await tunnel(servers.http);
      // The first bytes of a handshake that goes no further.
      during.send(Buffer.from([22, 3, 1, 2, 0, 1, 0]));
      during.socket[leave]();
      const after = await tunnel(servers.http);
      after.socket.removeAllListeners('data');
      const secure = await encrypt(after.socket);
      secure.on('error', () => {});
      after.socket[leave]();
      await gone(servers);
    },
  );

  it('after closing: at once for what is idle or has not begun', async () => {
    const { http, close } = await start();
    const silent = await tunnel(http);
    const begun = await tunnel(http);
    begun.send(Buffer.from([22, 3, 1, 2, 0, 1, 0]));
    const idle = await tunnel(http);
    idle.socket.removeAllListeners('data');
    const secure = await encrypt(idle.socket);
    secure.on('error', () => {});
    await ask(secure);
    using refused = await connectRaw(http.port);
    refused.send('CONNECT a:1 HTTP/1.1\r\n\r\n');
    await refused.receive();
    const startedAt = performance.now();
    await close();
    expect(performance.now() - startedAt).toBeLessThan(1000);
    await Promise.all(
      [silent, begun, idle].map(async ({ socket }) => socket.closed || once(socket, 'close')),
    );
  });

  it('after closing: what is in flight in one may end first', async () => {
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const slow = new Hono().get('/*', async (c) => {
      begun.resolve();
      await gate.promise;
      return c.text('done');
    });
    const { http, https, close } = await start({ fetch: slow.fetch });
    const { socket } = await tunnel(http);
    socket.removeAllListeners('data');
    const secure = await encrypt(socket);
    const answer = ask(secure);
    await begun.promise;
    expect([http.inFlight(), https?.inFlight()]).toEqual([[], ['GET /a']]);
    const closing = close();
    gate.resolve();
    expect(await answer).toMatch(/connection: close[\s\S]*done$/i);
    await closing;
  });

  it('after closing: what does not end in time is cut off', async () => {
    const begun = Promise.withResolvers<void>();
    const never = new Hono().get('/*', () => {
      begun.resolve();
      return new Promise<Response>(() => undefined);
    });
    const { http, close } = await start({ fetch: never.fetch });
    const { socket } = await tunnel(http);
    socket.removeAllListeners('data');
    const secure = await encrypt(socket);
    secure.on('error', () => {});
    secure.write(GET);
    await begun.promise;
    await close(30);
  });
});
