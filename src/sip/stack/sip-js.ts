import {
  type ByeUserAgentClient,
  type IncomingInviteRequest,
  type IncomingMessage,
  type IncomingRegisterRequest,
  IncomingRequestMessage,
  IncomingResponseMessage,
  InviteUserAgentServer,
  LoggerFactory,
  NameAddrHeader,
  type Session,
  Timers,
  TransactionState,
  type Transport,
  URI,
  UserAgentCore,
} from 'sip.js/lib/core/index.js';
import type { NameAddress, SipUri } from '../message/address.ts';
import {
  contentTypeOf,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  tagOf,
} from '../message/message.ts';
import { type Flow, writeEndpoint } from '../transport/flow.ts';
import { type Context, runFor, servedContext } from './context.ts';
import { retransmit } from './retransmit.ts';
import { layTimers } from './timer.ts';

/*
 * The one file that knows sip.js 0.21.2. Of it, only the core is used: transactions, dialogs, 2xx sent again,
 * offer and answer. What it asks while it works is answered for the flow that is being served (`Context`).
 */

export type InviteServer = IncomingInviteRequest;
type RegisterServer = IncomingRegisterRequest;

export type { Session };

interface SipJsEvents {
  onInvite(server: InviteServer, request: SipRequest): void;
  onRegister(server: RegisterServer, request: SipRequest, flow: Flow): void;
}

export interface SipJsOptions {
  readonly userAgent: string;
  /** What is answered where methods are asked for. */
  readonly allow: string;
  readonly events: SipJsEvents;
}

/** Sessions, requests being answered and requests sent that still live: what must be gone some time after the last call. */
export interface SipJsCounts {
  readonly dialogs: number;
  readonly servers: number;
  readonly clients: number;
}

export class SipJs {
  readonly #core: UserAgentCore;
  readonly #allow: string;
  readonly #transports = new WeakMap<Flow, Transport>();
  /** How to stop what is being sent again. */
  readonly #repeats = new Set<() => void>();

