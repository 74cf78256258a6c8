import { afterAll, describe, expect, it } from 'vitest';
import { Phone } from './phone.ts';
import { Rig } from './rig.ts';
import { sine, soundSpan, toneShare } from './sound.ts';

const rig = new Rig([31_200, 31_299]);
afterAll(() => rig[Symbol.asyncDispose]());

describe('a call that is held', () => {
  it.concurrent('is not spoken to, and goes on after it with the time that has passed', async () => {
    await using call = await rig.call();
    const { phone, session } = call;
    const playing = session.play({ text: '您好，请问是张先生吗？', durationMs: 800, bargeIn: false });
    await phone.waitFor(3);
    expect(session.answer(phone.offer({ direction: 'sendonly' }))).toMatchObject({ direction: 'recvonly' });
    const { sent } = await session.stats();
    const { end, startMs, endMs } = await playing;
    expect([end, endMs - startMs]).toEqual(['done', 800]);
    expect(phone.got).toHaveLength(sent);

    session.answer(phone.offer());
    await phone.waitFor(sent + 2);
    const [before, after] = [phone.got[sent - 1], phone.got[sent]];
    expect(((after?.sequence ?? 0) - (before?.sequence ?? 0)) & 0xffff).toBe(1);
    const passed = (((after?.timestamp ?? 0) - (before?.timestamp ?? 0)) >>> 0) / 160;
    expect(passed).toBeGreaterThan(40 - sent);
    expect(after?.marker).toBe(true);

    const { robot } = await call.finish();
    const [, to = 0] = soundSpan(robot) ?? [];
    expect(to / 8).toBeLessThanOrEqual(startMs + (sent + 1) * 20);
  });

  it.concurrent('has its music on the recording, but that is no speech', async () => {
    await using call = await rig.call();
    call.session.answer(call.phone.offer({ direction: 'sendonly' }));
    await call.session.stats();
    await call.phone.talk(sine(440, 200));
    const { caller } = await call.finish();
    const [from = 0, to = 0] = soundSpan(caller) ?? [];
    expect(toneShare(caller.subarray(from, to), 440)).toBeGreaterThan(0.98);
    expect(call.heard).toEqual([]);
  });

  it.concurrent.each(['recvonly', 'inactive'])('by "%s" hears nothing', async (direction) => {
    await using call = await rig.call();
    call.session.answer(call.phone.offer({ direction }));
    await call.session.stats();
    await call.phone.sendInTime([...call.phone.packetsOf(sine(440, 100)), ...call.phone.pressOf('5')]);
    expect(await call.stats()).toMatchObject({ received: 13 });
    const { caller } = await call.finish();
    expect(soundSpan(caller)).toBeNull();
    expect(call.heard).toEqual([]);
  });

  it.concurrent('without an offer is one too', async () => {
    await using call = await rig.call();
    await call.phone.waitFor(2);
    call.session.hold('inactive');
    const { sent } = await call.session.stats();
    await call.phone.talk(new Int16Array(480));
    expect((await call.session.stats()).sent).toBe(sent);
    call.session.hold('sendrecv');
    await call.phone.waitFor(sent + 2);
  });

  it.concurrent('in which the caller was speaking ends that', async () => {
    await using call = await rig.call();
    await call.phone.talk(sine(300, 200));
    await call.waitFor('start');
    call.session.answer(call.phone.offer({ direction: 'sendonly' }));
    await call.waitFor('end');
  });
});

describe('a call without an offer', () => {
  it.concurrent('speaks as soon as our own offer is answered', async () => {
    await using phone = await Phone.open({ law: 'PCMU' });
    const session = await rig.media.open({ callId: 'delayed', seed: 9 });
    expect(session.offer()).toContain(`m=audio ${session.localPort} RTP/AVP 8 0 101`);
    session.start();
    expect(await session.stats()).toMatchObject({ sent: 0 });
    expect(session.setRemote(phone.offer())).toEqual({ ok: true, direction: 'sendrecv' });
    await phone.waitFor(3);
    expect(phone.got[0]?.payloadType).toBe(0);
    await session.close();
  });

  it.concurrent('is refused with the reason if the answer does not fit', async () => {
    const session = await rig.media.open({ callId: 'refused', seed: 9 });
    session.offer();
    expect(session.setRemote('v=0\nm=audio 4000 RTP/AVP 18\n')).toMatchObject({
      ok: false,
      reason: 'no-codec',
    });
    expect(await session.close()).toBeNull();
  });
});

describe('a source', () => {
  it.concurrent('other than that of SDP is answered: the first that sends', async () => {
    await using call = await rig.call({ offer: await offerOfElsewhere() });
    await call.phone.talk(sine(440, 60));
    await call.phone.waitFor(2);
    expect((await call.stats()).source).toBe(`127.0.0.1:${call.phone.port}`);
  });

  it.concurrent('that comes second is neither heard nor answered', async () => {
    await using call = await rig.call();
    await using stranger = await Phone.open();
    stranger.dial(call.session.localPort);
    await call.phone.talk(sine(440, 60));
    await Promise.all([call.phone.talk(sine(440, 200)), stranger.talk(sine(1000, 200))]);
    for (;;) if ((await call.session.stats()).foreign === 10) break;
    const { caller } = await call.finish();
    expect(toneShare(caller, 1000)).toBeLessThan(0.05);
    expect(soundSpan(caller)).not.toBeNull();
    expect(stranger.got).toEqual([]);
  });

  it.concurrent('is another when a later offer says so', async () => {
    await using call = await rig.call();
    await call.phone.talk(sine(440, 60));
    await using moved = await Phone.open({ ssrc: 99 });
    moved.dial(call.session.localPort);
    call.session.answer(moved.offer());
    await moved.waitFor(2);
    await moved.talk(sine(1000, 60));
    await call.phone.talk(sine(440, 60));
    for (;;) {
      const { received, foreign, source } = await call.session.stats();
      if (received + foreign < 9) continue;
      expect(source).toBe(`127.0.0.1:${moved.port}`);
      expect(foreign).toBeGreaterThanOrEqual(3);
      break;
    }
  });
});

/** SDP of a phone that nobody listens at. */
async function offerOfElsewhere(): Promise<string> {
  await using phone = await Phone.open();
  return phone.offer();
}
