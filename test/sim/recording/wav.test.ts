import { describe, expect, it } from 'vitest';
import type { Dialogue, Turn } from '../../../src/sim/dialog/dialogue.ts';
import { recordingOf } from '../../../src/sim/recording/recording.ts';
import { soundsOf } from '../../../src/sim/recording/sound.ts';
import { type ByteRange, recordingBytes } from '../../../src/sim/recording/wav.ts';
import { aCall } from '../../support/call.ts';
import { inputFor, playToEnd } from '../../support/dialogue.ts';

const dialogue = playToEnd(
  inputFor('111111', 5, { wish: { walk: ['愿意', '不满意', '任意回答', '需要回电'] } }),
);
const call = callOf(dialogue);
const file = bytesOf(dialogue);
const left = samplesOf(file, 0);
const right = samplesOf(file, 1);

function callOf(one: Dialogue) {
  const answerAt = aCall().answerAt ?? 0;
  return aCall({ answerAt, hangupAt: answerAt + one.stop.atMs });
}

function bytesOf(one: Dialogue, range?: ByteRange): Buffer {
  return Buffer.concat([...recordingBytes(callOf(one), one, range)]);
}

function samplesOf(bytes: Buffer, side: 0 | 1): Int16Array {
  return Int16Array.from({ length: (bytes.length - 44) / 4 }, (_, i) =>
    bytes.readInt16LE(44 + i * 4 + side * 2),
  );
}

/** Root of the mean square between two instants in ms. */
function loudness(samples: Int16Array, fromMs: number, toMs: number): number {
  const part = samples.subarray(fromMs * 8, toMs * 8);
  return Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length);
}

/** Power of one frequency in a part (Goertzel), relative to the part's whole power. */
function toneShare(samples: Int16Array, hertz: number): number {
  const twice = 2 * Math.cos((2 * Math.PI * hertz) / 8000);
  let [one, two, power] = [0, 0, 0];
  for (const sample of samples) {
    [one, two] = [sample + twice * one - two, one];
    power += sample * sample;
  }
  return (2 * (one * one + two * two - twice * one * two)) / (samples.length * power);
}

const speakingOf = (turn: Turn): [number, number] => [turn.speakMs ?? turn.startMs, turn.endMs];
const robotTurns = dialogue.turns.filter((turn) => turn.role === 'robot');
const wordTurns = dialogue.turns.filter(
  (turn) => turn.role === 'customer' && turn.speakMs !== undefined && turn.keys === undefined,
);
const keyTurns = dialogue.turns.filter((turn) => turn.keys !== undefined);

describe('the file of a recording', () => {
  it('is as long as the push says', () => {
    expect(file.length).toBe(recordingOf(call).size);
  });

  it('is PCM, 8 kHz, 16 bit, stereo', () => {
    expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
    expect([file.readUInt32LE(16), file.readUInt16LE(20), file.readUInt16LE(22)]).toEqual([16, 1, 2]);
    expect([file.readUInt32LE(24), file.readUInt32LE(28)]).toEqual([8000, 32_000]);
    expect([file.readUInt16LE(32), file.readUInt16LE(34)]).toEqual([4, 16]);
    expect(file.toString('latin1', 36, 40)).toBe('data');
    expect(file.readUInt32LE(40)).toBe(file.length - 44);
  });

  it('is made anew with the same bytes', () => {
    expect(bytesOf(dialogue).equals(file)).toBe(true);
  });

  it('is a header alone for a call without talk', () => {
    const none: Dialogue = { turns: [], context: {}, stop: { kind: 'end', atMs: 0, by: 'customer' } };
    expect(bytesOf(none)).toHaveLength(44);
  });
});

describe('a range of a recording', () => {
  const size = file.length;
  it.each([
    [0, 1],
    [0, 44],
    [10, 60],
    [44, 45],
    [45, 46],
    [47, 16_431],
    [100_001, 123_457],
    [size - 3, size],
    [0, size],
    [size - 10, size + 100],
    [500, 500],
    [size, size + 5],
  ])('from %i to %i has the bytes of the whole', (start, end) => {
    expect(bytesOf(dialogue, { start, end }).equals(file.subarray(start, end))).toBe(true);
  });

  it('is made without making the rest', () => {
    const long: Dialogue = {
      turns: [],
      context: {},
      stop: { kind: 'end', atMs: 20 * 3_600_000, by: 'customer' },
    };
    expect(bytesOf(long, { start: 2_000_000_000, end: 2_000_000_100 })).toHaveLength(100);
  });
});

