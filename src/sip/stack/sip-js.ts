import {
  type ByeUserAgentClient,
  type IncomingInviteRequest,
  type IncomingMessage,
  type IncomingRegisterRequest,
  IncomingRequestMessage,
  IncomingResponseMessage,
  type InviteUserAgentClient,
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
import { type NameAddress, readUri, type SipUri } from '../message/address.ts';
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

/** An INVITE of ours. */
export interface Invite {
  /** A URI, as the phone wrote it. */
  readonly target: string;
  readonly from: SipUser;
  readonly to: SipUser;
  /** SDP. */
  readonly offer: string;
}

/** Somebody at one of our own addresses. */
interface SipUser {
  readonly user: string;
  readonly address: string;
}

/** What comes of it. */
export interface InviteEvents {
  onRinging(): void;
  /** The 2xx is acknowledged already. @param body SDP; '' = none */
  onAccepted(session: Session, body: string): void;
  /** 3xx to 6xx; also 408 if no answer came, and 503 if it could not be sent. */
  onRefused(status: number): void;
}

export interface InviteClient {
  readonly callId: string;
  /** RFC 3261, 9.1: as soon as there was a provisional answer; the final one still comes. */
  cancel(): void;
  /** Nothing is waited for any more. */
  forget(): void;
}

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
    const branch = response.via.parameters.get('branch') ?? '';
    fill(message, response);
    // Without a Contact sip.js drops what begins a dialog; some phones leave it out while they ring.
    const target = this.#core.userAgentClients.get(`${branch}${response.method}`)?.message.ruri;
    if (target !== undefined)
      message.headers.Contact ??= [{ raw: target.toRaw(), parsed: new NameAddrHeader(target, '', {}) }];
    message.statusCode = response.status;
    message.reasonPhrase = response.reason;
    message.viaBranch = branch;
    this.#core.receiveIncomingResponseFromTransport(message);
  }

  /** Sends a refusal of an INVITE again over UDP until its ACK is in: timer G, which sip.js leaves out. */
  repeatRefusal(server: InviteServer, text: string, context: Context): void {
    if (context.flow.isReliable || !(server instanceof InviteUserAgentServer)) return;
    this.#repeatWhile(server, [TransactionState.Completed], { text, context });
  }

  /** Sends INVITE, over UDP until it is answered: timer A, which sip.js leaves out. */
  invite({ target, from, to, offer }: Invite, context: Context, events: InviteEvents): InviteClient {
    const headers = [`Contact: ${this.contactOf(context)}`, `Allow: ${this.#allow}`];
    const body = { contentDisposition: 'session', contentType: 'application/sdp', content: offer };
    const uris = [readWrittenUri(target), uriOf(from), uriOf(to)] as const;
    const client = runFor(context, () => {
      const request = this.#core.makeOutgoingRequestMessage('INVITE', ...uris, {}, headers, body);
      return this.#core.invite(request, {
        onProgress: () => events.onRinging(),
        onAccept: ({ message, session, ack }) => {
          runFor(context, ack);
          events.onAccepted(session, message.body);
        },
        onRedirect: ({ message }) => events.onRefused(message.statusCode ?? 0),
        onReject: ({ message }) => events.onRefused(message.statusCode ?? 0),
      }) as InviteUserAgentClient;
    });
    const text = client.message.toString();
    if (!context.flow.isReliable)
      this.#repeatWhile(client, [TransactionState.Calling], { text, context, isCapped: false });
    return {
      callId: client.message.callId,
      cancel: () => this.#cancel(client, context),
      forget: () => this.#forget(client),
    };
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
    user: InviteUserAgentServer | InviteUserAgentClient | ByeUserAgentClient,
    states: readonly TransactionState[],
    what: { readonly text: string; readonly context: Context; readonly isCapped?: boolean },
  ): void {
    const { flow, t1 } = what.context;
    const { transaction } = user;
    const t2 = what.isCapped === false ? Number.POSITIVE_INFINITY : 8 * t1;
    const stop = retransmit(() => void flow.send(what.text).catch(() => {}), { t1, t2 });
    this.#repeats.add(stop);
    transaction.addStateChangeListener(() => {
      if (states.includes(transaction.state)) return;
      stop();
      this.#repeats.delete(stop);
    });
  }

  /**
   * Sends CANCEL, over UDP until the INVITE is answered (timer E once more). "If there is no final response … in 64*T1
   * seconds, the client SHOULD … destroy the client transaction" (RFC 3261, 9.1).
   */
  #cancel(client: InviteUserAgentClient, context: Context): void {
    const { transaction } = client;
    const { flow, t1 } = context;
    const message = runFor(context, () => client.cancel());
    const isRinging = () => transaction.state === TransactionState.Proceeding;
    const again = () => {
      if (isRinging() && !flow.isReliable) flow.send(message.toString()).catch(() => {});
    };
    const stopSending = retransmit(again, { t1, t2: 8 * t1 });
    const timer = setTimeout(() => {
      stop();
      this.#forget(client);
    }, 64 * t1);
    const stop = () => {
      stopSending();
      clearTimeout(timer);
      this.#repeats.delete(stop);
    };
    this.#repeats.add(stop);
    transaction.addStateChangeListener(() => {
      if (!isRinging()) stop();
    });
  }

  #forget(client: InviteUserAgentClient): void {
    this.#core.userAgentClients.delete(`${client.transaction.id}INVITE`);
    client.dispose();
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
        flow.send(
          text
            .replace(/\r\nAllow: [A-Z,]+\r\n/, `\r\nAllow: ${this.#allow}\r\n`)
            .replace('\r\nSupported: \r\n', '\r\n'),
        );
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

/** @throws an ordinary error: it was read before */
function readWrittenUri(text: string): URI {
  const uri = readUri(text);
  if (uri === null) throw new Error(`no URI: ${text}`);
  return new WrittenUri(uri);
}

function uriOf({ user, address }: SipUser): URI {
  return readWrittenUri(`sip:${encodeURIComponent(user)}@${address}`);
}

function dialogIdOf(callId: string, localTag: string | null, remoteTag: string | null): string {
  return `${callId}${localTag}${remoteTag}`;
}

/** Every user is ours: sip.js compares this with the request line. */
function anyUserOf({ localUser }: Context): URI {
  return new URI('sip', localUser, 'localhost');
}

layTimers(Timers);
