import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRtp, parseRtp } from '../../../../src/sip/media/rtp/packet.ts';

const header = { payloadType: 8, marker: true, sequence: 65_535, timestamp: 2 ** 32 - 1, ssrc: 0xdeadbeef };

function packet(payload: number[], first = 0x80): Buffer {
  const datagram = makeRtp(header, payload.length);
  datagram.set(payload, 12);
  datagram.writeUInt8(first, 0);
  return datagram;
}

describe('a packet', () => {
  it('is read as it was made', () => {
    expect(parseRtp(packet([1, 2, 3]))).toEqual({ ...header, payload: Buffer.from([1, 2, 3]) });
  });

  it('is read past contributing sources and an extension', () => {
    const sources = [0, 0, 0, 1, 0, 0, 0, 2];
    const extension = [0xbe, 0xde, 0, 1, 9, 9, 9, 9];
    expect(parseRtp(packet([...sources, ...extension, 5], 0x92))?.payload).toEqual(Buffer.from([5]));
  });

  it('is read without its padding', () => {
    expect(parseRtp(packet([7, 0, 0, 3], 0xa0))?.payload).toEqual(Buffer.from([7]));
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['a header alone', packet([])],
    ['of another version', packet([1], 0x40)],
    ['STUN', Buffer.from('000100002112a442000102030405060708090a0b', 'hex')],
    ['a sender report', Buffer.from(`80c80006${'00'.repeat(24)}`, 'hex')],
    ['too large', packet(Array.from({ length: 1489 }, () => 1))],
    ['of sources that are not there', packet([1, 2], 0x8f)],
    ['of an extension that is not there', packet([0xbe, 0xde, 0xff, 0xff, 1], 0x90)],
    ['of half an extension', packet([0xbe, 0xde], 0x90)],
    ['of nothing but padding', packet([0, 0, 3], 0xa0)],
    ['of more padding than bytes', packet([1, 200], 0xa0)],
    ['of padding of no length', packet([1, 0], 0xa0)],
  ])('is none that is %s', (_what, datagram) => {
    expect(parseRtp(datagram)).toBeNull();
  });

  it('is told from any other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, isVersion2) => {
        const datagram = Buffer.from(bytes);
        if (isVersion2 && datagram.length > 0) datagram.writeUInt8((datagram.readUInt8(0) & 0x3f) | 0x80, 0);
        const payload = parseRtp(datagram)?.payload;
        expect(payload === undefined || payload.length > 0).toBe(true);
      }),
    );
  });
});
