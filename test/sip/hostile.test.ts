import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usedMemory } from '../support/memory.ts';
import { Phone } from './media/phone.ts';
import { Outgoing, type Peer, type Transport } from './peer.ts';
import { SipRig, until } from './rig.ts';
import { STRANGE, spoiled } from './strange.ts';

async function isAlive(peer: Peer): Promise<void> {
  expect((await peer.ask({ method: 'OPTIONS' })).status).toBe(200);
}

describe.each(['udp', 'tcp'] as const)('over %s', (transport: Transport) => {
  it.each(STRANGE)('%s does no harm', async (_, bytes) => {
    await using rig = await SipRig.open();
    const peer = await rig.peer(transport);
    peer.send(bytes);
    // What has no end may have joined what came after it: TCP has no borders.
    await isAlive(transport === 'tcp' ? await rig.peer(transport) : peer);
    expect(rig.server.counts).toEqual({ dialogs: 0, servers: 0, clients: 0 });
  });

  it('a request that contradicts itself is answered 400, and why', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer(transport);
    const wrong = peer.write({ method: 'OPTIONS', headers: { CSeq: '1 INVITE' } });
    peer.send(wrong);
    const answer = await peer.response();
    expect(answer.status).toBe(400);
    expect(answer.headers.get('warning')?.[0]).toContain('method of cseq');
    await isAlive(peer);
  });

  it('a thousand requests that differ in one piece each are answered or ignored', async () => {
    await using rig = await SipRig.open({ t1: 5 });
    await using phone = await Phone.open();
    const peer = await rig.peer('udp');
    const call = Outgoing.start(peer, { body: phone.offer() });
    await call.connect();
    const texts = [
      peer.write({ body: phone.offer() }),
      peer.write({
        method: 'REGISTER',
        headers: {
          Authorization: 'Digest username="1007", realm="yeta-sim", nonce="a-b-c", uri="x", response="00"',
        },
      }),
      call.write('INVITE', { body: phone.offer({ direction: 'sendonly' }) }),
      call.write('INFO', { body: 'Signal=1', headers: { 'Content-Type': 'application/dtmf-relay' } }),
      call.write('ACK', { cseq: 1 }),
      peer.write({ method: 'CANCEL' }),
      call.write('OPTIONS'),
    ];
    // Its answers are not looked at: a piece may make them answers to somebody else.
    const stranger = transport === 'udp' ? await Thrower.udp(rig.port) : await Thrower.tcp(rig.port);
    await fc.assert(
      fc.asyncProperty(spoiled(texts), (bytes) => stranger.throw(bytes)),
      { numRuns: 1000 },
    );
    await isAlive(peer);
    await stranger[Symbol.asyncDispose]();
    // Some were calls: their callers never acknowledge the answer, and so they end by themselves.
    await until(
      () => ({ ...rig.server.counts, calls: rig.server.calls().length }),
      ({ dialogs, calls }) => dialogs <= 1 && calls <= 1,
    );
  });
});

describe('over UDP', () => {
  it('a flood of INVITEs that nobody may send is challenged, and nothing is kept of it', async () => {
    await using rig = await SipRig.open({ inviteAuth: 'digest' });
    const peer = await rig.peer();
    const before = await usedMemory();
    for (let i = 0; i < 2000; i++) peer.send(peer.write());
    await until(
      () => peer.got.length,
      (count) => count > 500,
    );
    expect(rig.server.counts).toEqual({ dialogs: 0, servers: 0, clients: 0 });
    expect((await usedMemory()) - before).toBeLessThan(20e6);
  });
});

describe('over TCP', () => {
  it('CRLFCRLF is answered CRLF', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer('tcp');
    peer.send('\r\n\r\n');
    await until(
      () => peer.raw,
      (raw) => raw.length > 0,
    );
    expect(peer.raw).toEqual(['\r\n']);
  });

  it('messages are cut whatever pieces they come in', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer('tcp');
    const texts = Array.from({ length: 20 }, () => peer.write({ method: 'OPTIONS' }));
    const all = Buffer.from(texts.join(''));
    for (let at = 0; at < all.length; at += 37) peer.send(all.subarray(at, at + 37));
    for (const text of texts) expect((await peer.answer(text)).status).toBe(200);
  });

  it.each([
    ['a head over 64 KiB', 'OPTIONS sip:a@b SIP/2.0\r\nX: '.padEnd(70_000, 'x'), null],
    ['a body over 64 KiB', null, 400],
    ['a length that is no number', null, 400],
  ])('%s ends the connection, and no other', async (what, bytes, status) => {
    await using rig = await SipRig.open();
    const other = await rig.peer('tcp');
    const peer = await rig.peer('tcp');
    const length = what.startsWith('a body') ? '65537' : 'x';
    peer.send(bytes ?? peer.write({ method: 'OPTIONS', headers: { 'Content-Length': length } }));
    if (status !== null) expect((await peer.response()).status).toBe(status);
    await until(
      () => peer.isClosed,
      (isClosed) => isClosed,
    );
    await isAlive(other);
  });
});

/** Sends, and does not look at what comes back. */
class Thrower implements AsyncDisposable {
  readonly throw: (bytes: Buffer) => Promise<void>;
  readonly #close: () => void;

  private constructor(parts: { throw: (bytes: Buffer) => Promise<void>; close: () => void }) {
    this.throw = parts.throw;
    this.#close = parts.close;
  }

  static async udp(port: number): Promise<Thrower> {
    const { createSocket } = await import('node:dgram');
    const socket = createSocket('udp4');
    return new Thrower({
      throw: (bytes) => new Promise((resolve) => socket.send(bytes, port, '127.0.0.1', () => resolve())),
      close: () => socket.close(),
    });
  }

  /** Each over a connection of its own: what breaks a stream breaks it for all that follows. */
  static async tcp(port: number): Promise<Thrower> {
    const { connect } = await import('node:net');
    return new Thrower({
      throw: (bytes) =>
        new Promise((resolve) => {
          const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
          socket.on('error', () => {});
          socket.on('close', () => resolve());
          socket.resume();
          // The server keeps its half open: phones do not close theirs after a request.
          socket.on('finish', () => setTimeout(() => socket.destroy(), 1));
        }),
      close: () => {},
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
  }
}
