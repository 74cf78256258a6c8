import { describe, expect, it } from 'vitest';
import { headerOf, headersOf, type SipResponse, tagOf } from '../../src/sip/message/message.ts';
import { Phone } from './media/phone.ts';
import { Outgoing, type Peer, type Transport } from './peer.ts';
import { SipRig, until } from './rig.ts';

const statusesOf = (peer: Peer) =>
  peer.got.flatMap((message) => (message.kind === 'response' ? message.status : []));

/** Everything of signalling is gone, and no call is left. */
async function expectNothingLeft(rig: SipRig): Promise<void> {
  await until(
    () => ({ ...rig.server.counts, calls: rig.server.calls().length }),
    (counts) => Object.values(counts).every((count) => count === 0),
  );
  expect(await rig.read((world) => [world.calls.size, world.lines.get('69101408')?.busy])).toEqual([0, 0]);
}

describe.concurrent.each(['udp', 'tcp'] as const)('over %s', (transport: Transport) => {
  it('a call is answered 100, 180, 200, and ends with the BYE of its caller; nothing is left of it', async () => {
    await using rig = await SipRig.open();
    await using phone = await Phone.open();
    const peer = await rig.peer(transport);
    const call = Outgoing.start(peer, { body: phone.offer() });
    const answer = await call.connect();
    expect(statusesOf(peer)).toEqual([100, 180, 200]);
    const contact = `<sip:69101408@127.0.0.1:${rig.port}${transport === 'tcp' ? ';transport=tcp' : ''}>`;
    expect(headerOf(answer, 'contact')).toBe(contact);
    expect(headerOf(answer, 'allow')).toBe('INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER, INFO');
    expect(answer.body).toContain('a=rtpmap:8 PCMA/8000');
    await until(
      () => rig.call(),
      ({ state }) => state === 'talking',
    );
    expect((await call.ask('BYE')).status).toBe(200);
    expect(await rig.call()).toMatchObject({
      state: 'ended',
      caller: '1007',
      callee: '69101408',
      relationId: 'crm-77',
    });
    await expectNothingLeft(rig);
  });

  it('a caller that gives up while it rings is answered 487, and its call has no answer', async () => {
    await using rig = await SipRig.open({ ringMs: 10_000 });
    const peer = await rig.peer(transport);
    const { invite } = Outgoing.start(peer);
    await peer.response(({ status }) => status === 180);
    const cancel = invite.replace(/^INVITE/, 'CANCEL').replace('1 INVITE', '1 CANCEL');
    peer.send(cancel);
    expect((await peer.answer(cancel)).status).toBe(200);
    const refusal = await peer.answer(invite);
    expect(refusal.status).toBe(487);
    peer.send(invite.replace(/^INVITE/, 'ACK').replace('1 INVITE', '1 ACK'));
    expect(await rig.call()).toMatchObject({ state: 'ended', answerAt: null });
    await expectNothingLeft(rig);
  });

  it('a caller that hangs up while it rings is answered 200 and 487', async () => {
    await using rig = await SipRig.open({ ringMs: 10_000 });
    const peer = await rig.peer(transport);
    const call = Outgoing.start(peer);
    const ringing = await peer.response(({ status }) => status === 180);
    call.toTag = tagOf(ringing.to) ?? '';
    expect((await call.ask('BYE')).status).toBe(200);
    expect((await peer.answer(call.invite)).status).toBe(487);
    expect(await rig.call()).toMatchObject({ state: 'ended', answerAt: null });
  });
});

