import type { NameAddress, SipUri } from './address.ts';
import type { Parameters } from './text.ts';

/** Where a request was sent from, and how its transaction is told (RFC 3261, 20.42). */
export interface Via {
  /** As it came. */
  readonly text: string;
  readonly protocol: string;
  readonly host: string;
  readonly port: number | null;
  readonly parameters: Parameters;
}

interface Message {
  /** Values by long names in lower case, in their order; lists that may be split are. Byte for byte. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** The topmost one. */
  readonly via: Via;
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly callId: string;
  readonly cseq: number;
  /** `*`: all of them (REGISTER). */
  readonly contacts: readonly (NameAddress | '*')[];
  /** '' = none. Byte for byte. */
  readonly body: string;
}

export interface SipRequest extends Message {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: SipUri;
}

export interface SipResponse extends Message {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  /** Of the request that is answered, from CSeq. */
  readonly method: string;
}

export type SipMessage = SipRequest | SipResponse;

/** The first value of a header; null if it is not there. @param name long, in lower case */
export function headerOf(message: Pick<Message, 'headers'>, name: string): string | null {
  return message.headers.get(name)?.[0] ?? null;
}

export function headersOf(message: Pick<Message, 'headers'>, name: string): readonly string[] {
  return message.headers.get(name) ?? [];
}

/** The tag of From or To; null if there is none. */
export function tagOf({ parameters }: NameAddress): string | null {
  return parameters.get('tag') ?? null;
}

/** The media type of the body, in lower case and without parameters; null if it is not said. */
export function contentTypeOf(message: Pick<Message, 'headers'>): string | null {
  const value = headerOf(message, 'content-type');
  return value === null ? null : (value.split(';', 1)[0] ?? '').trim().toLowerCase();
}
