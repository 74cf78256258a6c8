import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { AttemptOutcome, HttpPort } from '../../../src/sim/port.ts';
import { createHttpPort, type HttpPortOptions, isDelivered } from '../../../src/sim/push/deliver.ts';
import { CERTIFICATE, PRIVATE_KEY } from './certificate.ts';
import { startRawReceiver, takeDeadPort, waitForClose, writeAnswer } from './raw-receiver.ts';

const ports: HttpPort[] = [];

function createPort(options: Partial<HttpPortOptions> = {}): HttpPort {
  const port = createHttpPort({ userAgent: 'yeta-sim/test', ...options });
  ports.push(port);
  return port;
}

afterEach(async () => {
  await Promise.all(ports.splice(0).map((port) => port.close()));
});

const counts = (outcome: AttemptOutcome) => isDelivered(outcome, { requireOkStatus: false });

describe('an attempt on the wire', () => {
  it('is one POST in one write, with the headers of the platform and no others', async () => {
    await using receiver = await startRawReceiver((socket) => writeAnswer(socket, 'success'));
    const body = '{"text_robot":"您好"}';
    const outcome = await createPort().attempt({ url: `${receiver.url}?a=1#b`, body, timeoutMs: 3000 });
    expect(outcome).toMatchObject({ status: 200, answer: 'success', error: null, timedOut: false });
    expect(receiver.chunks).toHaveLength(1);
    const [head = '', sentBody] = (receiver.chunks[0] ?? '').split('\r\n\r\n');
    expect(sentBody).toBe(body);
    const [line, ...headers] = head.split('\r\n');
    expect(line).toBe('POST /receive?a=1 HTTP/1.1');
    expect(headers.map((header) => header.toLowerCase()).toSorted()).toEqual([
      'connection: keep-alive',
      `content-length: ${Buffer.byteLength(body)}`,
      'content-type: application/json;charset=utf-8',
      `host: 127.0.0.1:${receiver.port}`,
      'user-agent: yeta-sim/test',
    ]);
  });

  it('keeps the connection for the next one', async () => {
    await using receiver = await startRawReceiver((socket) => writeAnswer(socket, 'success'));
    const port = createPort({ connections: 1 });
    for (let i = 0; i < 5; i++) await port.attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 });
    expect(receiver.chunks).toHaveLength(5);
    expect(receiver.sockets).toHaveLength(1);
  });

  it('runs beside others on connections of their own, up to the limit', async () => {
    const waiting: (() => void)[] = [];
    await using receiver = await startRawReceiver((socket) => {
      waiting.push(() => writeAnswer(socket, 'success'));
      if (waiting.length === 8) for (const answer of waiting) answer();
      if (waiting.length > 8) waiting.at(-1)?.();
    });
    const port = createPort({ connections: 8 });
    const attempts = Array.from({ length: 20 }, () =>
      port.attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 }),
    );
    expect((await Promise.all(attempts)).every(counts)).toBe(true);
    expect(receiver.sockets).toHaveLength(8);
  });

  it('closes the connections of the origin used longest ago when there are too many', async () => {
    await using first = await startRawReceiver((socket) => writeAnswer(socket, 'success'));
    await using second = await startRawReceiver((socket) => writeAnswer(socket, 'success'));
    await using third = await startRawReceiver((socket) => writeAnswer(socket, 'success'));
    const port = createPort({ origins: 2 });
    for (const { url } of [first, second, first, third])
      await port.attempt({ url, body: '{}', timeoutMs: 3000 });
    await waitForClose(second.sockets[0]);
    expect(first.sockets[0]?.destroyed).toBe(false);
    expect(counts(await port.attempt({ url: second.url, body: '{}', timeoutMs: 3000 }))).toBe(true);
  });
});

