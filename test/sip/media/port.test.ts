import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempDisposableSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMedia, type Media } from '../../../src/sip/media/media.ts';
import { Rig } from './rig.ts';

const FOLDER = join(tmpdir(), 'yeta-sim-port-');
const HAS_IPV6 = Object.values(networkInterfaces()).some((one) =>
  one?.some(({ address }) => address === '::1'),
);

async function bind(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(port, '127.0.0.1');
  await Promise.race([
    once(socket, 'listening'),
    once(socket, 'error').then(([error]) => Promise.reject(error)),
  ]);
  return socket;
}

async function canBind(port: number): Promise<boolean> {
  try {
    (await bind(port)).close();
    return true;
  } catch {
    return false;
  }
}

const open = (media: Media, callId: string) => media.open({ callId, seed: 1 });

describe('ports', () => {
  it('are even, with the next one for RTCP, both held as long as the call', async () => {
    await using rig = new Rig([31_501, 31_509]);
    const session = await open(rig.media, 'a');
    expect(session.localPort).toBe(31_502);
    expect(await Promise.all([canBind(31_502), canBind(31_503)])).toEqual([false, false]);
    await session.close();
    expect(await Promise.all([canBind(31_502), canBind(31_503)])).toEqual([true, true]);
  });

  it('that are all taken are an error that says so', async () => {
    await using rig = new Rig([31_510, 31_513]);
    const sessions = [await open(rig.media, 'a'), await open(rig.media, 'b')];
    await expect(open(rig.media, 'c')).rejects.toMatchObject({
      name: 'MediaError',
      code: 'no-port',
      message: 'no RTP port is free: 31510 to 31513 are all taken, 2 of 2 pairs by calls',
    });
    expect(await rig.media.stats()).toMatchObject({ sessions: 2, ports: { total: 2, used: 2 } });
    await sessions[0]?.close();
    expect((await open(rig.media, 'c')).localPort).toBe(31_510);
    await rig.media.close();
  });

  it('that others hold are passed over, RTCP included', async () => {
    await using rig = new Rig([31_520, 31_525]);
    const taken = await Promise.all([bind(31_520), bind(31_523)]);
    const session = await open(rig.media, 'a');
    expect(session.localPort).toBe(31_524);
    expect(await canBind(31_522)).toBe(true);
    await expect(open(rig.media, 'b')).rejects.toMatchObject({ code: 'no-port' });
    for (const socket of taken) socket.close();
    await session.close();
  });

  it('are taken in turn, so that a new call does not hear the stragglers of an old one', async () => {
    await using rig = new Rig([31_530, 31_535]);
    const ports: number[] = [];
    for (const callId of ['a', 'b', 'c', 'd']) {
      const session = await open(rig.media, callId);
      ports.push(session.localPort);
      await session.close();
    }
    expect(ports).toEqual([31_530, 31_532, 31_534, 31_530]);
  });

  it('are not held by calls that could not be opened at once', async () => {
    await using rig = new Rig([31_540, 31_545]);
    const opened = await Promise.allSettled([...'abcdef'].map((callId) => open(rig.media, callId)));
    const ports = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value.localPort] : []));
    expect(ports.sort()).toEqual([31_540, 31_542, 31_544]);
    await Promise.all(opened.map((one) => (one.status === 'fulfilled' ? one.value.close() : null)));
  });

  it('of an address that is not ours are an error that says so', async () => {
    using folder = mkdtempDisposableSync(FOLDER);
    const media = createMedia({ host: '192.0.2.1', ports: [31_550, 31_559], recordingFolder: folder.path });
    await expect(open(media, 'a')).rejects.toMatchObject({
      code: 'bind-failed',
      message: expect.stringContaining('192.0.2.1:31550'),
    });
    await media.close();
  });

  it.each([
    ['127.0.0.1', [0, 10]],
    ['127.0.0.1', [20, 10]],
    ['127.0.0.1', [20, 70_000]],
    ['localhost', [20, 30]],
  ] as const)('at %s from %j are none', (host, ports) => {
    expect(() => createMedia({ host, ports, recordingFolder: '.' })).toThrow(RangeError);
  });
});

describe('media', () => {
  it('leave nothing open behind', async () => {
    const before = countOpen();
    const rig = new Rig([31_560, 31_599]);
    for (let round = 0; round < 3; round++) {
      const calls = await Promise.all(Array.from({ length: 6 }, () => rig.call()));
      await Promise.all(calls.map((call) => call.phone.waitFor(2)));
      for (const call of calls) await call[Symbol.asyncDispose]();
    }
    await rig[Symbol.asyncDispose]();
    const after = countOpen();
    expect([...after].filter(([kind, count]) => count > (before.get(kind) ?? 0))).toEqual([]);
  });

  it('complete the recordings of calls that are open when they close', async () => {
    await using rig = new Rig([31_600, 31_609]);
    await using call = await rig.call();
    await call.phone.waitFor(3);
    await rig.media.close();
    const recording = await call.session.close();
    expect(recording).toMatchObject({ problem: null });
    expect(recording?.durationMs).toBeGreaterThan(30);
  });

  it('open no call any more once they are closed', async () => {
    await using rig = new Rig([31_610, 31_619]);
    const opening = open(rig.media, 'a').catch((error) => error);
    await rig.media.close();
    expect(await opening).toMatchObject({ name: 'MediaError', code: 'closed' });
    await expect(open(rig.media, 'b')).rejects.toMatchObject({ code: 'closed' });
  });

  it('that could not write at first can when they may', async () => {
    await using rig = new Rig([31_620, 31_629]);
    rmSync(rig.folder, { recursive: true });
    writeFileSync(rig.folder, 'a file in the place of the folder');
    await expect(open(rig.media, 'a')).rejects.toMatchObject({ code: 'worker-failed' });
    rmSync(rig.folder);
    const session = await open(rig.media, 'b');
    await session.close();
  });

  it.each(['', '../a', 'a/b', '.a', 'a\0', 'a b', 'x'.repeat(101)])(
    'take no call named "%s"',
    async (callId) => {
      await using rig = new Rig([31_630, 31_639]);
      await expect(open(rig.media, callId)).rejects.toThrow(RangeError);
    },
  );

  it('say in SDP what they are told to', async () => {
    await using rig = new Rig([31_640, 31_649]);
    const session = await rig.media.open({ callId: 'a', seed: 1, advertise: '198.51.100.7' });
    expect(session.offer()).toContain('c=IN IP4 198.51.100.7\r\n');
    await session.close();
  });

  it.runIf(HAS_IPV6)('speak IPv6', async () => {
    using folder = mkdtempDisposableSync(FOLDER);
    const media = createMedia({ host: '::1', ports: [31_650, 31_659], recordingFolder: folder.path });
    const socket = createSocket('udp6');
    socket.bind(0, '::1');
    await once(socket, 'listening');
    const session = await open(media, 'a');
    session.answer(`v=0\nc=IN IP6 ::1\nm=audio ${socket.address().port} RTP/AVP 8\n`);
    session.start();
    await once(socket, 'message');
    socket.close();
    await media.close();
  });
});

/** How many of each kind of handle this process has open, files each by its path. */
function countOpen(): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const kind of [...process.getActiveResourcesInfo(), ...listFiles()]) {
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return kinds;
}

function listFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`).replace(/\[\d+\]$/, '')];
    } catch {
      return []; // The one that the folder was read by.
    }
  });
}