describe.concurrent('the robot hangs up', () => {
  it('with a BYE to where the ACK came from, and again until it is answered', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const other = await rig.peer();
    const call = Outgoing.start(peer);
    const answer = await peer.answer(call.invite);
    call.toTag = tagOf(answer.to) ?? '';
    other.send(call.write('ACK', { cseq: 1 }));
    await until(
      () => rig.call(),
      ({ state }) => state === 'talking',
    );
    await rig.hangUp();
    const bye = await other.request('BYE');
    const again = await other.request('BYE');
    expect(headersOf(again, 'via')).toEqual(headersOf(bye, 'via'));
    expect([bye.callId, tagOf(bye.to), tagOf(bye.from)]).toEqual([call.callId, 'caller', call.toTag]);
    other.accept(again);
    expect(await rig.call()).toMatchObject({ state: 'ended' });
    await expectNothingLeft(rig);
  });

  it('not before the ACK', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const call = Outgoing.start(peer);
    const answer = await peer.answer(call.invite);
    await rig.hangUp();
    await peer.response(({ status }) => status === 200);
    expect(peer.got.some((message) => message.kind === 'request')).toBe(false);
    call.toTag = tagOf(answer.to) ?? '';
    peer.send(call.write('ACK', { cseq: 1 }));
    peer.accept(await peer.request('BYE'));
    await expectNothingLeft(rig);
  });

  it('while it rings with 480', async () => {
    await using rig = await SipRig.open({ ringMs: 10_000 });
    const peer = await rig.peer();
    const call = Outgoing.start(peer);
    await peer.response(({ status }) => status === 180);
    await rig.hangUp();
    expect((await peer.answer(call.invite)).status).toBe(480);
    expect(await rig.call()).toMatchObject({ state: 'ended', answerAt: null });
  });
});

describe.concurrent('over UDP', () => {
  it('a 200 is sent again until its ACK is in', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const call = Outgoing.start(peer);
    const is200 = ({ status }: SipResponse) => status === 200;
    const first = await peer.response(is200);
    const second = await peer.response(is200);
    expect(headerOf(second, 'to')).toBe(headerOf(first, 'to'));
    call.toTag = tagOf(first.to) ?? '';
    peer.send(call.write('ACK', { cseq: 1 }));
    await until(
      () => rig.call(),
      ({ state }) => state === 'talking',
    );
    // What was sent before the ACK came has arrived before this is answered.
    await peer.ask({ method: 'OPTIONS' });
    const count = statusesOf(peer).length;
    // The transaction's time is over by then (64 T1).
    await until(
      () => rig.server.counts.servers,
      (servers) => servers === 0,
    );
    expect(statusesOf(peer)).toHaveLength(count);
  });

  it('a call whose ACK never comes is ended with a BYE, and counts as not answered', async () => {
    await using rig = await SipRig.open({ t1: 5 });
    const peer = await rig.peer();
    Outgoing.start(peer);
    const bye = await peer.request('BYE');
    peer.accept(bye);
    // How often depends on how busy the machine is: at least once more, as T1 comes before 64 T1.
    expect(statusesOf(peer).filter((status) => status === 200).length).toBeGreaterThan(1);
    expect(await rig.call()).toMatchObject({ state: 'ended', answerAt: null });
    await expectNothingLeft(rig);
  });

  it('a refusal is sent again until its ACK is in', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const { invite } = Outgoing.start(peer, { headers: { 'X-robot-id': '9' } });
    await peer.answer(invite);
    const again = await peer.answer(invite);
    peer.send(
      invite
        .replace(/^INVITE/, 'ACK')
        .replace('1 INVITE', '1 ACK')
        .replace(/To: .*/, `To: ${headerOf(again, 'to')}`),
    );
    await peer.ask({ method: 'OPTIONS' });
    const count = statusesOf(peer).length;
    await expectNothingLeft(rig);
    expect(statusesOf(peer)).toHaveLength(count);
  });

  it('an INVITE that comes again is one call', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const call = Outgoing.start(peer);
    for (let i = 0; i < 5; i++) peer.send(call.invite);
    await call.connect();
    expect(await rig.read((world) => world.calls.size)).toBe(1);
  });

  it('a BYE that comes again is answered again, the same; one of a call that is gone 481', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const call = Outgoing.start(peer);
    await call.connect();
    const bye = call.write('BYE');
    peer.send(bye);
    expect((await peer.answer(bye)).status).toBe(200);
    peer.send(bye);
    expect((await peer.answer(bye)).status).toBe(200);
    expect((await call.ask('BYE')).status).toBe(481);
  });

  it('an ACK with the branch of its INVITE counts', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const call = Outgoing.start(peer, { branch: 'z9hG4bK-same' });
    const answer = await peer.answer(call.invite);
    call.toTag = tagOf(answer.to) ?? '';
    peer.send(call.write('ACK', { cseq: 1, branch: 'z9hG4bK-same' }));
    await until(
      () => rig.call(),
      ({ state }) => state === 'talking',
    );
  });

  it('two peers with the same branch have a call each', async () => {
    await using rig = await SipRig.open();
    const calls = [];
    for (const peer of [await rig.peer(), await rig.peer()])
      calls.push(Outgoing.start(peer, { branch: 'z9hG4bK-1' }));
    for (const call of calls) await call.connect();
    expect(await rig.read((world) => world.calls.size)).toBe(2);
  });

  it('a peer of RFC 2543, without magic branch or tag of its own, has a call', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const text = peer.write({ branch: '1', headers: { From: '<sip:1007@127.0.0.1>' } });
    peer.send(text);
    expect((await peer.answer(text)).status).toBe(200);
  });

  it('an answer goes to the source of its request, whatever its Via says', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const via = 'SIP/2.0/UDP 192.0.2.1:9;branch=z9hG4bK-nat';
    const text = peer.write({ method: 'OPTIONS', headers: { Via: via } });
    peer.send(text);
    expect(headerOf(await peer.answer(text), 'via')).toBe(`${via};received=127.0.0.1`);
    const asked = peer.write({ method: 'OPTIONS', headers: { Via: `${via}2;rport` } });
    peer.send(asked);
    expect(headerOf(await peer.answer(asked), 'via')).toBe(`${via}2;rport=${peer.port};received=127.0.0.1`);
  });
});

