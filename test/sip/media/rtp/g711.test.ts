import { describe, expect, it } from 'vitest';
import { decode, encode, silenceOf } from '../../../../src/sip/media/rtp/g711.ts';

const CODES = Uint8Array.from({ length: 256 }, (_, code) => code);
const LINEAR = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);

function decoded(law: 'PCMA' | 'PCMU', codes: Uint8Array): Int16Array {
  const samples = new Int16Array(codes.length);
  decode(law, codes, samples);
  return samples;
}

function encoded(law: 'PCMA' | 'PCMU', samples: Int16Array): Uint8Array {
  const codes = new Uint8Array(samples.length);
  encode(law, samples, codes);
  return codes;
}

describe.each(['PCMA', 'PCMU'] as const)('%s', (law) => {
  it('has for each code a sample that is coded by it', () => {
    const again = encoded(law, decoded(law, CODES));
    // µ-law has two zeros.
    expect([...CODES].filter((code) => again[code] !== code)).toEqual(law === 'PCMU' ? [0x7f] : []);
  });

  it('is never off by more than a step', () => {
    const heard = decoded(law, encoded(law, LINEAR));
    const worst = LINEAR.reduce((most, sample, i) => {
      const error = Math.abs((heard[i] as number) - Math.max(-32_124, Math.min(32_124, sample)));
      return Math.max(most, error / Math.max(256, Math.abs(sample)));
    }, 0);
    expect(worst).toBeLessThan(0.055);
  });

  it('never falls where the sound rises', () => {
    const heard = decoded(law, encoded(law, LINEAR));
    expect(heard.every((sample, i) => i === 0 || sample >= (heard[i - 1] as number))).toBe(true);
  });
});

it.each([
  ['PCMA', 0xd5, 8, 0x2a, 32_256, 0xaa],
  ['PCMU', 0xff, 0, 0x00, 32_124, 0x80],
] as const)('%s has the codes of the standard', (law, silence, silent, lowest, loudest, highest) => {
  expect(silenceOf(law)).toBe(silence);
  expect([...decoded(law, Uint8Array.of(silence, lowest, highest))]).toEqual([silent, -loudest, loudest]);
  expect([...encoded(law, Int16Array.of(0, -32_768, 32_767))]).toEqual([silence, lowest, highest]);
});
