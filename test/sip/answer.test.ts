import { describe, expect, it } from 'vitest';
import { headerOf } from '../../src/sip/message/message.ts';
import { SEED_INVITE } from './peer.ts';
import { SipRig } from './rig.ts';

describe("the seed's INVITE", () => {
  it('as printed is refused for its enterprise', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    peer.send(SEED_INVITE);
    const answer = await peer.answer(SEED_INVITE);
    expect(answer.status).toBe(403);
    expect(headerOf(answer, 'x-yeta-code')).toBe('200201');
  });

  it('with ids of the fixtures is answered', async () => {
    await using rig = await SipRig.open();
    const peer = await rig.peer();
    const invite = SEED_INVITE.replace('business-id: 1234', 'business-id: 167')
      .replace('app-id: 1234', 'app-id: 20180739')
      .replace('robot-id: 1234', 'robot-id: 719');
    peer.send(invite);
    const answer = await peer.answer(invite);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('m=audio');
    expect(peer.got.map((message) => message.kind === 'response' && message.status)).toEqual([100, 180, 200]);
  });
});