describe('one hears', () => {
  it('the robot on the left while it speaks, and nobody on the right', () => {
    for (const turn of robotTurns) {
      expect(loudness(left, ...speakingOf(turn))).toBeGreaterThan(500);
      expect(loudness(right, ...speakingOf(turn))).toBeLessThan(20);
    }
  });

  it('the customer on the right while speaking, and nobody on the left', () => {
    expect(wordTurns.length).toBeGreaterThan(1);
    for (const turn of wordTurns) {
      expect(loudness(right, ...speakingOf(turn))).toBeGreaterThan(500);
      expect(loudness(left, ...speakingOf(turn))).toBeLessThan(20);
    }
  });

  it('nobody while the customer thinks, but the hiss of the line', () => {
    for (const turn of wordTurns) {
      const hiss = loudness(right, turn.startMs, turn.speakMs ?? 0);
      expect(hiss).toBeLessThan(20);
      expect(hiss).toBeGreaterThan(1);
    }
  });

  it('syllables: the loudness of speech goes up and down several times a second', () => {
    const turn = robotTurns[0];
    const steps = Array.from({ length: 60 }, (_, i) => {
      const at = (turn?.startMs ?? 0) + i * 25;
      return loudness(left, at, at + 25) > 800 ? 1 : 0;
    });
    const changes = steps.filter((loud, i) => i > 0 && loud !== steps[i - 1]).length;
    expect(changes).toBeGreaterThan(6);
  });

  it('keys as their two tones', () => {
    expect(keyTurns.map((turn) => turn.keys)).toEqual(['4', '1']);
    const frequencies = { '4': [770, 1209], '1': [697, 1209] } as const;
    for (const turn of keyTurns) {
      const from = ((turn.speakMs ?? 0) + 10) * 8;
      const part = right.subarray(from, from + 80 * 8);
      const [row, column] = frequencies[turn.keys as '4' | '1'];
      expect(toneShare(part, row)).toBeGreaterThan(0.4);
      expect(toneShare(part, column)).toBeGreaterThan(0.4);
      expect(toneShare(part, 941)).toBeLessThan(0.05);
      expect(toneShare(part, 1477)).toBeLessThan(0.05);
    }
  });

  it('each of several keys', () => {
    const many = playToEnd(inputFor('11', 3, { wish: { walk: ['能到', '输入成功'] } }));
    const turn = many.turns.find((one) => one.keys?.endsWith('#'));
    const samples = samplesOf(bytesOf(many), 1);
    const [fromMs, toMs] = turn === undefined ? [0, 0] : speakingOf(turn);
    const eachMs = (toMs - fromMs) / (turn?.keys?.length ?? 1);
    const loud = [...(turn?.keys ?? '')].map((_, i) =>
      loudness(samples, Math.ceil(fromMs + i * eachMs), Math.ceil(fromMs + i * eachMs) + 80),
    );
    const quiet = [...(turn?.keys ?? '')].map((_, i) =>
      loudness(samples, Math.ceil(fromMs + (i + 0.8) * eachMs), Math.floor(fromMs + (i + 1) * eachMs)),
    );
    expect(loud).toHaveLength(5);
    expect(Math.min(...loud)).toBeGreaterThan(2000);
    expect(Math.max(...quiet)).toBeLessThan(20);
  });

  it('no click: every sound rises out of nothing and falls into it, also where the line is cut', () => {
    const cut = playToEnd(inputFor('719', 7, { result: 16 }));
    const both = [dialogue, cut].map((one) => ({
      one,
      sides: [samplesOf(bytesOf(one), 0), samplesOf(bytesOf(one), 1)],
    }));
    for (const { one, sides } of both) {
      const sounds = soundsOf(one, call.chance, 0);
      expect(sounds.length).toBeGreaterThan(50);
      for (const sound of sounds) {
        const side = sides[sound.side === 'robot' ? 0 : 1] ?? new Int16Array();
        const edges = [
          ...side.subarray(sound.from, sound.from + 3),
          ...side.subarray(sound.to - 3, sound.to + 1),
        ];
        expect(Math.max(...edges.map(Math.abs))).toBeLessThan(350);
        expect(loudness(side, sound.from / 8, sound.to / 8)).toBeGreaterThan(300);
      }
    }
  });

  it('nothing that is clipped', () => {
    for (const side of [left, right])
      expect(side.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeLessThan(32_000);
  });

  it('another voice for another customer', () => {
    const other = Buffer.concat([...recordingBytes({ ...call, chance: 12_345 }, dialogue)]);
    expect(other.equals(file)).toBe(false);
    expect(other.length).toBe(file.length);
  });
});
