/** What of an RTP packet matters (RFC 3550 section 5.1). */
export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits, unsigned. */
  readonly timestamp: number;
  /** 32 bits, unsigned. */
  readonly ssrc: number;
  /** Never empty; a view of the datagram. */
  readonly payload: Uint8Array;
}

export const HEADER_BYTES = 12;
/** What fits an Ethernet frame: 180 ms of G.711. */
const MOST_BYTES = 1500;

/** Reads a datagram; null for anything else than RTP: garbage, STUN, RTCP, wrong lengths. */
export function parseRtp(datagram: Buffer): RtpPacket | null {
  if (datagram.length <= HEADER_BYTES || datagram.length > MOST_BYTES) return null;
  const first = datagram.readUInt8(0);
  const second = datagram.readUInt8(1);
  if (first >> 6 !== 2) return null;
  const payloadType = second & 0x7f;
  // RTCP on the same port: these payload types are left free for it (RFC 5761 section 4).
  if (payloadType >= 64 && payloadType <= 95) return null;
  let begin = HEADER_BYTES + (first & 0x0f) * 4;
  if (first & 0x10) {
    if (begin + 4 > datagram.length) return null;
    begin += 4 + datagram.readUInt16BE(begin + 2) * 4;
  }
  const padding = first & 0x20 ? datagram.readUInt8(datagram.length - 1) : 0;
  const end = datagram.length - padding;
  if (end <= begin || (first & 0x20 && padding === 0)) return null;
  return {
    payloadType,
    marker: (second & 0x80) !== 0,
    sequence: datagram.readUInt16BE(2),
    timestamp: datagram.readUInt32BE(4),
    ssrc: datagram.readUInt32BE(8),
    payload: datagram.subarray(begin, end),
  };
}

/** A datagram with this header and room for `payloadBytes`, which are not set. */
export function makeRtp(header: Omit<RtpPacket, 'payload'>, payloadBytes: number): Buffer {
  const datagram = Buffer.allocUnsafe(HEADER_BYTES + payloadBytes);
  datagram.writeUInt8(0x80, 0);
  datagram.writeUInt8(header.payloadType | (header.marker ? 0x80 : 0), 1);
  datagram.writeUInt16BE(header.sequence, 2);
  datagram.writeUInt32BE(header.timestamp, 4);
  datagram.writeUInt32BE(header.ssrc, 8);
  return datagram;
}
