import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aHit, aNode, aScript } from '../support/dialogue.ts';
import { TestReceiver } from '../support/receiver.ts';
import { Phone } from './media/phone.ts';
import { loudness, sideOf, sine, toneShare } from './media/sound.ts';
import { Outgoing } from './peer.ts';
import { SipRig, until } from './rig.ts';
import { connect, MENU, reaches, stageOf, TO_900, turnsOf, waitsAt } from './robot.ts';

describe.concurrent('with a phone the dialogue', () => {
  it('follows a key of RFC 4733, and the robot hangs up at its end', async () => {
    await using rig = await SipRig.open({ stage: stageOf(MENU) });
    await using phone = await Phone.open();
    const { peer } = await connect(rig, phone);
    await waitsAt(rig, 'menu');
    await phone.talk(new Int16Array(8000));
    await phone.sendInTime(phone.pressOf('1'));
    peer.accept(await peer.request('BYE'));
    const call = await reaches(rig, 'ended');
    const turns = await turnsOf(rig);
    expect(turns.map(({ nodeId, role }) => `${role} ${nodeId}`)).toEqual([
      'robot menu',
      'customer menu',
      'robot end',
    ]);
    expect(turns[1]).toMatchObject({ keys: '1', textMan: '1' });
    // The robot hung up when it had said its last word, in the call's own time.
    expect((call.hangupAt ?? 0) - (call.answerAt ?? 0)).toBe(turns[2]?.endMs);
  });

  it('follows a key told by INFO, of both types', async () => {
    await using rig = await SipRig.open({ stage: stageOf(MENU) });
    await using phone = await Phone.open();
    const { call, peer } = await connect(rig, phone);
    await until(
      () => phone.got.length,
      (count) => count > 45,
    );
    const relay = {
      body: 'Signal=2\r\nDuration=160\r\n',
      headers: { 'Content-Type': 'application/dtmf-relay' },
    };
    expect((await call.ask('INFO', relay)).status).toBe(200);
    await waitsAt(rig, 'ask');
    expect((await turnsOf(rig))[1]).toMatchObject({ keys: '2' });
    await call.ask('BYE');
    expect(peer.got.some((message) => message.kind === 'request')).toBe(false);
  });

  it('follows speech, whose words the weights choose, and what was said by a test', async () => {
    const script = aScript(
      aNode('first', 'NormalNode', {
        text: '说',
        hits: [aHit('好', 'second'), aHit('不', 'end', { weight: 0 })],
      }),
      aNode('second', 'NormalNode', {
        text: '说',
        hits: [aHit('好', 'end'), aHit('转人工', 'end', { weight: 0 })],
      }),
      aNode('end', 'EndNode', { text: '再' }),
    );
    await using rig = await SipRig.open({ stage: stageOf(script) });
    await using phone = await Phone.open();
    const { peer } = await connect(rig, phone);
    await phone.talk(new Int16Array(8000));
    await phone.talk(sine(300, 600));
    await phone.talk(new Int16Array(8000));
    await waitsAt(rig, 'second');
    await rig.say('我要转人工');
    peer.accept(await peer.request('BYE'));
    const turns = (await turnsOf(rig)).filter(({ role }) => role === 'customer');
    expect(turns.map(({ hits }) => hits?.find(({ pick }) => pick)?.hit)).toEqual(['好', '转人工']);
    expect(turns[1]?.textMan).toBe('我要转人工');
    const [spoken] = turns;
    // Where in the call the tone was heard, give or take the detector's first and last frames.
    expect((spoken?.endMs ?? 0) - (spoken?.speakMs ?? 0)).toBeGreaterThan(300);
  });

  it('is interrupted by speech in the middle of a question', async () => {
    const script = aScript(
      aNode('long', 'NormalNode', {
        text: '这是一个很长很长的问题，长得没有人愿意听完它',
        hits: [aHit('好', 'end')],
      }),
      aNode('end', 'EndNode', { text: '再' }),
    );
    await using rig = await SipRig.open({ stage: stageOf(script) });
    await using phone = await Phone.open();
    const { peer } = await connect(rig, phone);
    await phone.talk(new Int16Array(8 * 1200));
    await phone.talk(sine(300, 500));
    await phone.talk(new Int16Array(8 * 800));
    peer.accept(await peer.request('BYE'));
    const [question, answer] = await turnsOf(rig);
    expect(question?.endMs).toBeLessThan(2500);
    expect(answer).toMatchObject({ role: 'customer', startMs: question?.endMs });
  });
});

