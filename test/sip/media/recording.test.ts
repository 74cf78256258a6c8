import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Recorder } from '../../../src/sip/media/recording/recorder.ts';
import { RecordingFile } from '../../../src/sip/media/recording/recording-file.ts';
import { Rig } from './rig.ts';
import { sideOf, sine, soundSpan } from './sound.ts';

const rig = new Rig([31_300, 31_399]);
const folder = mkdtempSync(join(tmpdir(), 'yeta-sim-recorder-'));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await rig[Symbol.asyncDispose]();
});

function expectHeader(file: Buffer): void {
  expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
  expect(file.readUInt32LE(4)).toBe(file.length - 8);
  expect([file.readUInt32LE(16), file.readUInt16LE(20), file.readUInt16LE(22)]).toEqual([16, 1, 2]);
  expect([file.readUInt32LE(24), file.readUInt32LE(28)]).toEqual([8000, 32_000]);
  expect([file.readUInt16LE(32), file.readUInt16LE(34)]).toEqual([4, 16]);
  expect(file.readUInt32LE(40)).toBe(file.length - 44);
}

describe('the recording of a call', () => {
  it.concurrent.each([0, 1, 55, 1234, 3001])('is as long as a talk time of %i ms says', async (talkMs) => {
    await using call = await rig.call();
    await call.phone.waitFor(3);
    const { recording, file } = await call.finish(talkMs);
    expect(recording).toEqual({
      durationMs: talkMs,
      bytes: 44 + 32 * talkMs,
      path: expect.stringMatching(/^\/.*\.wav$/),
      problem: null,
    });
    expect(file.length).toBe(recording.bytes);
    expectHeader(file);
  });

  it.concurrent('is as long as the call if nothing else is said', async () => {
    await using call = await rig.call();
    const began = performance.now();
    await call.phone.waitFor(10);
    const recording = await call.session.close();
    const took = performance.now() - began;
    expect(recording?.durationMs).toBeGreaterThanOrEqual(180);
    expect(recording?.durationMs).toBeLessThan(took + 30);
    expect(recording?.bytes).toBe(44 + 32 * (recording?.durationMs ?? 0));
    expect(statSync(recording?.path ?? '').size).toBe(recording?.bytes);
  });

  it.concurrent('is one, however often the call is closed', async () => {
    await using call = await rig.call();
    const [one, two] = await Promise.all([call.session.close(100), call.session.close(200)]);
    expect(two).toEqual(one);
    expect(await call.session.close()).toEqual(one);
  });

  it.concurrent.each([-1, 0.5, Number.NaN])('cannot be %f ms long', async (talkMs) => {
    await using call = await rig.call();
    await expect(call.session.close(talkMs)).rejects.toThrow(RangeError);
  });

  it.concurrent('is none if the call was not answered', async () => {
    await using call = await rig.call({ start: false });
    await call.phone.talk(sine(440, 40));
    expect(await call.session.close()).toBeNull();
    expect(existsSync(join(rig.folder, `${call.session.callId}.wav`))).toBe(false);
  });

  it.concurrent('can be played after the process was killed', async () => {
    const script = join(folder, 'killed.ts');
    writeFileSync(script, killedProcess(join(folder, 'killed')));
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const file = readFileSync(join(folder, 'killed', 'a.wav'));
    const told = file.readUInt32LE(40);
    expect(told).toBeGreaterThanOrEqual(32_000);
    expect(told).toBeLessThanOrEqual(file.length - 44);
    expectHeader(file.subarray(0, 44 + told));
    expect(soundSpan(sideOf(file, 'robot'))).not.toBeNull();
  });

  it.concurrent('says what could not be written', async () => {
    const path = join(folder, 'no such folder', 'a.wav');
    const recorder = new Recorder(path);
    recorder.put('robot', 0, sine(440, 100));
    expect(await recorder.finish(100)).toMatchObject({
      durationMs: 100,
      problem: expect.stringContaining('ENOENT'),
    });
  });
});

describe('a recorder', () => {
  it('puts late samples at their place as long as a second', async () => {
    const recorder = new Recorder(join(folder, 'late.wav'));
    const mark = Int16Array.of(1000);
    for (let second = 1; second <= 5; second++) {
      recorder.advance(second * 8000);
      recorder.put('caller', second * 8000, mark);
      recorder.put('caller', (second - 1) * 8000 + 1, mark);
      recorder.put('caller', (second - 3) * 8000 + 2, mark);
    }
    const { path } = await recorder.finish(6000);
    const caller = sideOf(readFileSync(path), 'caller');
    const found = [...caller.keys()].filter((at) => caller[at] !== 0);
    expect(found).toEqual([1, 8000, 8001, 16_000, 16_001, 24_000, 24_001, 32_000, 32_001, 40_000]);
  });

  it('leaves out what lies before the call or far in the future', async () => {
    const recorder = new Recorder(join(folder, 'far.wav'));
    recorder.put('robot', -1, Int16Array.of(5, 6));
    recorder.put('robot', 10 ** 9, Int16Array.of(7));
    recorder.put('robot', -(10 ** 9), Int16Array.of(8));
    const { path, bytes } = await recorder.finish(1);
    expect([...sideOf(readFileSync(path), 'robot')]).toEqual([6, 0, 0, 0, 0, 0, 0, 0]);
    expect(statSync(path).size).toBe(bytes);
  });

  it('stays silent where the disk does not keep up, and says so', async () => {
    const file = new RecordingFile(join(folder, 'slow.wav'));
    for (let i = 0; i < 20; i++) file.append(new Uint8Array(4).fill(1));
    await file.finish(80);
    const data = readFileSync(file.path).subarray(44);
    expect([...data]).toEqual([...Array(64).fill(1), ...Array(16).fill(0)]);
    expect(file.problem).toContain('too slow');
  });
});

/** Records one call and tells when two seconds and a half of it have passed. */
function killedProcess(recordingFolder: string): string {
  const media = join(import.meta.dirname, '../../../src/sip/media/media.ts');
  return `
    const { createMedia } = await import(${JSON.stringify(media)});
    const media = createMedia({ host: '127.0.0.1', ports: [31400, 31409], recordingFolder: ${JSON.stringify(recordingFolder)} });
    const session = await media.open({ callId: 'a', seed: 1 });
    session.answer('v=0\\nc=IN IP4 127.0.0.1\\nm=audio 31499 RTP/AVP 8\\n');
    session.start();
    await session.play({ text: '您好，请问是张先生吗？', durationMs: 2500 });
    console.log('now');
    await session.play({ text: '', durationMs: 60000 });
  `;
}
