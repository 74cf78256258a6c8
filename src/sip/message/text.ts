/*
 * SIP text is kept byte for byte, each character one byte (latin1): what came unquoted in UTF-8 or GBK goes out again
 * as it came. Only what the simulation is handed is decoded.
 */

/** The text of a value that the simulation is handed; bytes that are no UTF-8 become U+FFFD. */
export function decodeText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** A text of ours as it stands in a message. */
export function encodeText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Without blanks at its ends; JavaScript's own `trim` takes a byte of UTF-8 (0xA0) for one. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 10;
}

/** Splits at a separator outside of quotes and angle brackets. */
export function splitOutside(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  let isBracketed = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (isQuoted) {
      if (char === '\\') i++;
      else if (char === '"') isQuoted = false;
    } else if (char === '"') isQuoted = true;
    else if (char === '<') isBracketed = true;
    else if (char === '>') isBracketed = false;
    else if (char === separator && !isBracketed) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** Where a character stands outside of quotes; -1 if nowhere. */
export function indexOutsideQuotes(text: string, wanted: string): number {
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (isQuoted) {
      if (char === '\\') i++;
      else if (char === '"') isQuoted = false;
    } else if (char === '"') isQuoted = true;
    else if (char === wanted) return i;
  }
  return -1;
}

/** What stands in quotes, without them; anything else as it is. */
export function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, '$1');
}

/** Parameters such as `;tag=8a;lr`, by their names in lower case; null = without a value. */
export type Parameters = ReadonlyMap<string, string | null>;

/** @param text what stands after the first semicolon, or with it */
export function readParameters(text: string): Parameters {
  const parameters = new Map<string, string | null>();
  if (text === '') return parameters;
  for (const part of splitOutside(text, ';')) {
    const equals = part.indexOf('=');
    const name = trimBlanks(equals < 0 ? part : part.slice(0, equals)).toLowerCase();
    if (name !== '' && !parameters.has(name))
      parameters.set(name, equals < 0 ? null : unquote(trimBlanks(part.slice(equals + 1))));
  }
  return parameters;
}
