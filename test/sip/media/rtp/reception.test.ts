import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../../../src/sip/media/negotiation.ts';
import { makeRtp } from '../../../../src/sip/media/rtp/packet.ts';
import { Reception } from '../../../../src/sip/media/rtp/reception.ts';

const from = { address: '127.0.0.1', family: 'IPv4', port: 4000, size: 0 } as const;
const agreement: Agreement = {
  remote: null,
  law: 'PCMA',
  payload: 97,
  eventPayloads: [101],
  direction: 'sendrecv',
};

function gather() {
  const heard: string[] = [];
  const places: number[] = [];
  const reception = new Reception({
    audioCame(position, samples) {
      places.push(position);
      heard.push(`${samples.length} samples`);
    },
    keyCame(key, position) {
      places.push(position);
      heard.push(`key ${key}`);
    },
    keySounds: () => {},
  });
  reception.agree(agreement, 0);
  return { reception, heard, places };
}

function packet(payloadType: number, sequence: number, payload = [1, 2, 3, 4]): Buffer {
  const header = { payloadType, marker: false, sequence, timestamp: sequence * 160, ssrc: 1 };
  const datagram = makeRtp(header, payload.length);
  datagram.set(payload, 12);
  return datagram;
}

describe('what is received', () => {
  it.each([
    [97, ['4 samples']],
    [0, ['4 samples']],
    [8, ['4 samples']],
    [13, []],
    [101, ['key 1']],
  ])('with payload type %i is taken', (payloadType, expected) => {
    const { reception, heard } = gather();
    reception.take(packet(payloadType, 1), from, { nowMs: 0, position: 8000 });
    expect(heard).toEqual(expected);
    expect(reception.stats()).toMatchObject({ received: 1, ignored: 0 });
  });

  it.each([96, 18, 127])('with payload type %i is not, nor does it show where the peer is', (payloadType) => {
    const { reception, heard } = gather();
    reception.take(packet(payloadType, 1), from, { nowMs: 0, position: 8000 });
    expect(heard).toEqual([]);
    expect(reception.stats()).toMatchObject({ received: 0, ignored: 1, source: null });
  });

  it('before anything is agreed on is not taken', () => {
    const fail = () => expect.unreachable();
    const reception = new Reception({ audioCame: fail, keyCame: fail, keySounds: fail });
    reception.take(packet(8, 1), from, { nowMs: 0, position: 0 });
    expect(reception.stats()).toMatchObject({ ignored: 1 });
  });

  it('before the start shows where the peer is, but is not heard', () => {
    const { reception, heard } = gather();
    reception.take(packet(8, 1), from, { nowMs: 0, position: null });
    expect(heard).toEqual([]);
    expect(reception.stats()).toMatchObject({ received: 1, source: '127.0.0.1:4000' });
  });

  it('whatever it is has a place near now', () => {
    const datagram = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .record({
          payloadType: fc.constantFrom(0, 8, 13, 97, 101),
          marker: fc.boolean(),
          sequence: fc.nat(0xffff),
          timestamp: fc.nat(0xffffffff),
          ssrc: fc.nat(3),
          payload: fc.uint8Array({ minLength: 1, maxLength: 1488 }),
        })
        .map(({ payload, ...header }) => {
          const made = makeRtp(header, payload.length);
          made.set(payload, 12);
          return made;
        }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(datagram, fc.nat(100_000))), (arrivals) => {
        const { reception, places } = gather();
        let position = 0;
        for (const [bytes, after] of arrivals) {
          position += after;
          const known = places.length;
          reception.take(Buffer.from(bytes), from, { nowMs: position / 8, position });
          for (const place of places.slice(known)) {
            expect(Number.isInteger(place)).toBe(true);
            expect(place).toBeGreaterThanOrEqual(position - 1488 - 16_000);
            expect(place).toBeLessThanOrEqual(position + 3200);
          }
        }
      }),
    );
  });
});
