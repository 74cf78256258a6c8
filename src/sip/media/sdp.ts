import type { Direction } from './media.ts';

/** Why an SDP is not taken: 488 with this warning code of RFC 3261 section 20.43. */
export interface SdpRefusal {
  readonly ok: false;
  readonly reason: 'unreadable' | 'no-audio' | 'wrong-transport' | 'wrong-address' | 'no-codec';
  readonly warning: 399 | 304 | 302 | 301 | 305;
  /** A sentence without quotes or line ends. */
  readonly why: string;
}

/** What of an SDP matters here. */
export interface SessionDescription {
  /** `t=`, which an answer repeats (RFC 3264 section 6). */
  readonly timing: string;
  readonly media: readonly MediaLine[];
}

/** One `m=` with its attributes; those of the session where it has none of its own. */
export interface MediaLine {
  readonly type: string;
  /** 0: refused, or not wanted any more. */
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  /** Of `c=`: `IP4` or `IP6`, and a literal or a name. */
  readonly connection: { readonly family: string; readonly address: string } | null;
  readonly direction: Direction;
  /** `a=rtpmap` by payload type, names in capitals. */
  readonly codecs: ReadonlyMap<number, { readonly name: string; readonly rate: number }>;
}

/** More than any phone sends; a hostile body must not become a long answer. */
const MOST_MEDIA = 16;
const MOST_FORMATS = 64;

const MEDIA = /^(\S+) (\d{1,5})(?:\/\d+)? (\S+) (\S.*)$/;
const CONNECTION = /^IN (IP4|IP6) ([^\s/]+)/i;
const RTPMAP = /^rtpmap:(\d{1,3})\s+([^\s/]+)\/(\d+)/i;
const DIRECTION = /^(sendrecv|sendonly|recvonly|inactive)\s*$/i;

/** Reads RFC 8866 with any line ends and whatever attributes; null if it is none, or beyond reason. */
export function parseSdp(body: string): SessionDescription | null {
  const lines = body.split(/\r\n|\n|\r/);
  if (lines[0]?.trim() !== 'v=0') return null;
  const session = readSection(lines);
  const media: MediaLine[] = [];
  for (let at = session.end; at < lines.length; ) {
    const head = MEDIA.exec(lines[at]?.slice(2) ?? '');
    const own = readSection(lines, at + 1);
    const [, type = '', port = '', protocol = '', formats = ''] = head ?? [];
    if (head === null || Number(port) > 65_535 || media.length === MOST_MEDIA) return null;
    media.push({
      type: type.toLowerCase(),
      port: Number(port),
      protocol,
      formats: formats.trim().split(/\s+/, MOST_FORMATS),
      connection: own.connection ?? session.connection,
      direction: own.direction ?? session.direction ?? 'sendrecv',
      codecs: own.codecs,
    });
    at = own.end;
  }
  return media.length === 0 ? null : { timing: session.timing ?? '0 0', media };
}

interface Section {
  /** Index of the next `m=`, or of the end. */
  readonly end: number;
  readonly timing: string | null;
  readonly connection: MediaLine['connection'];
  readonly direction: Direction | null;
  readonly codecs: MediaLine['codecs'];
}

function readSection(lines: readonly string[], begin = 0): Section {
  const codecs = new Map<number, { name: string; rate: number }>();
  let timing: string | null = null;
  let connection: Section['connection'] = null;
  let direction: Direction | null = null;
  let end = begin;
  for (; end < lines.length; end++) {
    const line = lines[end] ?? '';
    const kind = line.slice(0, 2);
    const value = line.slice(2).trim();
    if (kind === 'm=') break;
    if (kind === 't=' && /^\d{1,20} \d{1,20}$/.test(value)) timing ??= value;
    if (kind === 'c=') {
      const [, family, address] = CONNECTION.exec(value) ?? [];
      if (family !== undefined && address !== undefined)
        connection ??= { family: family.toUpperCase(), address };
    }
    if (kind === 'a=') {
      direction = (DIRECTION.exec(value)?.[1]?.toLowerCase() as Direction | undefined) ?? direction;
      const [, payload, name, rate] = RTPMAP.exec(value) ?? [];
      if (payload !== undefined && name !== undefined) {
        codecs.set(Number(payload), { name: name.toUpperCase(), rate: Number(rate) });
      }
    }
  }
  return { end, timing, connection, direction, codecs };
}

/** What we write: one audio line of ours among those of the peer that are refused. */
export interface OwnDescription {
  readonly address: string;
  readonly port: number;
  readonly sessionId: number;
  readonly version: number;
  readonly timing: string;
  readonly direction: Direction;
  /** In the order of the offer; ours has `codecs`. */
  readonly lines: readonly OwnLine[];
}

export interface OwnLine {
  readonly type: string;
  readonly protocol: string;
  readonly formats: readonly string[];
  /** Of our audio, by payload type; null for a refused line. */
  readonly codecs: ReadonlyMap<number, string> | null;
}

/** Writes an offer or answer with CRLF. */
export function writeSdp(own: OwnDescription): string {
  const { address, direction } = own;
  const family = address.includes(':') ? 'IP6' : 'IP4';
  const lines = [
    'v=0',
    `o=- ${own.sessionId} ${own.version} IN ${family} ${address}`,
    's=-',
    `c=IN ${family} ${address}`,
    `t=${own.timing}`,
    ...own.lines.flatMap((line) => writeLine(line, own.port, direction)),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function writeLine(
  { type, protocol, formats, codecs }: OwnLine,
  port: number,
  direction: Direction,
): string[] {
  // "To reject an offered stream, the port number in the corresponding stream in the answer MUST be set to zero."
  // (RFC 3264 section 6)
  if (codecs === null) return [`m=${type} 0 ${protocol} ${formats.join(' ')}`];
  return [
    `m=${type} ${port} ${protocol} ${[...codecs.keys()].join(' ')}`,
    ...[...codecs].map(([payload, name]) => `a=rtpmap:${payload} ${name}/8000`),
    ...[...codecs].flatMap(([payload, name]) => (name === TELEPHONE_EVENT ? [`a=fmtp:${payload} 0-15`] : [])),
    'a=ptime:20',
    `a=${direction}`,
  ];
}

export const TELEPHONE_EVENT = 'telephone-event';
