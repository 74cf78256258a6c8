import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { silenceOf } from '../../../src/sip/media/rtp/g711.ts';
import type { Got } from './phone.ts';
import { Rig } from './rig.ts';
import { loudness, sine, soundSpan, toneShare, wavOf } from './sound.ts';

const rig = new Rig([31_000, 31_099]);
afterAll(() => rig[Symbol.asyncDispose]());

const tonePrompt = join(rig.folder, 'tone.wav');
writeFileSync(tonePrompt, wavOf([sine(1000, 300)], 8000));

const differences = (got: readonly Got[], what: (packet: Got) => number) =>
  new Set(got.slice(1).map((packet, i) => what(packet) - what(got[i] as Got)));

describe.each(['PCMA', 'PCMU'] as const)('a call in %s', (law) => {
  it.concurrent('has the robot on the left and the caller on the right of its recording', async () => {
    await using call = await rig.call({ law });
    const [played] = await Promise.all([
      call.session.play({ text: '', durationMs: 0, prompt: tonePrompt, bargeIn: false }),
      call.phone.talk(sine(440, 400)),
    ]);
    expect(played).toMatchObject({ end: 'done', problem: null });
    expect(played.endMs - played.startMs).toBe(300);
    const { robot, caller } = await call.finish();

    const [robotFrom, robotTo] = soundSpan(robot) ?? [0, 0];
    expect(toneShare(robot.subarray(robotFrom, robotTo), 1000)).toBeGreaterThan(0.98);
    expect((robotTo - robotFrom) / 8).toBeCloseTo(300, -1);
    expect(Math.abs(robotFrom / 8 - played.startMs)).toBeLessThan(3);
    const [callerFrom, callerTo] = soundSpan(caller) ?? [0, 0];
    expect(toneShare(caller.subarray(callerFrom, callerTo), 440)).toBeGreaterThan(0.98);
    expect((callerTo - callerFrom) / 8).toBeCloseTo(400, -1);
  });

  it.concurrent('is heard by the caller as it is recorded', async () => {
    await using call = await rig.call({ law });
    await call.session.play({ text: '', durationMs: 0, prompt: tonePrompt });
    await call.phone.waitFor(16);
    const heard = call.phone.heard();
    const { robot } = await call.finish();
    const [from = 0, to = 0] = soundSpan(heard) ?? [];
    const [recorded = 0] = soundSpan(robot) ?? [];
    expect(to - from).toBeGreaterThan(2000);
    expect(robot.subarray(recorded, recorded + to - from)).toEqual(heard.subarray(from, to));
  });

  it.concurrent('is silent while nobody speaks', async () => {
    await using call = await rig.call({ law });
    await call.phone.waitFor(10);
    const codes = new Set(call.phone.got.flatMap(({ payload }) => [...payload]));
    expect([...codes]).toEqual([silenceOf(law)]);
  });
});

describe('the stream that is sent', () => {
  it.concurrent('is numbered one by one and timed by 160, with one marker at its begin', async () => {
    await using call = await rig.call();
    await call.session.play({ text: '您好', durationMs: 200 });
    await call.phone.waitFor(20);
    const { got } = call.phone;
    expect(differences(got, ({ sequence }) => sequence)).toSatisfy(isOnly(1, 1 - 0x10000));
    expect(differences(got, ({ timestamp }) => timestamp)).toSatisfy(isOnly(160, 160 - 2 ** 32));
    expect(differences(got, ({ ssrc }) => ssrc)).toEqual(new Set([0]));
    expect(got.map(({ marker }) => marker)).toEqual(got.map((_, i) => i === 0));
    expect(got.every(({ payload }) => payload.length === 160)).toBe(true);
  });

  it.concurrent('says a text for as long as it was told', async () => {
    await using call = await rig.call();
    const played = await call.session.play({ text: '您好，请问是张先生吗？', durationMs: 500 });
    expect(played).toEqual({
      end: 'done',
      startMs: expect.any(Number),
      endMs: played.startMs + 500,
      problem: null,
    });
    const { robot } = await call.finish();
    const [from = 0, to = 0] = soundSpan(robot) ?? [];
    expect((to - from) / 8).toBeGreaterThan(400);
    expect((to - from) / 8).toBeLessThanOrEqual(500);
  });

  it.concurrent('says generated speech where the file of a prompt cannot be read, and why', async () => {
    await using call = await rig.call();
    const played = await call.session.play({
      text: '您好',
      durationMs: 100,
      prompt: join(rig.folder, 'none.wav'),
    });
    expect(played).toMatchObject({ end: 'done', problem: expect.stringContaining('none.wav') });
    const { robot } = await call.finish();
    expect(loudness(robot)).toBeGreaterThan(100);
  });

  it.concurrent('has no gap between two prompts but a frame or two', async () => {
    await using call = await rig.call();
    const first = await call.session.play({ text: '一', durationMs: 60 });
    const second = await call.session.play({ text: '二', durationMs: 60 });
    expect(second.startMs - first.endMs).toBeGreaterThanOrEqual(0);
    expect((second.startMs - first.endMs) % 20).toBe(0);
  });
});