describe.concurrent('the record of a call', () => {
  it('and its recording agree: the file is as long as the talk, with both voices on their sides', async () => {
    await using receiver = await TestReceiver.start();
    await using rig = await SipRig.open({ stage: stageOf(MENU, { receiver }) });
    await using phone = await Phone.open();
    const { call } = await connect(rig, phone);
    await phone.talk(sine(1000, 900));
    expect((await call.ask('BYE')).status).toBe(200);
    const { answerAt, hangupAt, phone: real, uuid } = await reaches(rig, 'ended');
    const talkMs = (hangupAt ?? 0) - (answerAt ?? 0);
    await rig.idle();
    await rig.stage.simulation.advance({ to: rig.stage.now + 60_000, untilIdle: false, overlap: false });
    const [record] = receiver.of('receiveCallRecord');
    expect(record?.body).toMatchObject({
      call_relation_id: 'crm-77',
      caller: '1007',
      callee: '69101408',
      direction: 1,
      time_answer: answerAt,
      time_hangup: hangupAt,
    });
    expect(receiver.of('receiveCallRecord')).toHaveLength(1);
    const [voice] = receiver.of('receiveVoice');
    const file = join(rig.folder, `${uuid}.wav`);
    expect(voice?.body).toMatchObject({ size: statSync(file).size, duration: Math.floor(talkMs / 1000) });
    expect(real?.recording).toEqual({ file: `${uuid}.wav`, bytes: 44 + 32 * talkMs, durationMs: talkMs });
    expect(receiver.of('receiveDialog')[0]?.body).toMatchObject({
      call_relation_id: 'crm-77',
      time_begin: answerAt,
    });
    const wav = readFileSync(file);
    expect(toneShare(sideOf(wav, 'caller'), 1000)).toBeGreaterThan(0.5);
    expect(toneShare(sideOf(wav, 'robot'), 1000)).toBeLessThan(0.1);
    expect(loudness(sideOf(wav, 'robot'))).toBeGreaterThan(100);
  });

  it('of a caller that gave up has no answer, no dialogue and no voice', async () => {
    await using receiver = await TestReceiver.start();
    await using rig = await SipRig.open({ ringMs: 10_000, stage: stageOf(MENU, { receiver }) });
    const peer = await rig.peer();
    const { invite } = Outgoing.start(peer, { headers: TO_900 });
    await peer.response(({ status }) => status === 180);
    const cancel = invite.replace(/^INVITE/, 'CANCEL').replace('1 INVITE', '1 CANCEL');
    peer.send(cancel);
    await peer.answer(cancel);
    await rig.idle();
    await rig.stage.simulation.advance({ to: rig.stage.now + 60_000, untilIdle: false, overlap: false });
    expect(receiver.got.map(({ module }) => module)).toEqual(['receiveCallRecord']);
    expect(receiver.got[0]?.body).toMatchObject({ time_answer: 0, duration_call: 0 });
  });

  it('has the own time of the call, while the clock stands', async () => {
    await using rig = await SipRig.open({ stage: stageOf(MENU) });
    await using phone = await Phone.open();
    const { call } = await connect(rig, phone);
    const { dialAt } = await reaches(rig, 'talking');
    await until(
      () => phone.got.length,
      (count) => count > 25,
    );
    expect(rig.stage.now).toBe(dialAt);
    await expect(
      rig.stage.simulation.advance({ to: rig.stage.now + 86_400_000 * 3, untilIdle: true, overlap: false }),
    ).resolves.toMatchObject({
      to: dialAt,
      pending: [expect.stringMatching(/SIP call .* from 1007 to 69101408/)],
    });
    await call.ask('BYE');
    const { answerAt, hangupAt } = await reaches(rig, 'ended');
    expect((hangupAt ?? 0) - (answerAt ?? 0)).toBeGreaterThan(500);
    expect(rig.stage.now).toBe(dialAt);
  });
});
