import {
  type IncomingMessage,
  IncomingRequestMessage,
  IncomingResponseMessage,
  NameAddrHeader,
  URI,
} from 'sip.js/lib/core/index.js';
import { type NameAddress, readUri, type SipUri } from '../../message/address.ts';
import {
  contentTypeOf,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  tagOf,
} from '../../message/message.ts';

/** A request as sip.js has it, and as we do. */
class RequestMessage extends IncomingRequestMessage {
  readonly source: SipRequest;
  override readonly ruri: URI;

  constructor(source: SipRequest, via: string) {
    super();
    this.source = source;
    fill(this, source);
    this.headers.Via = [via, ...(source.headers.get('via') ?? []).slice(1)].map((raw) => ({ raw }));
    // A `tel` in the request line is ours as well: sip.js would answer 416.
    this.ruri = new WrittenUri(source.uri, 'sip');
  }
}

/** @param key of its transaction @param via the topmost one, as it goes back */
export function toRequest(
  request: SipRequest,
  { key, via }: { readonly key: string; readonly via: string },
): IncomingRequestMessage {
  const message = new RequestMessage(request, via);
  message.viaBranch = key;
  return message;
}

/** Our form of a request that sip.js hands on. */
export function sourceOf(message: IncomingRequestMessage): SipRequest {
  if (message instanceof RequestMessage) return message.source;
  throw new Error('a request of sip.js that was not received');
}

/** @param target of the request that it answers; undefined: nobody knows it any more */
export function toResponse(response: SipResponse, target: URI | undefined): IncomingResponseMessage {
  const message = new IncomingResponseMessage();
  fill(message, response);
  // Without a Contact sip.js drops what begins a dialog; some phones leave it out while they ring.
  if (target !== undefined)
    message.headers.Contact ??= [{ raw: target.toRaw(), parsed: new NameAddrHeader(target, '', {}) }];
  message.statusCode = response.status;
  message.reasonPhrase = response.reason;
  message.viaBranch = branchOf(response);
  return message;
}

/** '' = none. */
export function branchOf({ via }: SipMessage): string {
  return via.parameters.get('branch') ?? '';
}

/** A URI that is written as it came; sip.js would escape it and change its order. */
class WrittenUri extends URI {
  readonly #text: string;

  constructor(uri: SipUri, scheme: string = uri.scheme) {
    super(scheme, uri.user, uri.host || 'tel.invalid', uri.port ?? undefined);
    this.#text = uri.text;
  }

  override toString(): string {
    return this.#text;
  }

  override toRaw(): string {
    return this.#text;
  }

  override clone(): this {
    return this;
  }
}

/** @throws an ordinary error: it was read before */
export function toUri(text: string): URI {
  const uri = readUri(text);
  if (uri === null) throw new Error(`no URI: ${text}`);
  return new WrittenUri(uri);
}

/** Headers that sip.js looks at, by their names there. */
const HEADERS: readonly (readonly [string, string])[] = [
  ['via', 'Via'],
  ['from', 'From'],
  ['to', 'To'],
  ['call-id', 'Call-ID'],
  ['cseq', 'CSeq'],
  ['record-route', 'Record-Route'],
  ['require', 'Require'],
  ['rseq', 'RSeq'],
];

function fill(target: IncomingMessage, source: SipMessage): void {
  const { from, to, headers, body } = source;
  for (const [name, title] of HEADERS) {
    const values = headers.get(name);
    if (values !== undefined) target.headers[title] = values.map((raw) => ({ raw }));
  }
  target.from = toHeader(from);
  target.to = toHeader(to);
  const toRaw = headers.get('to')?.[0] ?? '';
  target.headers.To = [{ raw: toRaw, parsed: target.to }];
  target.fromTag = tagOf(from) as string;
  target.toTag = tagOf(to) as string;
  target.callId = source.callId;
  target.cseq = source.cseq;
  target.method = source.method;
  const [contact] = source.contacts;
  if (contact !== undefined && contact !== '*')
    target.headers.Contact = [{ raw: contact.uri.text, parsed: toHeader(contact) }];
  // Without a type it is taken for what everybody sends; sip.js would throw.
  const type = contentTypeOf(source) ?? 'application/sdp';
  target.body = body;
  if (body !== '') target.headers['Content-Type'] = [{ raw: type, parsed: type }];
}

function toHeader(address: NameAddress): NameAddrHeader {
  const tag = tagOf(address);
  return new NameAddrHeader(new WrittenUri(address.uri), '', tag === null ? {} : { tag });
}
