import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator.ts';
import { Phone } from './media/phone.ts';
import { sine } from './media/sound.ts';
import { Outgoing, Peer } from './peer.ts';

const OPTIONS: SimulatorOptions = {
  clock: 'manual',
  sipPort: 0,
  sip: { ringMs: 1, t1: 10, inviteAuth: 'none' },
};

function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'yeta-sim-sip-data-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A call of half a second that has been hung up. */
async function callOnce(simulator: Simulator): Promise<void> {
  await using peer = await Peer.open('udp', simulator.sipPort ?? 0);
  await using phone = await Phone.open();
  const call = Outgoing.start(peer, { body: phone.offer() });
  const answer = await call.connect();
  phone.dial(Number(/m=audio (\d+)/.exec(answer.body)?.[1]));
  await phone.talk(sine(1000, 500));
  await call.ask('BYE');
}

async function voiceOf(simulator: Simulator) {
  await simulator.clock.advance({ until: 'idle' });
  const items = await simulator.receiver.list('receiveVoice');
  return JSON.parse(items[0]?.body ?? '{}') as { url: string; size: number; duration: number };
}

describe('the recording of a phone', () => {
  it('is served right after the BYE, as long as its push says', async () => {
    await using simulator = await createSimulator(OPTIONS);
    await callOnce(simulator);
    const { url, size } = await voiceOf(simulator);
    const response = await simulator.request(`/voice/${url}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([response.status, bytes.length]).toEqual([200, size]);
    expect(bytes.subarray(0, 4).toString()).toBe('RIFF');
    const part = await simulator.request(`/voice/${url}`, { headers: { Range: 'bytes=44-83' } });
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(44, 84));
  });

  it('outlives a restart, and is gone after a reset', async () => {
    const dataDir = folderOf();
    const first = await createSimulator({ ...OPTIONS, dataDir });
    await callOnce(first);
    const { url, size } = await voiceOf(first);
    await first.close();
    await using second = await createSimulator({ ...OPTIONS, dataDir });
    const response = await second.request(`/voice/${url}`);
    expect((await response.arrayBuffer()).byteLength).toBe(size);
    await second.reset();
    await expect.poll(() => readdirSync(join(dataDir, 'recording'))).toEqual([]);
  });

  it('is whole when the simulator is closed in the middle of the call, and its record is made', async () => {
    const dataDir = folderOf();
    const simulator = await createSimulator({ ...OPTIONS, dataDir });
    await using peer = await Peer.open('udp', simulator.sipPort ?? 0);
    await using phone = await Phone.open();
    const call = Outgoing.start(peer, { body: phone.offer() });
    await call.connect();
    await expect.poll(async () => (await simulator.calls())[0]?.state).toBe('talking');
    const bye = peer.request('BYE');
    await simulator.close();
    await bye;
    await using again = await createSimulator({ ...OPTIONS, dataDir, sipPort: 'off' });
    const [kept] = await again.calls();
    expect(kept).toMatchObject({ state: 'ended', callRelationId: 'crm-77' });
    const { url, size } = await voiceOf(again);
    expect((await (await again.request(`/voice/${url}`)).arrayBuffer()).byteLength).toBe(size);
  });

  it('without a data directory is gone with the simulator', async () => {
    const simulator = await createSimulator(OPTIONS);
    await callOnce(simulator);
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('yeta-sim-recording-'));
    await simulator.close();
    expect(before.every((name) => existsSync(join(tmpdir(), name)))).toBe(false);
  });
});

it('a reset hangs up', async () => {
  await using simulator = await createSimulator(OPTIONS);
  await using peer = await Peer.open('udp', simulator.sipPort ?? 0);
  const call = Outgoing.start(peer);
  await call.connect();
  const bye = peer.request('BYE');
  await simulator.reset();
  peer.accept(await bye);
  expect(await simulator.calls()).toEqual([]);
  await callOnce(simulator);
  expect(await simulator.calls()).toHaveLength(1);
});
