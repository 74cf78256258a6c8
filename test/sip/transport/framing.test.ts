import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framing } from '../../../src/sip/transport/framing.ts';

/** What a stream is cut into, given in pieces. */
function cut(...pieces: readonly (string | Buffer)[]) {
  const found: string[] = [];
  const framing = new Framing({
    onMessage: (message) => found.push(message.toString('latin1')),
    onPing: () => found.push('ping'),
    onBroken: (why, head) =>
      found.push(`broken: ${why}${head === null ? '' : `, after ${head.length} bytes`}`),
  });
  for (const piece of pieces) framing.push(Buffer.from(piece as string));
  return { found, isWaiting: framing.isWaiting };
}

const one = 'OPTIONS a\r\nContent-Length: 3\r\n\r\nabc';
const two = 'BYE a\r\nl : 0\r\n\r\n';

describe('a stream is cut', () => {
  it('by the length of each body', () => {
    expect(cut(one + two + one)).toEqual({ found: [one, two, one], isWaiting: false });
  });

  it.each([
    ['without a length', 'OPTIONS a\r\nTo: b\r\n\r\n'],
    ['with an empty one', 'OPTIONS a\r\nContent-Length:\r\n\r\n'],
    ['with lines that end in LF', 'OPTIONS a\nContent-Length: 0\n\n'],
  ])('after a head %s', (_, message) => {
    expect(cut(message + one).found).toEqual([message, one]);
  });

  it('the same whatever pieces it comes in', () => {
    const whole = `${one}\r\n\r\n\r\n${two}${one.replace('3', '0').replace('abc', '')}\r\n\r\n${two}`;
    const { found } = cut(whole);
    expect(found).toHaveLength(6);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 20 }), (places) => {
        const ends = [...places, whole.length].sort((a, b) => a - b);
        const pieces = ends.map((end, i) => whole.slice(ends[i - 1] ?? 0, end));
        expect(cut(...pieces).found).toEqual(found);
      }),
    );
  });

  it('when all of a message is there, and not before', () => {
    expect(cut(one.slice(0, -1))).toEqual({ found: [], isWaiting: true });
  });

  it('with a ping for each CRLFCRLF between messages', () => {
    expect(cut('\r\n\r\n', '\r\n', '\r\n', one, '\r\n', two).found).toEqual(['ping', 'ping', one, two]);
  });
});

describe('a stream breaks', () => {
  it.each([
    [
      'at a length that is no number',
      `OPTIONS a\r\nContent-Length: x\r\n\r\n`,
      'a Content-Length that is no number, after 32 bytes',
    ],
    [
      'at two lengths that differ',
      `OPTIONS a\r\nl: 1\r\nl: 2\r\n\r\n`,
      'a Content-Length that is no number, after 25 bytes',
    ],
    [
      'at a body over 64 KiB',
      `OPTIONS a\r\nContent-Length: 65537\r\n\r\n`,
      'a body over 64 KiB, after 36 bytes',
    ],
    ['at a head over 64 KiB', `OPTIONS a\r\n${'X: y\r\n'.repeat(11_000)}\r\n`, 'a head over 64 KiB'],
    ['at a head over 64 KiB that never ends', 'x'.repeat(70_000), 'a head over 64 KiB'],
  ])('%s, and nothing after it is read', (_, message, why) => {
    expect(cut(message, one)).toEqual({ found: [`broken: ${why}`], isWaiting: false });
  });

  it('at no body of 64 KiB', () => {
    const large = `OPTIONS a\r\nContent-Length: 65536\r\n\r\n${'x'.repeat(65_536)}`;
    expect(cut(large, one).found).toEqual([large, one]);
  });
});
