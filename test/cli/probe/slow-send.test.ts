import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sendSlowly } from '../../../src/cli/probe/slow-send.ts';

async function send(listener: RequestListener, timeoutMs = 3000) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in?k=v`;
  return sendSlowly({ url, body: '{"姓名":"张三😀"}', timeoutMs, userAgent: 'yeta-sim/test' });
}

describe('a body that is sent slowly', () => {
  it('comes whole, with its length, and the answer is timed from its last byte', async () => {
    const got: unknown[] = [];
    const outcome = await send(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      got.push(request.url, request.headers['content-length'], text, chunks.length > 10);
      response.end('success');
    });
    expect(got).toEqual(['/in?k=v', '23', '{"姓名":"张三😀"}', true]);
    expect(outcome).toMatchObject({ status: 200, answer: 'success', error: null, timedOut: false });
    expect(outcome.tookMs).toBeLessThan(1000);
  });

  it('has one deadline for sending and answering together', async () => {
    const outcome = await send((request) => void request.resume(), 250);
    expect(outcome).toMatchObject({ status: null, error: 'timed out after 0.25 s', timedOut: true });
  });

  it('may be answered before it is over', async () => {
    const outcome = await send((_, response) => void response.writeHead(413).end('too slow'));
    expect(outcome).toMatchObject({ status: 413, answer: 'too slow' });
  });

  it('may be broken off by the receiver', async () => {
    const outcome = await send((request) => void request.once('data', () => request.socket.destroy()));
    expect(outcome.answer).toBe(null);
    expect(outcome.error).toMatch(/^(closed without an answer|ECONNRESET|EPIPE)$/);
  });
});