describe('what the caller says', () => {
  it.concurrent('survives the loss of every tenth packet', async () => {
    await using call = await rig.call();
    const packets = call.phone.packetsOf(sine(440, 600));
    await call.phone.sendInTime(packets.map((packet, i) => (i % 10 === 4 ? null : packet)));
    expect(await call.stats()).toMatchObject({ received: 27, lost: 3 });
    const { caller } = await call.finish();
    const [from = 0, to = 0] = soundSpan(caller) ?? [];
    expect((to - from) / 8).toBeCloseTo(600, -1);
    expect(toneShare(caller.subarray(from, to), 440)).toBeGreaterThan(0.85);
  });

  it.concurrent('is put in order, over the wrap of numbers and timestamps', async () => {
    await using call = await rig.call({ sequence: 65_530, timestamp: 2 ** 32 - 800 });
    const tone = sine(440, 400);
    const inOrder = call.phone.packetsOf(tone);
    const mixed = inOrder.map((_, i) => inOrder[shuffle(i)] as Buffer);
    await call.phone.sendInTime(mixed);
    expect(await call.stats()).toMatchObject({ received: 20, lost: 0, reordered: 10 });
    const { caller } = await call.finish();
    const [from = 0, to = 0] = soundSpan(caller) ?? [];
    expect(toneShare(caller.subarray(from, to), 440)).toBeGreaterThan(0.98);
    // The control: in the order of arrival it would not be one tone.
    const jumbled = mixed.flatMap((_, i) => [...tone.subarray(shuffle(i) * 160, shuffle(i) * 160 + 160)]);
    expect(toneShare(Int16Array.from(jumbled), 440)).toBeLessThan(0.8);
  });

  it.concurrent('is recorded once if it comes twice', async () => {
    await using call = await rig.call();
    const packets = call.phone.packetsOf(sine(440, 100));
    await call.phone.sendInTime(packets);
    await call.phone.sendInTime(packets);
    expect(await call.stats()).toMatchObject({ received: 10, duplicates: 5, lost: 0 });
    const { caller } = await call.finish();
    const [from = 0, to = 0] = soundSpan(caller) ?? [];
    expect((to - from) / 8).toBeCloseTo(100, -1);
  });

  it.concurrent('may come in packets of another length', async () => {
    await using call = await rig.call();
    const tone = sine(440, 300);
    const short = call.phone.packetsOf(tone);
    const long = short
      .filter((_, i) => i % 3 === 0)
      .map((first, i) => {
        const rest = short.slice(i * 3 + 1, i * 3 + 3).map((packet) => packet.subarray(12));
        const whole = Buffer.concat([first, ...rest]);
        whole.writeUInt16BE(100 + i, 2);
        return [whole, null, null];
      });
    await call.phone.sendInTime(long.flat());
    const { caller } = await call.finish();
    const [from = 0, to = 0] = soundSpan(caller) ?? [];
    expect((to - from) / 8).toBeCloseTo(300, -1);
    expect(toneShare(caller.subarray(from, to), 440)).toBeGreaterThan(0.98);
  });

  it.concurrent('goes on where it is when its sender begins to count anew', async () => {
    await using call = await rig.call();
    await call.phone.talk(sine(440, 100));
    Object.assign(call.phone, { sequence: 30_000, timestamp: 77, ssrc: 8 });
    await call.phone.talk(sine(1000, 100));
    const { caller } = await call.finish();
    const [from = 0, to = 0] = soundSpan(caller) ?? [];
    expect(toneShare(caller.subarray(from, from + 320), 440)).toBeGreaterThan(0.98);
    expect(toneShare(caller.subarray(to - 320, to), 1000)).toBeGreaterThan(0.98);
    expect((to - from) / 8).toBeLessThan(400);
  });

  it.concurrent('is told from garbage', async () => {
    await using call = await rig.call();
    const garbage = [
      Buffer.alloc(0),
      Buffer.from([0x80]),
      Buffer.from('000100002112a442000102030405060708090a0b', 'hex'),
      Buffer.from(`80c80006${'00'.repeat(24)}`, 'hex'),
      Buffer.alloc(5000, 0x80),
      Buffer.from(`8063${'00'.repeat(30)}`, 'hex'),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ];
    for (const datagram of garbage) call.phone.sendRaw(datagram);
    await call.phone.talk(sine(440, 100));
    expect(await call.stats()).toMatchObject({ ignored: garbage.length, received: 5, lost: 0 });
  });
});

/** Each second pair of packets changes places. */
function shuffle(i: number): number {
  return i % 2 === 0 ? i + 1 : i - 1;
}

function isOnly(...allowed: number[]) {
  return (found: Set<number>) => [...found].every((one) => allowed.includes(one));
}
