import { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerBarePath, createVoice, type VoiceFile } from '../../../src/server/files/voice.ts';
import { serve } from '../../../src/server/serve.ts';
import { connectRaw } from '../raw-client.ts';

const PATH = 'ant/7/ivr/0/2026/01/05/0/12345678-8edf0c99-5b3d-4722-b1fb-10b2fbfecda2.wav';
const WHOLE = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) & 0xff));
const ETAG = '"100000-a"';

const inOnePiece = (start: number, end: number) => WHOLE.subarray(start, end);

async function* inPieces(start: number, end: number): AsyncIterable<Uint8Array> {
  for (let at = start; at < end; at += 7000) yield WHOLE.subarray(at, Math.min(at + 7000, end));
}

function createApp(read: VoiceFile['read'] = inOnePiece, asked: string[] = []): Hono {
  const find = async (path: string) => {
    asked.push(path);
    return path === PATH ? { size: WHOLE.length, etag: ETAG, read } : null;
  };
  const app = new Hono().route('/', createVoice({ find }));
  app.notFound(async (c) => (await answerBarePath({ find }, c)) ?? c.text('not found', 404));
  app.get('/elsewhere', (c) => c.text('elsewhere'));
  return app;
}

const get = (headers: Record<string, string> = {}, app = createApp()) =>
  app.request(`/voice/${PATH}`, { headers });

describe('a recording', () => {
  it.each([`/voice/${PATH}`, `/${PATH}`])('is served under %s', async (path) => {
    const response = await createApp().request(path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'accept-ranges': 'bytes',
      'content-length': '100000',
      'content-type': 'audio/wav',
      etag: ETAG,
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(WHOLE)).toBe(true);
  });

  it.each([
    ['bytes=0-43', 0, 44],
    ['bytes=99990-', 99_990, 100_000],
    ['bytes=-16', 99_984, 100_000],
  ])('is served in part for %s', async (range, start, end) => {
    for (const read of [inOnePiece, inPieces]) {
      const response = await get({ Range: range }, createApp(read));
      expect(response.status).toBe(206);
      expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/100000`);
      expect(response.headers.get('content-length')).toBe(String(end - start));
      expect(Buffer.from(await response.arrayBuffer()).equals(WHOLE.subarray(start, end))).toBe(true);
    }
  });

  it('has no part beyond its end', async () => {
    const response = await get({ Range: 'bytes=100000-' });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */100000');
    expect(await response.text()).toBe('');
  });

  it('is served whole for several ranges, and for a part of another version', async () => {
    expect((await get({ Range: 'bytes=0-1,5-6' })).status).toBe(200);
    expect((await get({ Range: 'bytes=0-1', 'If-Range': '"other"' })).status).toBe(200);
    expect((await get({ Range: 'bytes=0-1', 'If-Range': ETAG })).status).toBe(206);
  });

  it.each([ETAG, `W/${ETAG}`, `"x", ${ETAG}`, '*'])('is not sent again to who has it: %s', async (tag) => {
    const response = await get({ 'If-None-Match': tag, Range: 'bytes=0-1' });
    expect(response.status).toBe(304);
    expect(response.headers.get('etag')).toBe(ETAG);
    expect(await response.text()).toBe('');
  });

  it('is sent to who has another', async () => {
    expect((await get({ 'If-None-Match': '"x"' })).status).toBe(200);
  });

  it.each([`/voice/${PATH}`, `/${PATH}`])('takes no method but GET and HEAD: %s', async (path) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await createApp().request(path, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  it('that is not there is 404, and a bare path that is none goes to whoever has it', async () => {
    const app = createApp();
    expect((await app.request('/voice/ant/7/none.wav')).status).toBe(404);
    expect((await app.request('/ant/7/none.wav')).status).toBe(404);
    expect(await (await app.request('/elsewhere')).text()).toBe('elsewhere');
    expect((await app.request('/elsewhere', { method: 'POST' })).status).toBe(404);
  });

  it('is asked for by plain paths only', async () => {
    const asked: string[] = [];
    const app = createApp(inOnePiece, asked);
    const tricks = [
      '..%2f..%2fetc',
      '%2e%2e%2fx',
      'a%5Cb',
      'a%00b',
      '.hidden',
      'a/.x',
      'a//b',
      'a%20b',
      'x'.repeat(600),
    ];
    for (const path of ['', ...tricks, ...tricks.map((trick) => `ant/${trick}`)]) {
      for (const prefix of ['/voice/', '/']) await app.request(`${prefix}${path}`);
    }
    expect(asked).toEqual([]);
    await app.request(`/voice/${PATH}`);
    expect(asked).toEqual([PATH]);
  });
});

describe('a recording over HTTP', () => {
  it.each([
    ['in one piece', inOnePiece],
    ['in pieces', inPieces],
  ])('goes out with its length and not in chunks: %s', async (_how, read) => {
    const server = await serve(createApp(read).fetch, { port: 0, host: '127.0.0.1' });
    onTestFinished(() => server.close(0));
    using client = await connectRaw(server.port);
    for (const [head, status, start, end] of [
      ['', 200, 0, 100_000],
      ['Range: bytes=5-50000\r\n', 206, 5, 50_001],
      ['Range: bytes=-1\r\n', 206, 99_999, 100_000],
    ] as const) {
      client.send(`GET /voice/${PATH} HTTP/1.1\r\nHost: x\r\n${head}\r\n`);
      const answer = await client.receive();
      expect(answer.status).toBe(status);
      expect(answer.headers).not.toHaveProperty('transfer-encoding');
      expect(answer.body.equals(WHOLE.subarray(start, end))).toBe(true);
    }
    client.send(`HEAD /${PATH} HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\n\r\n`);
    expect(await client.receive({ hasBody: false })).toMatchObject({
      status: 200,
      headers: { 'content-length': '100000', etag: ETAG, 'accept-ranges': 'bytes' },
    });
    client.send(`GET /${PATH} HTTP/1.1\r\nHost: x\r\nIf-None-Match: ${ETAG}\r\n\r\n`);
    expect((await client.receive({ hasBody: false })).status).toBe(304);
    client.send(`GET /${PATH} HTTP/1.1\r\nHost: x\r\nRange: bytes=100000-\r\n\r\n`);
    expect(await client.receive()).toMatchObject({ status: 416, headers: { 'content-length': '0' } });
  });
});
