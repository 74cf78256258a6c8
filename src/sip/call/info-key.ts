import { contentTypeOf, type SipRequest } from '../message/message.ts';

const RELAYED = /^[ \t]*signal[ \t]*=[ \t]*(1[01]|[\d*#A-D])/im;
const PLAIN = /^[ \t]*([\d*#A-D])/i;

/** The key that an INFO tells of; null: none, undefined: its body is of a type that is not taken here. */
export function readInfoKey(request: SipRequest): string | null | undefined {
  if (request.body === '') return null;
  switch (contentTypeOf(request)) {
    case 'application/dtmf-relay':
      return readSignal(RELAYED.exec(request.body)?.[1]?.toUpperCase() ?? null);
    case 'application/dtmf':
      return PLAIN.exec(request.body)?.[1]?.toUpperCase() ?? null;
    default:
      return undefined;
  }
}

/** Some write star and hash as the numbers of their events (RFC 4733, 3.2). */
function readSignal(signal: string | null): string | null {
  if (signal === '10') return '*';
  return signal === '11' ? '#' : signal;
}