describe.concurrent('in a call', () => {
  it('a caller holds and resumes', async () => {
    await using rig = await SipRig.open();
    await using phone = await Phone.open();
    const peer = await rig.peer();
    const call = Outgoing.start(peer, { body: phone.offer() });
    await call.connect();
    const held = await call.ask('INVITE', { body: phone.offer({ direction: 'sendonly' }) });
    peer.send(call.write('ACK', { cseq: held.cseq }));
    expect(held.body).toContain('a=recvonly');
    expect(headerOf(held, 'contact')).toContain('<sip:69101408@');
    const resumed = await call.ask('INVITE', { body: phone.offer() });
    peer.send(call.write('ACK', { cseq: resumed.cseq }));
    expect(resumed.body).toContain('a=sendrecv');
    expect((await call.ask('BYE')).status).toBe(200);
    await expectNothingLeft(rig);
  });

  it('an offer is answered in the ACK, first and later', async () => {
    await using rig = await SipRig.open();
    await using phone = await Phone.open();
    const peer = await rig.peer();
    const call = Outgoing.start(peer);
    const offer = await call.connect(phone.offer());
    expect(offer.body).toMatch(/m=audio \d+ RTP\/AVP 8 0 101/);
    await until(
      () => phone.got.length,
      (count) => count > 5,
    );
    const later = await call.ask('INVITE');
    expect(later.body).toContain('m=audio');
    await using second = await Phone.open();
    peer.send(call.write('ACK', { cseq: later.cseq, body: second.offer() }));
    await until(
      () => second.got.length,
      (count) => count > 5,
    );
  });

  it('an offer that cannot be taken is refused, and the call goes on', async () => {
    await using rig = await SipRig.open();
    await using phone = await Phone.open();
    const peer = await rig.peer();
    const call = Outgoing.start(peer, { body: phone.offer() });
    await call.connect();
    const refused = await call.ask('INVITE', { body: phone.offer({ codecs: '18' }) });
    expect(refused.status).toBe(488);
    peer.send(call.write('ACK', { cseq: refused.cseq }));
    expect((await call.ask('BYE')).status).toBe(200);
  });

  it('an answer that cannot be taken ends it', async () => {
    await using rig = await SipRig.open();
    await using phone = await Phone.open();
    const peer = await rig.peer();
    const call = Outgoing.start(peer);
    await call.connect(phone.offer({ codecs: '18' }));
    peer.accept(await peer.request('BYE'));
    expect(await rig.call()).toMatchObject({ state: 'ended', answerAt: null });
  });

  it('a new offer whose 200 is never acknowledged ends it', async () => {
    await using rig = await SipRig.open({ t1: 5 });
    await using phone = await Phone.open();
    const peer = await rig.peer();
    const call = Outgoing.start(peer, { body: phone.offer() });
    await call.connect();
    await call.ask('INVITE', { body: phone.offer() });
    peer.accept(await peer.request('BYE'));
    await expectNothingLeft(rig);
  });

  it('OPTIONS is answered 200, other methods 405 or 501, an older request 500, an unknown extension 420', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const call = Outgoing.start(peer);
    await call.connect();
    expect((await call.ask('OPTIONS')).status).toBe(200);
    expect((await call.ask('REFER')).status).toBe(405);
    expect((await call.ask('UPDATE')).status).toBe(405);
    expect((await call.ask('DANCE')).status).toBe(501);
    expect((await call.ask('INFO', { headers: { Require: '100rel, x' } })).status).toBe(420);
    expect((await call.ask('INFO', { cseq: 1 })).status).toBe(500);
    expect((await call.ask('INFO')).status).toBe(200);
    expect((await call.ask('INFO', { body: 'x', headers: { 'Content-Type': 'text/x' } })).status).toBe(415);
    expect((await call.ask('BYE')).status).toBe(200);
  });
});

