import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Call } from '../../src/library/call.ts';
import { Phone } from '../sip/media/phone.ts';
import { loudness, sideOf, sine, toneShare } from '../sip/media/sound.ts';
import { Outgoing, Peer } from '../sip/peer.ts';
import { until } from '../sip/rig.ts';
import { Child } from '../support/child.ts';
import { TestReceiver } from '../support/receiver.ts';

/** A simulator in a process of its own, and a phone that talks with its robot. */
async function open() {
  const receiver = await TestReceiver.start();
  const folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-phone-'));
  const config = join(folder.path, 'config.yaml');
  writeFileSync(config, 'sip: { inviteAuth: none, ringMs: 1, t1: 50 }\n');
  const dataDir = join(folder.path, 'data');
  const options = { dataDir, clock: 'manual', pushUrl: receiver.url, sip: true, config };
  const child = await Child.start(options);
  const { ports } = await child.get<{ ports: { sip: number } }>('/_sim/health');
  const peer = await Peer.open('udp', ports.sip);
  const phone = await Phone.open();
  const call = Outgoing.start(peer, { body: phone.offer() });
  const answer = await call.connect();
  phone.dial(Number(/m=audio (\d+)/.exec(answer.body)?.[1]));
  return {
    receiver,
    options,
    child,
    peer,
    phone,
    /** The record of the only call, from a process that serves the same folder. */
    async lookAt(server: Child): Promise<Call> {
      const { items } = await server.get<{ items: Call[] }>('/_sim/calls');
      if (items[0] === undefined) throw new Error('there is no call');
      return items[0];
    },
    recordingOf: ({ callUuid }: Call) => join(dataDir, 'recording', `${callUuid}.wav`),
    port: ports.sip,
    async [Symbol.asyncDispose]() {
      await child.kill();
      await peer[Symbol.asyncDispose]();
      await phone[Symbol.asyncDispose]();
      await receiver.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** What was pushed of the call is the file that is served, and has the caller's voice. */
async function expectVoice(server: Child, receiver: TestReceiver, call: Call): Promise<void> {
  await server.post('/_sim/clock/advance', { by: '1m' });
  expect(receiver.got.map(({ module }) => module).sort()).toEqual([
    'receiveCallRecord',
    'receiveDialog',
    'receiveVoice',
  ]);
  const { url, size } = receiver.of('receiveVoice')[0]?.body ?? {};
  const file = Buffer.from(await (await fetch(`${server.url}/voice/${String(url)}`)).arrayBuffer());
  expect(file.length).toBe(size);
  expect(file.length).toBe(44 + 32 * ((call.hangupAtMs ?? 0) - (call.answerAtMs ?? 0)));
  expect(file.readUInt32LE(40)).toBe(file.length - 44);
  const caller = sideOf(file, 'caller');
  expect(loudness(caller)).toBeGreaterThan(100);
  expect(toneShare(caller, 1000)).toBeGreaterThan(0.5);
}

it.concurrent('a call that kill -9 breaks off ends at the next start where its recording does, and is pushed', async () => {
  await using talk = await open();
  const { child, phone, receiver, options } = talk;
  await phone.talk(sine(1000, 3000));
  const path = talk.recordingOf(await talk.lookAt(child));
  await until(
    () => statSync(path).size,
    (size) => size > 44 + 32_000,
  );
  await child.kill();
  await using again = await Child.start(options);
  const call = await talk.lookAt(again);
  expect(call).toMatchObject({ state: 'ended', direction: 'inbound' });
  expect(call.timeline.at(-1)).toMatchObject({ event: 'hangup', by: 'line' });
  expect((call.hangupAtMs ?? 0) - (call.answerAtMs ?? 0)).toBeGreaterThanOrEqual(1000);
  await expectVoice(again, receiver, call);
});

it.concurrent('a simulator that is asked to stop says BYE, finishes the recording and frees its ports', async () => {
  await using talk = await open();
  const { child, peer, phone, receiver, options } = talk;
  await phone.talk(sine(1000, 800));
  const bye = peer.request('BYE');
  child.signal('SIGTERM');
  await bye;
  expect(await child.exited).toEqual({ code: 0, signal: null });
  const socket = createSocket('udp4').bind(talk.port, '127.0.0.1');
  await once(socket, 'listening');
  socket.close();
  await using again = await Child.start(options);
  const call = await talk.lookAt(again);
  expect(call.timeline.at(-1)).toMatchObject({ event: 'hangup', by: 'platform' });
  await expectVoice(again, receiver, call);
});
