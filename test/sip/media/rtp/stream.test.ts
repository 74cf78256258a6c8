import { describe, expect, it } from 'vitest';
import { IncomingStream } from '../../../../src/sip/media/rtp/incoming-stream.ts';
import { OutgoingStream } from '../../../../src/sip/media/rtp/outgoing-stream.ts';

function streamOf(...sequences: number[]) {
  const stream = new IncomingStream();
  const arrivals = sequences.map((sequence) => stream.take({ ssrc: 1, sequence }));
  return { stream, arrivals };
}

describe('a stream that is received', () => {
  it('counts what is missing, over the wrap of the numbers too', () => {
    expect(streamOf(65_533, 65_535, 1, 2).stream.lost).toBe(2);
  });

  it('knows what comes late and what comes twice', () => {
    const { stream, arrivals } = streamOf(10, 12, 11, 12, 13, 9);
    expect(arrivals).toEqual(['restart', 'next', 'late', 'duplicate', 'next', 'late']);
    expect(stream).toMatchObject({ lost: 0, reordered: 2, duplicates: 1 });
  });

  it('begins anew with another source and with numbers from elsewhere', () => {
    const { stream, arrivals } = streamOf(10, 12, 40_000, 40_001);
    expect(arrivals).toEqual(['restart', 'next', 'restart', 'next']);
    expect(stream.take({ ssrc: 2, sequence: 40_002 })).toBe('restart');
    expect(stream.lost).toBe(1);
  });
});

describe('a stream that is sent', () => {
  it('is numbered by packets, timed by frames, marked after gaps', () => {
    const stream = new OutgoingStream(42);
    const sent = [5, 6, 9, 10].map((frame) => stream.next(8, frame));
    const [first] = sent;
    expect(sent.map(({ sequence }) => (sequence - (first?.sequence ?? 0)) & 0xffff)).toEqual([0, 1, 2, 3]);
    expect(sent.map(({ timestamp }) => (timestamp - (first?.timestamp ?? 0)) >>> 0)).toEqual([
      0, 160, 640, 800,
    ]);
    expect(sent.map(({ marker }) => marker)).toEqual([true, false, true, false]);
  });

  it('wraps its numbers', () => {
    const stream = new OutgoingStream(1);
    const far = Array.from({ length: 70_000 }, (_, i) => stream.next(0, i * 1000));
    expect(far.every(({ sequence }) => sequence >= 0 && sequence < 2 ** 16)).toBe(true);
    expect(far.every(({ timestamp }) => timestamp >= 0 && timestamp < 2 ** 32)).toBe(true);
  });

  it('is the same for the same seed and another for another', () => {
    const first = new OutgoingStream(1).next(8, 0);
    expect(new OutgoingStream(1).next(8, 0)).toEqual(first);
    expect(new OutgoingStream(2).ssrc).not.toBe(first.ssrc);
  });
});
