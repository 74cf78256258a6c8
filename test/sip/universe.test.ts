import { expect, it } from 'vitest';
import { createSimulator } from '../../src/simulator.ts';
import { rowsOf } from '../support/stage.ts';
import { answerChallenge, challengesOf, register } from './credential.ts';
import { Outgoing, Peer } from './peer.ts';

it('a universe has phones of its own: its accounts register, its calls are in it, and end with it', async () => {
  await using simulator = await createSimulator({ sipPort: 0, sip: { ringMs: 1, t1: 10 }, log: () => {} });
  const universe = await simulator.universes.create({ name: 'phones' });
  await using peer = await Peer.open('udp', simulator.sipPort ?? 0);
  const user = `1007-${universe.id}`;
  const wish = { method: 'REGISTER', to: `sip:${user}@127.0.0.1`, callId: 'u' };
  const asked = await peer.ask(wish);
  const login = { user, password: 'yeta-1007', method: 'REGISTER' };
  const Authorization = answerChallenge(challengesOf(asked)[0] ?? '', login);
  expect((await peer.ask({ ...wish, cseq: 2, headers: { Authorization } })).status).toBe(200);
  const headers = { 'X-business-id': universe.app.businessId, 'X-app-id': universe.app.appId };
  await Outgoing.start(peer, { from: `sip:${user}@127.0.0.1`, headers }).connect();
  await expect.poll(async () => (await universe.calls())[0]?.state).toBe('talking');
  expect(await simulator.calls()).toEqual([]);
  const look = async (path: string) => (await simulator.request(`/_sim${path}/sip`)).json();
  expect(await look(`/universes/${universe.id}`)).toMatchObject({
    registrations: [{ user }],
    calls: [{ caller: user }],
  });
  expect(await look('')).toMatchObject({ registrations: [], calls: [] });
  const bye = peer.request('BYE');
  await universe.end();
  peer.accept(await bye);
});

it('a task of a universe rings a phone of that universe', async () => {
  await using simulator = await createSimulator({ sipPort: 0, sip: { t1: 10 }, log: () => {} });
  const universe = await simulator.universes.create({ name: 'ringing' });
  await using peer = await Peer.open('udp', simulator.sipPort ?? 0);
  const user = `1007-${universe.id}`;
  expect((await register(peer, { user, aor: user, password: 'yeta-1007' })).status).toBe(200);
  await universe.rules.add({ outcome: { sip: user } });
  await expect(simulator.rules.add({ outcome: { sip: user } })).rejects.toThrow('a SIP account');
  await universe.platform.call('task/callout', {
    line_num: '69101338',
    robot_id: '719',
    ...rowsOf(['13800000001']),
  });
  const invite = await peer.request('INVITE');
  expect(invite.to.uri.user).toBe(user);
  expect((await universe.sip()).calls).toMatchObject([{ direction: 'outbound', callee: '13800000001' }]);
  expect((await simulator.sip()).calls).toEqual([]);
  peer.reply(invite, 603, { tag: 'callee' });
  await expect.poll(async () => (await universe.calls())[0]?.result).toBe('8');
});
