import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createPushDownload, type DownloadSource } from '../../../src/server/files/push-download.ts';
import { serve } from '../../../src/server/serve.ts';
import { createFilePort } from '../../../src/sim/push/file.ts';
import { connectRaw, type RawAnswer } from '../raw-client.ts';

const PATH = '150/2018-12-04/0E050E000F0B000A060D0D0C0B0B0B03.zip';

/** A server over a real folder with one file in it, and secrets around it. */
async function start(options: { source?: DownloadSource } = {}): Promise<{ port: number; whole: Buffer }> {
  const parent = await mkdtemp(join(tmpdir(), 'yeta-download-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  const folder = join(parent, 'files');
  const day = join(folder, '150/2018-12-04');
  const whole = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) & 0xff));
  await mkdir(day, { recursive: true });
  await writeFile(join(folder, PATH), whole);
  for (const secret of [join(parent, 'secret.zip'), join(folder, 'secret.zip'), join(day, '.0A.zip.tmp')]) {
    await writeFile(secret, 'secret');
  }
  await symlink(join(parent, 'secret.zip'), join(day, '0C.zip'));
  await symlink(parent, join(folder, '160'));
  const files = createFilePort(folder);
  onTestFinished(() => files.close());
  const app = new Hono().route('/', createPushDownload(options.source ?? files));
  app.notFound(() => new Response('', { status: 404 }));
  const server = await serve(app.fetch, { port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close(0));
  return { port: server.port, whole };
}

async function ask(port: number, method: string, path: string): Promise<RawAnswer> {
  using client = await connectRaw(port);
  client.send(`${method} ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  return await client.receive({ hasBody: method !== 'HEAD' });
}

describe('GET /push_download', () => {
  it('streams a file without a token, with its type and length', async () => {
    const { port, whole } = await start();
    const { status, headers, body } = await ask(port, 'GET', `/push_download/${PATH}`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/zip',
      'content-length': String(whole.length),
    });
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(body.equals(whole)).toBe(true);
  });

  it('answers HEAD with the same head and nothing more', async () => {
    const { port, whole } = await start();
    using client = await connectRaw(port);
    for (let i = 0; i < 2; i++) {
      client.send(`HEAD /push_download/${PATH} HTTP/1.1\r\nHost: x\r\n\r\n`);
      const { status, headers } = await client.receive({ hasBody: false });
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-type': 'application/zip',
        'content-length': String(whole.length),
      });
    }
  });

  it('takes no other method', async () => {
    const { port } = await start();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect(await ask(port, method, `/push_download/${PATH}`)).toMatchObject({
        status: 405,
        headers: { allow: 'GET, HEAD', 'content-length': '0' },
      });
    }
  });

  it('cannot be led out of its folder', async () => {
    const { port } = await start();
    const up = ['..', '%2e%2e', '.%2E', '%252e%252e', '..%2f..', '..%5c..', '..\\..', '....'];
    const paths = [
      '/push_download',
      '/push_download/',
      '/push_download/secret.zip',
      '/push_download/150',
      '/push_download/150/2018-12-04',
      '/push_download/150/2018-12-04/',
      '/push_download/150/2018-12-04/0B.zip',
      '/push_download/150/2018-12-04/.0A.zip.tmp',
      '/push_download/150/2018-12-04/0C.zip',
      '/push_download/160/2018-12-04/secret.zip',
      '/push_download//150/2018-12-04/../../secret.zip',
      `/push_download/${PATH}%00`,
      `/push_download/${PATH}%00.zip`,
      `/push_download/${PATH}/`,
      `/push_download/${PATH}/x.zip`,
      `/push_download/${PATH.replaceAll('/', '%2F')}`,
      `/push_download/${PATH.replaceAll('/', '%5C')}`,
      `/push_download/${PATH.replaceAll('/', '\\')}`,
      `/push_download/${PATH.replace('150/', '150/./x/..%2f')}`,
      '/push_download//etc/passwd',
      '/push_download/%2Fetc%2Fpasswd',
      '/push_download/C:/x/y.zip',
      '/push_download/file:///etc/passwd',
      `/push_download/${'9'.repeat(5000)}/2018-12-04/0E.zip`,
      '/push_download/150/2018-12-04/%ff%fe.zip',
      '/push_download/150/2018-12-04/%.zip',
      ...up.flatMap((step) => [
        `/push_download/${step}/secret.zip`,
        `/push_download/${step}/${step}/secret.zip`,
        `/push_download/150/${step}/secret.zip`,
        `/push_download/150/2018-12-04/${step}/${step}/${step}/secret.zip`,
        `/push_download/150/2018-12-04/${step}/secret.zip`,
      ]),
    ];
    for (const path of paths) {
      const { status, body } = await ask(port, 'GET', path);
      expect([path, status]).toEqual([path, 404]);
      expect(body.toString()).not.toContain('secret');
    }
    // A control: the file itself is served.
    expect((await ask(port, 'HEAD', `/push_download/${PATH}`)).status).toBe(200);
  });

  it('closes the file at the end, for HEAD, on an error and when the client goes', async () => {
    let isOpen = 0;
    const closed: string[] = [];
    const source = (behaviour: 'whole' | 'broken' | 'endless'): DownloadSource => ({
      async open(path) {
        isOpen++;
        return {
          size: behaviour === 'endless' ? 1e12 : 100_000,
          async read(_position, length) {
            if (behaviour === 'broken') throw new Error('disk');
            return Buffer.alloc(length);
          },
          async close() {
            isOpen--;
            closed.push(path);
          },
        };
      },
    });
    const whole = await start({ source: source('whole') });
    await ask(whole.port, 'GET', `/push_download/${PATH}`);
    await ask(whole.port, 'HEAD', `/push_download/${PATH}`);
    expect([isOpen, closed.length]).toEqual([0, 2]);

    const told = vi.spyOn(console, 'error').mockReturnValue();
    onTestFinished(() => told.mockRestore());
    const broken = await start({ source: source('broken') });
    await expect(ask(broken.port, 'GET', `/push_download/${PATH}`)).rejects.toThrow('closed after');
    expect([isOpen, closed.length]).toEqual([0, 3]);

    const endless = await start({ source: source('endless') });
    const client = await connectRaw(endless.port);
    client.send(`GET /push_download/${PATH} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await new Promise((resolve) => client.socket.once('data', resolve));
    client.socket.destroy();
    while (isOpen > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toHaveLength(4);
  });
});
