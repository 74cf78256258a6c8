import { type NameAddress, readNameAddress, readUri } from './address.ts';
import { findHead, readContentLength } from './cut.ts';
import { type Headers, readHeaders, readVia, unfoldLines } from './header.ts';
import type { SipMessage, Via } from './message.ts';

/** A request that can be answered, whatever is wrong with it. */
export interface Answerable {
  readonly method: string;
  readonly headers: Headers;
  readonly via: Via;
}

/** What some bytes turned out to be. */
export type Reading =
  | { readonly kind: 'message'; readonly message: SipMessage }
  /** Readable enough to be told what is wrong with it. */
  | { readonly kind: 'wrong'; readonly request: Answerable; readonly status: 400 | 505; readonly why: string }
  /** From nobody who speaks SIP, or nothing that could be answered. */
  | { readonly kind: 'garbage'; readonly why: string };

/** The parts of a message, still to be understood. */
interface Parts {
  readonly startLine: string;
  readonly headers: Headers;
  readonly body: string;
  /** What is missing or wrong so far. */
  readonly wrong: readonly string[];
}

const REQUEST_LINE = /^([\w.!%*+`'~-]{1,64})[ \t]+([^ \t].*?)[ \t]+SIP\/(\d{1,3}\.\d{1,3})[ \t]*$/i;
const STATUS_LINE = /^SIP\/2\.0[ \t]+([1-6]\d\d)(?:[ \t](.*))?$/i;
const CSEQ = /^(\d{1,10})[ \t]+([\w.!%*+`'~-]{1,64})$/;
/** RFC 3261, 8.1.1.5. */
const CSEQ_LIMIT = 2 ** 31;

/** Headers of which there is exactly one (RFC 3261, table 2). */
const SINGLE = ['from', 'to', 'call-id', 'cseq'] as const;

/**
 * Reads one message, as far as possible the way its sender meant it: names in any case or short, folded lines, lines
 * that end in LF, an empty Content-Length.
 * @param received a datagram, or what the framing of a stream cut off
 */
export function readMessage(received: Buffer): Reading {
  const bytes = skipLineEnds(received);
  const head = findHead(bytes);
  if (head === null) return { kind: 'garbage', why: 'no empty line ends the head' };
  const [startLine = '', ...lines] = unfoldLines(head.text);
  if (lines.length === 0) return readSpaced(bytes);
  if (head.text.includes('\0')) return { kind: 'garbage', why: 'a NUL in the head' };
  const length = readContentLength(head.text);
  const present = bytes.length - head.bodyAt;
  return readParts({
    startLine,
    headers: readHeaders(lines),
    body: bytes.toString(
      'latin1',
      head.bodyAt,
      head.bodyAt + (typeof length === 'number' ? length : present),
    ),
    // RFC 3261, 18.3: a datagram that is shorter than it says is answered 400; what it has too much is dropped.
    wrong: length === 'unreadable' || (length ?? 0) > present ? ['content-length'] : [],
  });
}

/** RFC 3261, 7.5: line ends before the start line are passed over. */
function skipLineEnds(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 13 && byte !== 10);
  return start > 0 ? bytes.subarray(start) : bytes;
}

/** Seed 000 prints its INVITE with an empty line after each; pasted so, no header follows the start line (choice). */
function readSpaced(bytes: Buffer): Reading {
  const text = bytes.toString('latin1');
  if (text.includes('\0')) return { kind: 'garbage', why: 'a NUL in the head' };
  const [startLine = '', ...lines] = unfoldLines(text).filter((line) => line !== '');
  return readParts({ startLine, headers: readHeaders(lines), body: '', wrong: [] });
}

function readParts(parts: Parts): Reading {
  const via = readVia(parts.headers.get('via')?.[0] ?? '');
  if (via === null) return { kind: 'garbage', why: 'no Via that an answer could be sent by' };
  const [, method, target = '', version] = REQUEST_LINE.exec(parts.startLine) ?? [];
  if (method !== undefined && version !== undefined)
    return readRequest(parts, { via, method, target, version });
  const [, status, reason = ''] = STATUS_LINE.exec(parts.startLine) ?? [];
  if (status === undefined) return { kind: 'garbage', why: 'no start line of SIP' };
  const { frame, wrong } = readFrame(parts);
  if (frame === null || wrong.length > 0)
    return { kind: 'garbage', why: `an answer with a wrong ${wrong[0]}` };
  const { headers, body } = parts;
  const contacts = readContacts(headers.get('contact') ?? []) ?? [];
  return {
    kind: 'message',
    message: { kind: 'response', status: Number(status), reason, contacts, headers, via, body, ...frame },
  };
}

function readRequest(
  parts: Parts,
  line: { readonly via: Via; readonly method: string; readonly target: string; readonly version: string },
): Reading {
  const { headers, body } = parts;
  const { via, method } = line;
  const request = { method, headers, via };
  if (line.version !== '2.0')
    return { kind: 'wrong', request, status: 505, why: `SIP/${line.version} is not spoken here` };
  const { frame, wrong } = readFrame(parts);
  const uri = readUri(line.target);
  const contacts = readContacts(headers.get('contact') ?? []);
  if (uri === null) wrong.push('request URI');
  if (contacts === null) wrong.push('contact');
  if (frame !== null && frame.method !== method) wrong.push('method of cseq');
  if (frame === null || uri === null || contacts === null || wrong.length > 0)
    return { kind: 'wrong', request, status: 400, why: `missing or wrong: ${wrong.join(', ')}` };
  return { kind: 'message', message: { kind: 'request', uri, contacts, headers, via, body, ...frame } };
}

/** What requests and answers have in common; null if something of it cannot be read. */
interface Frame {
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly callId: string;
  readonly cseq: number;
  readonly method: string;
}

function readFrame({ headers, wrong }: Parts): { frame: Frame | null; wrong: string[] } {
  const one = (name: (typeof SINGLE)[number]) =>
    (headers.get(name)?.length === 1 ? headers.get(name)?.[0] : '') ?? '';
  const from = readNameAddress(one('from'));
  const to = readNameAddress(one('to'));
  const callId = one('call-id');
  const [, number = '', method = ''] = CSEQ.exec(one('cseq')) ?? [];
  const found = [...wrong];
  if (from === null) found.push('from');
  if (to === null) found.push('to');
  if (callId === '') found.push('call-id');
  const isCounted = number !== '' && Number(number) < CSEQ_LIMIT;
  if (!isCounted) found.push('cseq');
  if (from === null || to === null || callId === '' || !isCounted) return { frame: null, wrong: found };
  return { frame: { from, to, callId, cseq: Number(number), method }, wrong: found };
}

/** Null if one of them cannot be read. */
function readContacts(values: readonly string[]): (NameAddress | '*')[] | null {
  const contacts = values.map((value) => (value === '*' ? value : readNameAddress(value)));
  return contacts.includes(null) ? null : (contacts as (NameAddress | '*')[]);
}
