import { afterAll, describe, expect, it } from 'vitest';
import { silenceOf } from '../../../src/sip/media/rtp/g711.ts';
import { Rig } from './rig.ts';
import { sine } from './sound.ts';

const rig = new Rig([31_100, 31_199]);
afterAll(() => rig[Symbol.asyncDispose]());

const QUIET = new Int16Array(800);

describe('a key', () => {
  it.concurrent('is heard once each, in order, when it is pressed', async () => {
    await using call = await rig.call();
    const { phone } = call;
    await phone.sendInTime([
      ...phone.packetsOf(QUIET),
      ...phone.pressOf('1'),
      ...phone.pressOf('1'),
      ...phone.pressOf('#'),
    ]);
    await call.stats();
    expect(call.whatWasHeard).toEqual(['key 1', 'key 1', 'key #']);
    const [first, second] = call.heard.map(({ atMs }) => atMs);
    expect(first).toBeGreaterThanOrEqual(60);
    // The press lasts 120 ms by its own timestamps.
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(60);
    expect((second ?? 0) - (first ?? 0)).toBeLessThan(300);
  });

  it.concurrent.each([
    ['its end', [0, 1, 2, 3, 4]],
    ['all but its end', [7]],
    ['all but its middle', [2]],
  ])('is heard if the network loses %s', async (_what, arriving) => {
    await using call = await rig.call();
    const press = call.phone.pressOf('7');
    await call.phone.sendInTime(arriving.map((i) => press[i] ?? null));
    await call.stats();
    expect(call.whatWasHeard).toEqual(['key 7']);
  });

  it.concurrent('is not heard if nobody agreed on its payload', async () => {
    await using call = await rig.call();
    await call.phone.sendInTime(call.phone.pressOf('7', { payloadType: 96 }));
    expect(await call.stats()).toMatchObject({ ignored: 8, events: 0 });
    expect(call.heard).toEqual([]);
  });

  it.concurrent('ends what the robot says', async () => {
    await using call = await rig.call();
    const playing = call.session.play({ text: '您好', durationMs: 5000 });
    await call.phone.waitFor(3);
    await call.phone.sendInTime(call.phone.pressOf('9'));
    expect(await playing).toMatchObject({ end: 'barged' });
    expect(call.whatWasHeard).toEqual(['key 9']);
  });

  it.concurrent('is no speech, even if its tone is sent beside it', async () => {
    await using call = await rig.call();
    const { phone } = call;
    const press = phone.pressOf('9');
    const tone = phone.packetsOf(sine(852, 160));
    for (const [i, packet] of press.entries()) {
      phone.sendRaw(packet);
      await phone.sendInTime([tone[i] ?? null]);
    }
    await call.stats();
    expect(call.whatWasHeard).toEqual(['key 9']);
  });
});

describe('speech', () => {
  it.concurrent('is heard with its begin and its end', async () => {
    await using call = await rig.call();
    const { phone } = call;
    await phone.sendInTime([
      ...phone.packetsOf(QUIET),
      ...phone.packetsOf(sine(300, 300)),
      ...phone.packetsOf(new Int16Array(800)),
    ]);
    const startMs = await call.waitFor('start');
    const endMs = await call.waitFor('end');
    expect(call.whatWasHeard).toEqual(['start', 'end']);
    expect(endMs - startMs).toBe(300);
    const { caller } = await call.finish();
    expect(caller.findIndex((sample) => Math.abs(sample) > 200) / 8).toBeCloseTo(startMs, -1);
  });

  it.concurrent('ends what the robot says', async () => {
    await using call = await rig.call();
    const playing = call.session.play({ text: '您好，请问是张先生吗？', durationMs: 5000 });
    await call.phone.talk(sine(300, 200));
    const played = await playing;
    expect(played.end).toBe('barged');
    expect(played.endMs - (await call.waitFor('start'))).toBeLessThan(1000);
    const { length } = call.phone.got;
    await call.phone.waitFor(length + 3);
    const codes = new Set(call.phone.got.slice(length).flatMap(({ payload }) => [...payload]));
    expect([...codes]).toEqual([silenceOf('PCMA')]);
  });

  it.concurrent('does not end what may not be interrupted', async () => {
    await using call = await rig.call();
    const playing = call.session.play({ text: '您好', durationMs: 300, bargeIn: false });
    await call.phone.talk(sine(300, 200));
    expect(await playing).toMatchObject({ end: 'done' });
    expect(call.whatWasHeard).toEqual(['start']);
  });

  it.concurrent('that was under way does not end what the robot begins to say', async () => {
    await using call = await rig.call();
    const talking = call.phone.talk(sine(300, 500));
    await call.waitFor('start');
    const played = await call.session.play({ text: '您好', durationMs: 100 });
    expect(played.end).toBe('done');
    await talking;
  });

  it.concurrent('that is under way at the hang-up has an end', async () => {
    await using call = await rig.call();
    await call.phone.talk(sine(300, 200));
    await call.finish();
    expect(call.whatWasHeard).toEqual(['start', 'end']);
  });
});

describe('what the robot says', () => {
  it.concurrent('is ended by stop', async () => {
    await using call = await rig.call();
    const playing = call.session.play({ text: '您好', durationMs: 5000 });
    await call.phone.waitFor(3);
    call.session.stop();
    const { end, startMs, endMs } = await playing;
    expect(end).toBe('stopped');
    expect(endMs - startMs).toBeGreaterThan(0);
    expect(endMs - startMs).toBeLessThan(2000);
  });

  it.concurrent('is ended by what it says next', async () => {
    await using call = await rig.call();
    const first = call.session.play({ text: '您好', durationMs: 5000 });
    const second = call.session.play({ text: '再见', durationMs: 40 });
    expect([(await first).end, (await second).end]).toEqual(['stopped', 'done']);
  });

  it.concurrent('is ended by the end of the call', async () => {
    await using call = await rig.call();
    const playing = call.session.play({ text: '您好', durationMs: 5000 });
    await call.session.close();
    expect((await playing).end).toBe('stopped');
    expect((await call.session.play({ text: '您好', durationMs: 40 })).end).toBe('stopped');
  });

  it.concurrent('waits for the start of the call', async () => {
    await using call = await rig.call({ start: false });
    const playing = call.session.play({ text: '您好', durationMs: 60 });
    // A question and its answer through the same door: the prompt has arrived.
    expect(await call.session.stats()).toMatchObject({ sent: 0 });
    call.session.start();
    expect(await playing).toMatchObject({ end: 'done' });
  });

  it.concurrent('of no length is done at once', async () => {
    await using call = await rig.call();
    const { end, startMs, endMs } = await call.session.play({ text: '', durationMs: 0 });
    expect([end, endMs - startMs]).toEqual(['done', 0]);
    await expect(call.session.play({ text: '', durationMs: Number.NaN })).rejects.toThrow(RangeError);
  });
});