describe('the deadline', () => {
  it('is 3 s: an answer after 2.5 s is in time, one after 3.6 s is not', async () => {
    await using receiver = await startRawReceiver((socket, { text }) => {
      void wait(text.includes('"late"') ? 3600 : 2500).then(() => writeAnswer(socket, 'success'));
    });
    const port = createPort();
    const [early, late] = await Promise.all(
      ['early', 'late'].map((name) =>
        port.attempt({ url: receiver.url, body: JSON.stringify(name), timeoutMs: 3000 }),
      ),
    );
    expect(early).toMatchObject({ status: 200, answer: 'success', error: null, timedOut: false });
    expect(late).toMatchObject({ status: null, answer: null, error: 'timed out after 3 s', timedOut: true });
    expect(late?.tookMs).toBeGreaterThanOrEqual(2999);
    expect(late?.tookMs).toBeLessThan(3300);
  });

  it.each([
    ['connecting', 'https', () => undefined, null],
    ['the head of the answer', 'http', dribble('HTTP/1.1 200 OK\r\nContent-Length: 7\r\nX-Slow: '), null],
    ['the body', 'http', dribble('HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nsuccess'), 200],
    [
      'a chunked body',
      'http',
      dribble('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9999\r\nsuccess'),
      200,
    ],
  ] as const)('covers %s', async (_part, scheme, handler, status) => {
    await using receiver = await startRawReceiver(handler);
    const url = receiver.url.replace('http', scheme);
    const outcome = await createPort().attempt({ url, body: '{}', timeoutMs: 150 });
    expect(outcome).toMatchObject({ status, answer: null, error: 'timed out after 0.15 s', timedOut: true });
    expect(outcome.tookMs).toBeLessThan(1000);
    await waitForClose(receiver.sockets[0]);
  });

  it('covers the wait for a connection, and leaves the one that was waited for intact', async () => {
    await using receiver = await startRawReceiver((socket) => {
      void wait(200).then(() => writeAnswer(socket, 'success'));
    });
    const port = createPort({ connections: 1 });
    const [first, second] = await Promise.all([
      port.attempt({ url: receiver.url, body: '1', timeoutMs: 3000 }),
      port.attempt({ url: receiver.url, body: '2', timeoutMs: 50 }),
    ]);
    expect(first.error).toBe(null);
    expect(second).toMatchObject({ error: 'timed out after 0.05 s', timedOut: true });
    expect(counts(await port.attempt({ url: receiver.url, body: '3', timeoutMs: 3000 }))).toBe(true);
    expect(receiver.chunks.map((chunk) => chunk.at(-1))).toEqual(['1', '3']);
    expect(receiver.sockets).toHaveLength(1);
  });

  it('frees the place of an attempt that never got its connection', async () => {
    await using silent = await startRawReceiver(() => undefined);
    const port = createPort({ connections: 2 });
    const url = silent.url.replace('http', 'https');
    for (let round = 0; round < 3; round++) {
      const attempts = [1, 2].map(() => port.attempt({ url, body: '{}', timeoutMs: 50 }));
      for (const { error } of await Promise.all(attempts)) expect(error).toBe('timed out after 0.05 s');
    }
    expect(silent.sockets).toHaveLength(6);
  });
});

