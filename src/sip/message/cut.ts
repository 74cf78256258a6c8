/** Where the head of a message ends, whatever the ends of its lines. */
export interface Head {
  /** One character a byte. */
  readonly text: string;
  /** Where the body begins. */
  readonly bodyAt: number;
}

const LF = 10;
const CR = 13;

/**
 * Finds the empty line that ends the head: CRLF, LF alone, or a mixture of both.
 * @param from where to look for it; what lies before was looked at
 */
export function findHead(bytes: Buffer, from = 0): Head | null {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    const next = bytes[at + 1] === CR ? at + 2 : at + 1;
    if (bytes[next] === LF) return { text: bytes.toString('latin1', 0, at), bodyAt: next + 1 };
  }
  return null;
}

const CONTENT_LENGTH = /^(?:content-length|l)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?$/gim;

/** What the head says of the body's length; null: nothing (seed 000: its INVITE has the name and no number). */
export function readContentLength(head: string): number | 'unreadable' | null {
  let length: number | null = null;
  for (const [, value = ''] of head.matchAll(CONTENT_LENGTH)) {
    if (value === '') continue;
    if (!/^\d{1,9}$/.test(value)) return 'unreadable';
    if (length !== null && length !== Number(value)) return 'unreadable';
    length = Number(value);
  }
  return length;
}
