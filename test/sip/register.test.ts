import { describe, expect, it } from 'vitest';
import { headerOf, headersOf } from '../../src/sip/message/message.ts';
import { answerChallenge, challengesOf, prove, register } from './credential.ts';
import type { Transport } from './peer.ts';
import { SipRig, until } from './rig.ts';

describe.each(['udp', 'tcp'] as const)('over %s', (transport: Transport) => {
  it('a phone registers with its password and is asked for it first', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer(transport);
    const asked = await peer.ask({ method: 'REGISTER', to: 'sip:1007@127.0.0.1' });
    expect(asked.status).toBe(401);
    expect(headersOf(asked, 'www-authenticate')).toHaveLength(1);
    expect(challengesOf(asked)[0]).toMatch(
      /^Digest realm="yeta-sim", nonce="\S+", algorithm=MD5, qop="auth"$/,
    );
    const answer = await register(peer);
    expect(answer.status).toBe(200);
    expect(headerOf(answer, 'contact')).toBe(`<sip:1007@127.0.0.1:${peer.port}>;expires=600`);
    expect(rig.server.bindings()).toMatchObject([
      { user: '1007', flow: { protocol: transport.toUpperCase() } },
    ]);
  });

  it('an INVITE is let in from where its From is registered, and challenged from anywhere else', async () => {
    await using rig = await SipRig.open({ inviteAuth: 'registered' });
    const peer = await rig.peer(transport);
    expect((await peer.ask()).status).toBe(407);
    await register(peer);
    expect((await peer.ask()).status).toBe(200);
    expect((await peer.ask({ from: 'sip:1008@127.0.0.1' })).status).toBe(407);
    expect((await prove(peer, { from: 'sip:1008@127.0.0.1' }, { user: '1008' })).status).toBe(200);
  });
});

describe('a registration', () => {
  it('with a wrong password is asked for again, refused after the third in a row, and nobody else is', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await register(peer, { password: 'guess' })).status);
    expect(statuses).toEqual([401, 401, 401, 403, 403]);
    expect((await register(peer)).status).toBe(403);
    expect((await register(peer, { aor: '1008', user: '1008' })).status).toBe(200);
  });

  it('of an account that is not there is slowed the same way', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const statuses = [];
    for (const user of ['a', 'b', 'c', 'd'])
      statuses.push((await register(peer, { aor: user, user })).status);
    expect(statuses).toEqual([401, 401, 401, 403]);
  });

  it('of another account is refused', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    expect((await register(peer, { aor: '1008', user: '1007' })).status).toBe(403);
    expect(rig.server.bindings()).toEqual([]);
  });

  it('over a connection ends with it', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer('tcp');
    await register(peer);
    await peer[Symbol.asyncDispose]();
    await until(
      () => rig.server.bindings(),
      (bindings) => bindings.length === 0,
    );
  });

  it('that is sent again gets the same answer', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    await register(peer);
    const first = peer.got.at(-1);
    const text = peer.write({
      method: 'REGISTER',
      to: 'sip:1007@127.0.0.1',
      branch: 'z9hG4bK-again',
      callId: 'again',
      headers: { Contact: null },
    });
    const asked = await peer.ask({ method: 'REGISTER', to: 'sip:1007@127.0.0.1' });
    const login = { user: '1007', password: 'yeta-1007', method: 'REGISTER' };
    const credentials = answerChallenge(challengesOf(asked)[0] ?? '', login);
    const twice = text.replace('Max-Forwards', `Authorization: ${credentials}\r\nMax-Forwards`);
    peer.send(twice);
    const one = await peer.answer(twice);
    peer.send(twice);
    const other = await peer.answer(twice);
    expect(first).toBeDefined();
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(headerOf(other, 'to')).toBe(headerOf(one, 'to'));
  });

  it('is asked for SHA-256 where that is set', async () => {
    await using rig = await SipRig.open({ algorithms: ['SHA-256'] });
    expect((await register(await rig.peer())).status).toBe(200);
  });

  it('costs nothing while it is only asked for', async () => {
    await using rig = await SipRig.open({ inviteAuth: 'digest' });
    const peer = await rig.peer();
    for (let i = 0; i < 50; i++) {
      await peer.ask({ method: 'REGISTER', to: 'sip:1007@127.0.0.1' });
      await peer.ask();
    }
    expect(rig.server.counts).toEqual({ dialogs: 0, servers: 0, clients: 0 });
  });
});

describe('by digest', () => {
  it('every INVITE is challenged, registered or not', async () => {
    await using rig = await SipRig.open({ inviteAuth: 'digest' });
    const peer = await rig.peer();
    await register(peer);
    expect((await peer.ask()).status).toBe(407);
    expect((await prove(peer, {})).status).toBe(200);
    expect((await prove(peer, { from: 'sip:13800000000@127.0.0.1' })).status).toBe(200);
  });

  it('a guesser is slowed at INVITEs as well', async () => {
    await using rig = await SipRig.open({ inviteAuth: 'digest' });
    const peer = await rig.peer();
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await prove(peer, {}, { password: 'guess' })).status);
    expect(statuses).toEqual([407, 407, 407, 403]);
  });
});

it('nobody is asked for anything where that is set', async () => {
  await using rig = await SipRig.open({ inviteAuth: 'none' });
  expect(await rig.statusOf({})).toBe(200);
});
