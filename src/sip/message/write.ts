import { hash } from 'node:crypto';
import type { Answerable } from './read.ts';
import { encodeText } from './text.ts';

/** An answer to a request, beside what it repeats of it. */
export interface Reply {
  readonly status: number;
  /** Default: RFC 3261's. */
  readonly reason?: string;
  /** Whole lines, such as `Allow: INVITE`, without their ends. */
  readonly headers?: readonly string[];
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [200, 'OK'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [407, 'Proxy Authentication Required'],
  [415, 'Unsupported Media Type'],
  [416, 'Unsupported URI Scheme'],
  [420, 'Bad Extension'],
  [423, 'Interval Too Brief'],
  [480, 'Temporarily Unavailable'],
  [481, 'Call/Transaction Does Not Exist'],
  [486, 'Busy Here'],
  [487, 'Request Terminated'],
  [488, 'Not Acceptable Here'],
  [500, 'Server Internal Error'],
  [501, 'Not Implemented'],
  [503, 'Service Unavailable'],
  [505, 'Version Not Supported'],
]);

export function reasonOf({ status, reason }: Reply): string {
  return reason ?? REASONS.get(status) ?? 'Unknown';
}

/** Why, in words: `Warning: 399 host "why"` (RFC 3261, 20.43). */
export function writeWarning(host: string, why: string): string {
  const quoted = encodeText(why)
    .replace(/[\r\n]/g, ' ')
    .replace(/["\\]/g, '\\$&');
  return `Warning: 399 ${host} "${quoted}"`;
}

/** An answer by somebody who keeps nothing of the request (RFC 3261, 8.2.7): the same each time. */
export function writeReply(
  request: Answerable,
  reply: Reply & { /** The topmost one, as it goes back. */ readonly via: string; readonly server: string },
): string {
  const { headers } = request;
  const value = (name: string) => headers.get(name)?.[0];
  const to = value('to');
  const lines = [
    `SIP/2.0 ${reply.status} ${reasonOf(reply)}`,
    ...[reply.via, ...(headers.get('via') ?? []).slice(1)].map((via) => `Via: ${via}`),
    ...line('From', value('from')),
    ...line('To', to === undefined || /;[ \t]*tag[ \t]*=/i.test(to) ? to : `${to};tag=${tagFor(request)}`),
    ...line('Call-ID', value('call-id')),
    ...line('CSeq', value('cseq')),
    ...(reply.headers ?? []),
    `Server: ${reply.server}`,
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function line(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${name}: ${value}`];
}

function tagFor({ headers, via }: Answerable): string {
  const key = [via.parameters.get('branch'), headers.get('call-id')?.[0], headers.get('cseq')?.[0]].join('|');
  return hash('sha256', key).slice(0, 10);
}
