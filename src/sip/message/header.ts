import type { Via } from './message.ts';
import { readParameters, splitOutside, trimBlanks } from './text.ts';

/** Values by long names in lower case. */
export type Headers = ReadonlyMap<string, readonly string[]>;

const LONG_NAMES: ReadonlyMap<string, string> = new Map([
  ['b', 'referred-by'],
  ['c', 'content-type'],
  ['e', 'content-encoding'],
  ['f', 'from'],
  ['i', 'call-id'],
  ['k', 'supported'],
  ['l', 'content-length'],
  ['m', 'contact'],
  ['o', 'event'],
  ['r', 'refer-to'],
  ['s', 'subject'],
  ['t', 'to'],
  ['u', 'allow-events'],
  ['v', 'via'],
  ['x', 'session-expires'],
]);

/** Headers whose values may share a line, separated by commas, and that somebody here reads. */
const LISTS: ReadonlySet<string> = new Set([
  'via',
  'contact',
  'route',
  'record-route',
  'require',
  'supported',
]);

const HEADER_LINE = /^([^:\s]+)[ \t]*:(.*)$/s;
const VIA =
  /^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*([\w.!%*+`'~-]+)[ \t]+(\[[\da-fA-F:.]+\]|[^ \t:;,]+)[ \t]*(?::[ \t]*(\d{1,5}))?[ \t]*(;.*)?$/is;

/** Lines without their ends; what goes on in the next line joins the one before (RFC 3261, 7.3.1). */
export function unfoldLines(text: string): string[] {
  return text
    .replace(/\r?\n[ \t]+/g, ' ')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
}

/** A line that is no header is passed over. */
export function readHeaders(lines: readonly string[]): Headers {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, written = '', value = ''] = HEADER_LINE.exec(line) ?? [];
    if (written === '') continue;
    const short = written.toLowerCase();
    const name = LONG_NAMES.get(short) ?? short;
    const values = LISTS.has(name) ? splitOutside(value, ',').map(trimBlanks) : [trimBlanks(value)];
    const known = headers.get(name);
    if (known === undefined) headers.set(name, values);
    else known.push(...values);
  }
  return headers;
}

/** Null if nothing could be sent by it. */
export function readVia(text: string): Via | null {
  const [, protocol, host, port, parameters = ''] = VIA.exec(text) ?? [];
  if (protocol === undefined || host === undefined || Number(port ?? 0) > 65_535) return null;
  return {
    text,
    protocol: protocol.toUpperCase(),
    host: host.toLowerCase(),
    port: port === undefined ? null : Number(port),
    parameters: readParameters(parameters.slice(1)),
  };
}
