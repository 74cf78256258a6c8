import { describe, expect, it } from 'vitest';
import { RESULT_CODES } from '../../src/server/platform/envelope.ts';
import type { RefusalName } from '../../src/sim/refusal.ts';
import { explainRefusal } from '../../src/sip/cause.ts';
import { headerOf } from '../../src/sip/message/message.ts';
import { DEFAULT_FIXTURES } from '../support/dialogue.ts';
import { at } from '../support/stage.ts';
import { Outgoing } from './peer.ts';
import { SipRig } from './rig.ts';

const NAMES: readonly RefusalName[] = [
  'invalid-parameter',
  'wrong-enterprise',
  'app-disabled',
  'no-right',
  'wrong-robot',
  'wrong-relation',
  'outside-working-time',
  'line-held',
];

it.each(NAMES)('the code of %s is that of the platform', (name) => {
  const { headers = [] } = explainRefusal(name, { host: 'a', why: 'b' });
  expect(headers).toContain(`X-Yeta-Code: ${RESULT_CODES[name].code}`);
});

async function refusalOf(rig: SipRig, wish: Parameters<SipRig['statusOf']>[0]) {
  const answer = await (await rig.peer()).ask(wish);
  return {
    status: answer.status,
    code: headerOf(answer, 'x-yeta-code'),
    warning: headerOf(answer, 'warning'),
  };
}

