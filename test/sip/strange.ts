import fc from 'fast-check';

/** What is no request to anybody, and has to do no harm. */
export const STRANGE: readonly (readonly [string, string | Buffer])[] = [
  ['nothing', ''],
  ['ends of lines', '\r\n'.repeat(20)],
  ['NULs', Buffer.alloc(500)],
  ['noise', Buffer.from(Array.from({ length: 1200 }, (_, i) => (i * 7919) % 256))],
  ['a binding request of STUN', Buffer.from('000100002112a442000000000000000000000000', 'hex')],
  ['RTP', Buffer.concat([Buffer.from([0x80, 8, 0, 1]), Buffer.alloc(168, 0xd5)])],
  ['a hello of TLS', Buffer.from('160301010001fc0303', 'hex')],
  ['HTTP', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
  [
    'an answer to nothing',
    'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n',
  ],
  [
    'an answer with two Vias',
    'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nVia: SIP/2.0/UDP b\r\nFrom: <sip:a@b>\r\nTo: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n',
  ],
  ['a line of SIP alone', 'INVITE sip:69101408@a SIP/2.0\r\n\r\n'],
  ['a Via that leads nowhere', 'OPTIONS sip:a@b SIP/2.0\r\nVia: nowhere\r\n\r\n'],
  [
    'names of properties',
    'OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a;__proto__=1;branch=z9hG4bK1\r\n__proto__: 1\r\nconstructor: 2\r\ntoString: 3\r\nFrom: <sip:a@b;__proto__=x>;tag=__proto__\r\nTo: <sip:a@b>;constructor=1\r\nCall-ID: __proto__\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n',
  ],
];

/** What a reader may stumble over. */
const PIECES = ['\r\n', '"', '<', '>', ';', ',', '%', '\0', ' ', ':', '@', '*', 'SIP/2.0', '999999999999'];

/** One of the texts with one piece of it replaced. */
export function spoiled(texts: readonly string[]): fc.Arbitrary<Buffer> {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.constantFrom(...PIECES.map((text) => Buffer.from(text))),
  );
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  return fc.tuple(fc.constantFrom(...texts), place, fc.nat(30), piece).map(([text, share, length, bytes]) => {
    const whole = Buffer.from(text);
    const at = Math.floor(share * whole.length);
    return Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at + length)]);
  });
}