describe('a receiver that misbehaves', () => {
  it.each([
    ['closes without a byte', (socket) => socket.end(), null, 'closed without an answer'],
    ['resets', (socket) => socket.resetAndDestroy(), null, 'ECONNRESET'],
    [
      'answers garbage',
      (socket) => socket.end('success, but this is not HTTP\r\n'),
      null,
      /^not an HTTP answer: /,
    ],
    [
      'closes in the middle of the head',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le'),
      null,
      'closed in the middle of the answer',
    ],
    [
      'closes in the middle of the body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsuccess'),
      200,
      'closed in the middle of the answer',
    ],
    [
      'sends endless headers',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}`),
      null,
      "the answer's headers are over 16 KiB",
    ],
  ] as [string, Parameters<typeof startRawReceiver>[0], number | null, string | RegExp][])(
    'that %s gets no second try on a fresh connection, and the reason in words',
    async (_what, handler, status, error) => {
      await using receiver = await startRawReceiver(handler);
      const outcome = await createPort().attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 });
      expect(outcome).toMatchObject({ status, answer: null, timedOut: false });
      expect(outcome.error).toMatch(error);
      expect(receiver.chunks).toHaveLength(1);
    },
  );

  it('that answers with no end is read up to 64 KiB and cut off', async () => {
    await using receiver = await startRawReceiver((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nsuccess\r\n');
      const more = () => {
        while (!socket.destroyed && socket.write(`2000\r\n${'x'.repeat(0x2000)}\r\n`));
      };
      socket.on('drain', more);
      more();
    });
    const outcome = await createPort().attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 });
    expect(outcome).toMatchObject({ status: 200, error: null });
    expect(outcome.answer).toHaveLength(64 * 1024);
    expect(counts(outcome)).toBe(true);
    await waitForClose(receiver.sockets[0]);
  });

  it('that says success only after 64 KiB has not said it', async () => {
    await using receiver = await startRawReceiver((socket) =>
      writeAnswer(socket, `${'汉'.repeat(30_000)}success`),
    );
    const outcome = await createPort().attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 });
    expect(outcome.answer).toBe('汉'.repeat(21_845));
    expect(counts(outcome)).toBe(false);
  });

  it('that answers in another encoding is read as well as can be', async () => {
    await using receiver = await startRawReceiver((socket) => {
      const body = Buffer.from([0xb3, 0xc9, 0xb9, 0xa6, ...Buffer.from(' success')]); // 成功 in GBK
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    expect(counts(await createPort().attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 }))).toBe(true);
  });

  it('that redirects is not followed', async () => {
    await using target = await startRawReceiver((socket) => writeAnswer(socket, 'success'));
    await using receiver = await startRawReceiver((socket) =>
      writeAnswer(socket, '', '307 Temporary Redirect', `Location: ${target.url}\r\n`),
    );
    const outcome = await createPort().attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 });
    expect(outcome).toMatchObject({ status: 307, answer: '', error: null });
    expect(target.chunks).toEqual([]);
  });

  it('that sends interim answers first is waited for', async () => {
    await using receiver = await startRawReceiver((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n');
      writeAnswer(socket, 'success');
    });
    const outcome = await createPort().attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 });
    expect(outcome).toMatchObject({ status: 200, answer: 'success' });
  });
});

describe('a kept-alive connection that the peer closes', () => {
  it('is tried once more on a new one, because nothing is known of the peer yet', async () => {
    await using receiver = await startRawReceiver((socket, { index }) => {
      if (index === 0) writeAnswer(socket, 'success');
      else socket.resetAndDestroy();
    });
    const port = createPort({ connections: 1 });
    for (let i = 0; i < 6; i++) {
      const outcome = await port.attempt({ url: receiver.url, body: String(i), timeoutMs: 3000 });
      expect(outcome).toMatchObject({ status: 200, answer: 'success', error: null });
    }
    // A control: without the second try, five of these would have failed.
    expect(receiver.chunks.length).toBeGreaterThan(6);
  });

  it('is tried once more if it was half-closed while idle', async () => {
    await using receiver = await startRawReceiver((socket, { index }) => {
      if (index === 0) {
        writeAnswer(socket, 'success');
        socket.end();
      }
    });
    const port = createPort({ connections: 1 });
    for (let i = 0; i < 3; i++) {
      expect(counts(await port.attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 }))).toBe(true);
    }
  });

  it('is not tried a third time', async () => {
    let answers = 1;
    await using receiver = await startRawReceiver((socket) => {
      if (answers-- > 0) writeAnswer(socket, 'success');
      else socket.resetAndDestroy();
    });
    const port = createPort({ connections: 1 });
    await port.attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 });
    const outcome = await port.attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 });
    expect(outcome.error).toBe('ECONNRESET');
    expect(receiver.chunks).toHaveLength(3);
  });

  it('has failed if the answer had begun', async () => {
    await using receiver = await startRawReceiver((socket, { index }) => {
      if (index === 0) writeAnswer(socket, 'success');
      else socket.end('HTTP/1.1 2');
    });
    const port = createPort({ connections: 1 });
    await port.attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 });
    const outcome = await port.attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 });
    expect(outcome.error).toBe('closed in the middle of the answer');
    expect(receiver.chunks).toHaveLength(2);
  });

  it('keeps to the one deadline with its second try', async () => {
    await using receiver = await startRawReceiver((socket, { index }) => {
      if (receiver.sockets.length > 1) return;
      if (index === 0) writeAnswer(socket, 'success');
      else socket.resetAndDestroy();
    });
    const port = createPort({ connections: 1 });
    await port.attempt({ url: receiver.url, body: '{}', timeoutMs: 3000 });
    const outcome = await port.attempt({ url: receiver.url, body: '{}', timeoutMs: 150 });
    expect(outcome).toMatchObject({ error: 'timed out after 0.15 s', timedOut: true });
    expect(receiver.sockets).toHaveLength(2);
  });
});

describe('an url', () => {
  it('on which nothing listens is refused', async () => {
    const url = `http://127.0.0.1:${await takeDeadPort()}/x`;
    const outcome = await createPort().attempt({ url, body: '{}', timeoutMs: 3000 });
    expect(outcome).toMatchObject({ status: null, answer: null, error: 'ECONNREFUSED', timedOut: false });
  });

  it.each([
    ['', 'invalid url: '],
    ['/receive', 'invalid url: /receive'],
    ['http://', 'invalid url: http://'],
    ['http://a b/', 'invalid url: http://a b/'],
    ['ftp://example.com/', 'invalid url: ftp://example.com/ (only http and https)'],
  ])('that is none is an outcome: "%s"', async (url, error) => {
    expect(await createPort().attempt({ url, body: '{}', timeoutMs: 3000 })).toMatchObject({
      status: null,
      answer: null,
      error,
      timedOut: false,
    });
  });

  it('of https is verified, unless told otherwise', async () => {
    const server = createTlsServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, (_request, response) =>
      response.end('success'),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `https://localhost:${(server.address() as AddressInfo).port}/x`;
    const strict = await createPort().attempt({ url, body: '{}', timeoutMs: 3000 });
    expect(strict).toMatchObject({ status: null, error: 'certificate: self-signed certificate' });
    const lenient = await createPort({ insecure: true }).attempt({ url, body: '{}', timeoutMs: 3000 });
    expect(lenient).toMatchObject({ status: 200, answer: 'success' });
    await Promise.all(ports.splice(0).map((port) => port.close()));
  });

  it('of https where plain HTTP is spoken says that it is TLS', async () => {
    await using receiver = await startRawReceiver((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const url = receiver.url.replace('http', 'https');
    expect((await createPort().attempt({ url, body: '{}', timeoutMs: 3000 })).error).toMatch(/^TLS: /);
  });

  it('below /_sim/ is answered in process', async () => {
    const port = createPort({
      inProcess: async (path, body) => ({ status: 200, text: `success ${path} ${body}` }),
    });
    const outcome = await port.attempt({
      url: '/_sim/receiver/receiveDialog?x=1',
      body: '{"a":1}',
      timeoutMs: 3000,
    });
    expect(outcome.answer).toBe('success /_sim/receiver/receiveDialog?x=1 {"a":1}');
  });

  it('below /_sim/ that nothing answers, that throws or that hangs is an outcome too', async () => {
    const request = { url: '/_sim/receiver/x', body: '{}', timeoutMs: 50 };
    expect((await createPort().attempt(request)).error).toBe(
      'nothing in this process answers /_sim/receiver/x',
    );
    const throwing = createPort({ inProcess: () => Promise.reject(new Error('broken')) });
    expect((await throwing.attempt(request)).error).toBe('broken');
    const hanging = createPort({ inProcess: () => new Promise(() => undefined) });
    expect(await hanging.attempt(request)).toMatchObject({ error: 'timed out after 0.05 s', timedOut: true });
  });
});

describe('closing the port', () => {
  it('aborts what is in flight, in process too, and closes all sockets', async () => {
    await using receiver = await startRawReceiver(() => undefined);
    const port = createPort({ inProcess: () => new Promise(() => undefined) });
    const attempts = [receiver.url, receiver.url.replace('http', 'https'), '/_sim/x'].map((url) =>
      port.attempt({ url, body: '{}', timeoutMs: 60_000 }),
    );
    while (receiver.chunks.length < 2) await wait(1);
    await port.close();
    for (const outcome of await Promise.all(attempts)) {
      expect(outcome).toMatchObject({
        answer: null,
        error: 'aborted: the simulator is closing',
        timedOut: false,
      });
    }
    for (const socket of receiver.sockets) await waitForClose(socket);
    const after = await port.attempt({ url: receiver.url, body: '{}', timeoutMs: 60_000 });
    expect(after.error).toBe('aborted: the simulator is closing');
  });
});

/** Sends `start` and then a byte every 10 ms, for ever. */
function dribble(start: string): Parameters<typeof startRawReceiver>[0] {
  return (socket) => {
    socket.write(start);
    const timer = setInterval(() => socket.write('x'), 10);
    socket.on('close', () => clearInterval(timer));
  };
}