  constructor({ userAgent, allow, events }: SipJsOptions) {
    const loggerFactory = new LoggerFactory();
    // Else every oddity of a peer goes to the console.
    loggerFactory.builtinEnabled = false;
    loggerFactory.level = 0;
    this.#allow = allow;
    const transportAccessor = () => this.#transportOf(servedContext().flow);
    this.#core = new UserAgentCore(
      {
        get aor() {
          return anyUserOf(servedContext());
        },
        contact: {
          pubGruu: undefined,
          tempGruu: undefined,
          get uri() {
            return anyUserOf(servedContext());
          },
          toString: () => this.contactOf(servedContext()),
        },
        displayName: '',
        loggerFactory,
        hackViaTcp: false,
        routeSet: [],
        sipjsId: 'yeta-sim',
        supportedOptionTags: [],
        // An empty list would print an empty header into each answer.
        supportedOptionTagsResponse: undefined as unknown as string[],
        userAgentHeaderFieldValue: userAgent,
        viaForceRport: true,
        get viaHost() {
          return writeEndpoint(servedContext().flow.local);
        },
        authenticationFactory: () => undefined,
        transportAccessor,
      },
      {
        onInvite: (server) => events.onInvite(server, sourceOf(server.message)),
        onRegister: (server) => events.onRegister(server, sourceOf(server.message), servedContext().flow),
      },
    );
  }

  get counts(): SipJsCounts {
    const { dialogs, userAgentServers, userAgentClients } = this.#core;
    return { dialogs: dialogs.size, servers: userAgentServers.size, clients: userAgentClients.size };
  }

  /** Whether a request with this key is being answered, or was a while ago. */
  knows(key: string): boolean {
    return this.#core.userAgentServers.has(key);
  }

  hasDialog({ callId, to, from }: SipRequest): boolean {
    return this.#core.dialogs.has(dialogIdOf(callId, tagOf(to), tagOf(from)));
  }

  /** @param key of the transaction @param via the topmost one, as it goes back @throws what sip.js throws */
  receiveRequest(request: SipRequest, { key, via }: { readonly key: string; readonly via: string }): void {
    const message = new RequestMessage(request, via);
    message.viaBranch = this.#isAckOfAccepted(request, key) ? `${key};ack` : key;
    this.#core.receiveIncomingRequestFromTransport(message);
  }

  receiveResponse(response: SipResponse): void {
    const message = new IncomingResponseMessage();
    fill(message, response);
    message.statusCode = response.status;
    message.reasonPhrase = response.reason;
    message.viaBranch = response.via.parameters.get('branch') ?? '';
    this.#core.receiveIncomingResponseFromTransport(message);
  }

  /** Sends a refusal of an INVITE again over UDP until its ACK is in: timer G, which sip.js leaves out. */
  repeatRefusal(server: InviteServer, text: string, context: Context): void {
    if (context.flow.isReliable || !(server instanceof InviteUserAgentServer)) return;
    this.#repeatWhile(server, [TransactionState.Completed], { text, context });
  }

  /** Sends BYE, over UDP until it is answered: timer E, which sip.js leaves out. */
  sendBye(session: Session, context: Context): void {
    const client = runFor(context, () => session.bye()) as ByeUserAgentClient;
    if (context.flow.isReliable) return;
    const waiting = [TransactionState.Trying, TransactionState.Proceeding];
    this.#repeatWhile(client, waiting, { text: client.message.toString(), context });
  }

  /** Under which a peer reaches us in a call. */
  contactOf({ flow, localUser }: Context): string {
    const user = localUser === '' ? '' : `${encodeURIComponent(localUser)}@`;
    const transport = flow.protocol === 'UDP' ? '' : `;transport=${flow.protocol.toLowerCase()}`;
    return `<sip:${user}${writeEndpoint(flow.local)}${transport}>`;
  }

  dispose(): void {
    for (const stop of this.#repeats) stop();
    this.#repeats.clear();
    this.#core.dispose();
  }

  #repeatWhile(
    user: InviteUserAgentServer | ByeUserAgentClient,
    states: readonly TransactionState[],
    { text, context }: { readonly text: string; readonly context: Context },
  ): void {
    const { flow, t1 } = context;
    const { transaction } = user;
    const stop = retransmit(() => void flow.send(text).catch(() => {}), { t1, t2: 8 * t1 });
    this.#repeats.add(stop);
    transaction.addStateChangeListener(() => {
      if (states.includes(transaction.state)) return;
      stop();
      this.#repeats.delete(stop);
    });
  }

  /** Some peers send the ACK of a 2xx with the branch of its INVITE; sip.js would drop it. */
  #isAckOfAccepted(request: SipRequest, key: string): boolean {
    if (request.method !== 'ACK' || !this.hasDialog(request)) return false;
    return this.#core.userAgentServers.get(key)?.transaction.state === TransactionState.Accepted;
  }

  #transportOf(flow: Flow): Transport {
    let transport = this.#transports.get(flow);
    if (transport === undefined) {
      // sip.js says of its own what it would take.
      const send = (text: string) =>
        flow.send(text.replace(/\r\nAllow: [A-Z,]+/, `\r\nAllow: ${this.#allow}`));
      transport = { protocol: flow.protocol, send };
      this.#transports.set(flow, transport);
    }
    return transport;
  }
}

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

/** Our form of a request that sip.js hands on. */
export function sourceOf(message: IncomingRequestMessage): SipRequest {
  if (message instanceof RequestMessage) return message.source;
  throw new Error('a request of sip.js that was not received');
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
  const [contact] = source.kind === 'request' ? source.contacts : [];
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

function dialogIdOf(callId: string, localTag: string | null, remoteTag: string | null): string {
  return `${callId}${localTag}${remoteTag}`;
}

/** Every user is ours: sip.js compares this with the request line. */
function anyUserOf({ localUser }: Context): URI {
  return new URI('sip', localUser, 'localhost');
}

layTimers(Timers);
