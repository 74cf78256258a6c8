import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { PromptAudio } from '../../../../src/sip/media/prompt/prompt-audio.ts';
import { PromptLibrary } from '../../../../src/sip/media/prompt/prompt-library.ts';
import { loudness, sine, toneShare, wavOf } from '../sound.ts';

function samplesOf(audio: PromptAudio): Int16Array {
  const samples = new Int16Array(audio.frames * 160);
  for (let i = 0; i < audio.frames; i++) samples.set(audio.frame(i), i * 160);
  return samples;
}

/** A sine of one second at any rate. */
function toneAt(rate: number, hertz: number): Int16Array {
  return Int16Array.from({ length: rate }, (_, i) => 8000 * Math.sin((2 * Math.PI * hertz * i) / rate));
}

describe('generated speech', () => {
  const library = new PromptLibrary();

  it.each([0, 1, 20, 21, 800, 1234])('of %i ms is as long as that, in whole frames', (ms) => {
    expect(library.speak('您好，请问是张先生吗？', ms).frames).toBe(Math.ceil(ms / 20));
  });

  it.each(['您好，请问是张先生吗？', 'Hello', '12345', '', '……', '😀'])(
    'of "%s" is heard all along',
    (text) => {
      const samples = samplesOf(library.speak(text, 1000));
      for (let at = 0; at < 8000; at += 2000)
        expect(loudness(samples.subarray(at, at + 2000))).toBeGreaterThan(500);
    },
  );

  it('is the same for the same text and made once', () => {
    const one = library.speak('您好', 400);
    expect(library.speak('您好', 400)).toBe(one);
    expect(samplesOf(new PromptLibrary().speak('您好', 400))).toEqual(samplesOf(one));
  });

  it('lasts ten minutes at most', () => {
    expect(library.speak('您好', 1e9).frames).toBe(30_000);
  });

  it('is forgotten when much else was spoken, and makes memory no larger than 64 MB', () => {
    const first = library.speak('一', 60_000);
    for (let i = 0; i < 70; i++) library.speak(`第${i}句`, 60_000);
    expect(library.speak('一', 60_000)).not.toBe(first);
  });
});

describe('a WAV file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yeta-sim-prompt-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const library = new PromptLibrary();
  let files = 0;

  function write(bytes: Uint8Array): string {
    const path = join(folder, `${files++}.wav`);
    writeFileSync(path, bytes);
    return path;
  }

  it('of 8 kHz is heard as it is', async () => {
    const samples = sine(440, 300);
    expect(samplesOf(await library.load(write(wavOf([samples], 8000))))).toEqual(samples);
  });

  it('of two channels is heard as their mean', async () => {
    const audio = await library.load(write(wavOf([sine(440, 300), sine(1000, 300)], 8000)));
    const samples = samplesOf(audio);
    expect(toneShare(samples, 440)).toBeCloseTo(0.5, 1);
    expect(toneShare(samples, 1000)).toBeCloseTo(0.5, 1);
  });

  it.each([11_025, 16_000, 22_050, 44_100, 48_000])(
    'of %i Hz is heard at its own pitch and length',
    async (rate) => {
      const audio = await library.load(write(wavOf([toneAt(rate, 1000)], rate)));
      expect(audio.frames).toBe(50);
      const samples = samplesOf(audio);
      expect(toneShare(samples, 1000)).toBeGreaterThan(0.99);
      expect(loudness(samples)).toBeCloseTo(8000 / Math.SQRT2, -3);
    },
  );

  it('loses what a telephone cannot pass', async () => {
    const audio = await library.load(write(wavOf([toneAt(48_000, 6000)], 48_000)));
    expect(loudness(samplesOf(audio).subarray(800, 7200))).toBeLessThan(30);
  });

  it('is read once, until it changes', async () => {
    const path = write(wavOf([sine(440, 100)], 8000));
    const [one, two] = await Promise.all([library.load(path), library.load(path)]);
    expect(two).toBe(one);
    expect(await library.load(path)).toBe(one);
    writeFileSync(path, wavOf([sine(440, 200)], 8000));
    expect((await library.load(path)).frames).toBe(10);
  });

  it('that is cut off is heard as far as it goes', async () => {
    const whole = wavOf([sine(440, 400)], 8000);
    expect((await library.load(write(whole.subarray(0, 44 + 1601)))).frames).toBe(5);
  });

  const good = wavOf([sine(440, 20)], 8000);
  const changed = (at: number, value: number) => {
    const bytes = Buffer.from(good);
    bytes.writeUInt16LE(value, at);
    return bytes;
  };
  it.each([
    ['no WAV', Buffer.from('ID3 something else entirely')],
    ['nothing', Buffer.alloc(0)],
    ['without data', good.subarray(0, 36)],
    ['without a format', Buffer.concat([good.subarray(0, 12), good.subarray(36)])],
    [
      'of half a format',
      Buffer.concat([good.subarray(0, 16), Buffer.from([2, 0, 0, 0, 1, 0]), good.subarray(36)]),
    ],
    ['A-law', changed(20, 6)],
    ['of 24 bit', changed(34, 24)],
    ['of three channels', changed(22, 3)],
    ['of no rate', changed(24, 0)],
  ])('that is %s is refused by name', async (_what, bytes) => {
    const path = write(bytes);
    await expect(library.load(path)).rejects.toThrow(`prompt ${path}: `);
  });

  it('that is not there is refused by name', async () => {
    await expect(library.load(join(folder, 'none.wav'))).rejects.toThrow(/none\.wav.*ENOENT/);
  });
});