describe('an INVITE is refused', () => {
  it.each(['X-business-id', 'X-app-id', 'X-robot-id', 'X-call-relation-id'])(
    'without %s, or with an empty one',
    async (name) => {
      await using rig = await SipRig.open();
      const missing = await refusalOf(rig, { headers: { [name]: null } });
      expect(missing).toEqual({ status: 400, code: '10005', warning: `399 127.0.0.1 "missing: ${name}"` });
      expect((await refusalOf(rig, { headers: { [name]: '  ' } })).status).toBe(400);
    },
  );

  it.each([
    ['an unknown enterprise', { 'X-business-id': '9' }, 403, '200201'],
    ['an unknown app', { 'X-app-id': '9' }, 403, '10003'],
    ['an app of another enterprise', { 'X-app-id': '20180742' }, 403, '10003'],
    ['a disabled app', { 'X-app-id': '20180741' }, 403, '10003'],
    ['an unknown robot', { 'X-robot-id': '9' }, 404, '200204'],
    ['a robot of another enterprise', { 'X-robot-id': '168001' }, 404, '200204'],
    ['a robot in review', { 'X-robot-id': '720' }, 404, '200204'],
    ['a deleted robot', { 'X-robot-id': '721' }, 404, '200204'],
  ])('for %s', async (_, headers, status, code) => {
    await using rig = await SipRig.open();
    expect(await refusalOf(rig, { headers })).toMatchObject({
      status,
      code,
      warning: expect.stringMatching(/^399 /),
    });
  });

  it.each([
    ['a line that is none', '12345'],
    ['a line of another enterprise', '055168000001'],
    ['a line that has expired', '055169109999'],
    ['no line at all', ''],
  ])('for %s', async (_, line) => {
    await using rig = await SipRig.open();
    const to = line === '' ? 'sip:127.0.0.1' : `sip:${line}@127.0.0.1`;
    expect(await refusalOf(rig, { to })).toMatchObject({ status: 404, code: '200200' });
  });

  it('for an app that is outbound only', async () => {
    const apps = DEFAULT_FIXTURES.apps.map((app) =>
      app.id === '20180739' ? { ...app, type: 0 as const } : app,
    );
    await using rig = await SipRig.open({ stage: { fixtures: { apps } } });
    expect(await refusalOf(rig, {})).toMatchObject({ status: 403, code: '10002' });
  });

  it('for an app that is not that of the account', async () => {
    await using rig = await SipRig.open({ inviteAuth: 'digest' });
    const peer = await rig.peer();
    const { answerChallenge, challengesOf } = await import('./credential.ts');
    const asked = await peer.ask();
    const login = { user: '1007', password: 'yeta-1007', method: 'INVITE' };
    const credentials = answerChallenge(challengesOf(asked)[0] ?? '', login);
    const headers = { 'Proxy-Authorization': credentials, 'X-app-id': '20180740' };
    const answer = await peer.ask({ headers });
    expect([answer.status, headerOf(answer, 'x-yeta-code')]).toEqual([403, '10003']);
  });

  it("outside of the line's working time", async () => {
    await using rig = await SipRig.open({ stage: { startAt: at('12:30') } });
    expect(await refusalOf(rig, { to: 'sip:055169101407@127.0.0.1' })).toMatchObject({
      status: 480,
      code: '200222',
    });
    expect(await refusalOf(rig, { to: 'sip:055169101408@127.0.0.1' })).toMatchObject({ status: 200 });
  });

  it('on a line whose channels are all busy, also with outbound calls, until one is free', async () => {
    const lines = DEFAULT_FIXTURES.lines.map((line) =>
      line.lineNum === '69101408' ? { ...line, concurrents: 2 } : line,
    );
    await using rig = await SipRig.open({ stage: { fixtures: { lines } } });
    const peer = await rig.peer();
    const first = Outgoing.start(peer);
    await first.connect();
    await rig.stage.ask('callout', {
      line_num: '69101408',
      robot_id: '719',
      call_column: ['客户手机号码', '姓名'],
      call_list: [['19900000001', '张']],
    });
    await rig.stage.simulation.advance({ to: rig.stage.now, untilIdle: false, overlap: false });
    expect(await refusalOf(rig, {})).toMatchObject({ status: 486, code: '3030002' });
    expect((await first.ask('BYE')).status).toBe(200);
    expect((await refusalOf(rig, {})).status).toBe(200);
  });

  it('without PCMA or PCMU in its offer, and holds no channel then', async () => {
    await using rig = await SipRig.open();
    const body = [
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      'm=audio 4000 RTP/AVP 18',
      '',
    ].join('\r\n');
    expect(await refusalOf(rig, { body })).toEqual({
      status: 488,
      code: null,
      warning: '305 127.0.0.1 "no PCMA or PCMU in the SDP"',
    });
    expect(await refusalOf(rig, { body: 'hello' })).toMatchObject({ status: 488 });
    // What comes first in the table answers first.
    expect(await refusalOf(rig, { body, headers: { 'X-robot-id': '9' } })).toMatchObject({ status: 404 });
    expect(await rig.read((world) => [world.calls.size, world.lines.get('69101408')?.busy])).toEqual([0, 0]);
  });

  it('with a body that is no SDP', async () => {
    await using rig = await SipRig.open();
    const answer = await (await rig.peer()).ask({ body: 'hello', headers: { 'Content-Type': 'text/plain' } });
    expect([answer.status, headerOf(answer, 'accept')]).toEqual([415, 'application/sdp']);
  });

  it('in the order of the table: the first row that applies answers', async () => {
    await using rig = await SipRig.open();
    const wrong = { 'X-business-id': '9', 'X-app-id': '9', 'X-robot-id': '9' };
    const codes = [];
    for (const headers of [
      { ...wrong, 'X-call-relation-id': null },
      wrong,
      { ...wrong, 'X-business-id': '167' },
      { 'X-robot-id': '9' },
      {},
    ]) {
      codes.push((await refusalOf(rig, { headers, to: 'sip:9@127.0.0.1' })).code);
    }
    expect(codes).toEqual(['10005', '200201', '10003', '200204', '200200']);
  });
});

describe('headers are read', () => {
  it.each([
    ['in any case', { 'X-business-id': null, 'x-BUSINESS-ID': '167' }],
    ['with blanks around', { 'X-business-id': '   167\t ' }],
  ])('%s', async (_, headers) => {
    await using rig = await SipRig.open();
    expect(await rig.statusOf({ headers })).toBe(200);
  });

  it('without a blank after the colon', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const text = peer.write().replace(/(X-[\w-]+): /g, '$1:');
    peer.send(text);
    expect((await peer.answer(text)).status).toBe(200);
  });
});