describe.concurrent('outside of a call', () => {
  it.each([
    ['OPTIONS', 200],
    ['BYE', 481],
    ['INFO', 481],
    ['SUBSCRIBE', 405],
    ['PUBLISH', 405],
    ['MESSAGE', 405],
    ['NOTIFY', 405],
    ['PRACK', 405],
    ['DANCE', 501],
  ])('%s is answered %i', async (method, status) => {
    await using rig = await SipRig.open();
    const answer = await (await rig.peer()).ask({ method });
    expect(answer.status).toBe(status);
    if (status === 405) expect(headerOf(answer, 'allow')).toContain('INVITE');
    expect(rig.server.counts).toEqual({ dialogs: 0, servers: 0, clients: 0 });
  });

  it.each([
    ['with a tag of a call that is not there is answered 481', { toTag: 'gone' }, 481],
    ['that requires an extension is answered 420', { headers: { Require: '100rel' } }, 420],
    ['without a Contact is answered 400', { headers: { Contact: null } }, 400],
    ['with a Contact of * is answered 400', { headers: { Contact: '*' } }, 400],
    ['to a sips URI is answered 416', { to: 'sips:69101408@127.0.0.1' }, 416],
    ['in a coding is answered 415', { headers: { 'Content-Encoding': 'gzip' } }, 415],
    ['to a tel URI is taken', { to: 'tel:69101408' }, 200],
  ])('an INVITE %s', async (_, wish, status) => {
    await using rig = await SipRig.open();
    expect(await rig.statusOf(wish)).toBe(status);
  });

  it('a CANCEL of nothing is answered 481, an ACK not at all', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    expect((await peer.ask({ method: 'CANCEL' })).status).toBe(481);
    peer.send(peer.write({ method: 'ACK' }));
    peer.send(peer.write({ method: 'ACK', toTag: 'x' }));
    expect((await peer.ask({ method: 'OPTIONS' })).status).toBe(200);
    expect(peer.got).toHaveLength(2);
  });
});

it('a call whose connection closes is over', async () => {
  await using rig = await SipRig.open();
  const peer = await rig.peer('tcp');
  await Outgoing.start(peer).connect();
  await peer[Symbol.asyncDispose]();
  await until(
    () => rig.call(),
    ({ state }) => state === 'ended',
  );
  await expectNothingLeft(rig);
});
