import type { SipMessage, SipRequest } from '../message/message.ts';
import { headerOf, headersOf, tagOf } from '../message/message.ts';
import { type Answerable, readMessage } from '../message/read.ts';
import { type Reply, writeReply, writeWarning } from '../message/write.ts';
import { type Flow, writeEndpoint } from '../transport/flow.ts';
import { ClientCall } from './client-call.ts';
import { type Context, runFor } from './context.ts';
import { ServerCall } from './server-call.ts';
import { type Invite, SipJs, type SipJsCounts } from './sip-js/sip-js.ts';
import { markSource, transactionKey } from './via.ts';

/** Who decides what requests come to. */
interface StackEvents {
  /**
   * Asked of a new REGISTER or INVITE before anything is kept of it, so that challenging a flood costs no memory.
   * @returns the answer that it gets at once, or null: it goes on to `onRegister` or `onInvite`
   */
  screen(request: SipRequest, flow: Flow): Reply | null;
  onRegister(request: SipRequest, flow: Flow): Reply;
  onInvite(call: ServerCall): void;
}

export interface StackOptions {
  readonly userAgent: string;
  /** ms. */
  readonly t1: number;
  readonly events: StackEvents;
  /** Told of what sip.js, or we, did wrong. */
  readonly log: (message: string, error: unknown) => void;
}

const METHODS = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'INFO'] as const;
const ALLOW = METHODS.join(', ');
const ALLOWED: ReadonlySet<string> = new Set(METHODS);
/** Known to the standards and not taken here. */
const NOT_ALLOWED: ReadonlySet<string> = new Set([
  'MESSAGE',
  'NOTIFY',
  'PRACK',
  'PUBLISH',
  'REFER',
  'SUBSCRIBE',
  'UPDATE',
]);
const ACCEPT = 'Accept: application/sdp';

/** Everything between the transports and what calls mean: RFC 3261 without the session. */
export class Stack {
  readonly #options: StackOptions;
  readonly #sipJs: SipJs;

  constructor(options: StackOptions) {
    const { userAgent, events } = options;
    this.#options = options;
    this.#sipJs = new SipJs({
      userAgent,
      allow: ALLOW,
      events: {
        onInvite: (server, request) =>
          events.onInvite(new ServerCall({ sipJs: this.#sipJs, server, request })),
        onRegister: (server, request, flow) => {
          const { status, headers = [] } = events.onRegister(request, flow);
          const options = { statusCode: status, extraHeaders: [...headers] };
          if (status < 300) server.accept(options);
          else server.reject(options);
        },
      },
    });
  }

  /** What still lives; nothing does some time (64 T1) after the last request. */
  get counts(): SipJsCounts {
    return this.#sipJs.counts;
  }

  /** @param bytes a datagram, or one message of a stream */
  receive(flow: Flow, bytes: Buffer): void {
    const reading = readMessage(bytes);
    if (reading.kind === 'wrong') this.#refuseWrong(flow, reading);
    if (reading.kind !== 'message') return;
    try {
      this.#take(flow, reading.message);
    } catch (error) {
      this.#options.log('a SIP message could not be taken', error);
      if (reading.message.kind === 'request') this.#reply(flow, reading.message, { status: 500 });
    }
  }

  /** The stream cannot be read any further; what was read is told why. @param head with its empty line */
  refuseBroken(flow: Flow, head: Buffer, why: string): void {
    const reading = readMessage(head);
    if (reading.kind === 'garbage') return;
    const request = reading.kind === 'wrong' ? reading.request : reading.message;
    if (!('status' in request)) this.#refuseWrong(flow, { request, status: 400, why });
  }

  /** Calls a phone. */
  call(invite: Invite, flow: Flow): ClientCall {
    return new ClientCall({
      sipJs: this.#sipJs,
      context: this.#contextOf(flow, invite.from.user),
      invite,
    });
  }

  dispose(): void {
    this.#sipJs.dispose();
  }

  #take(flow: Flow, message: SipMessage): void {
    if (message.kind === 'response') {
      runFor(this.#contextOf(flow, ''), () => this.#sipJs.receiveResponse(message));
      return;
    }
    const key = transactionKey(message, tagOf(message.from), flow);
    // What belongs to a request that is known already goes to whoever knows it.
    const reply = this.#sipJs.knows(key) ? null : this.#judge(message, flow);
    if (reply !== null) {
      this.#reply(flow, message, reply);
      return;
    }
    runFor(this.#contextOf(flow, message.uri.user), () =>
      this.#sipJs.receiveRequest(message, { key, via: markSource(message.via, flow) }),
    );
  }

  /** RFC 3261, 8.2 and 12.2.2: what is wrong with a new request; null: nothing. */
  #judge(request: SipRequest, flow: Flow): Reply | null {
    const { method, uri } = request;
    if (method === 'ACK' || method === 'CANCEL') return null;
    if (!ALLOWED.has(method)) {
      return { status: NOT_ALLOWED.has(method) ? 405 : 501, headers: [`Allow: ${ALLOW}`] };
    }
    if (uri.scheme === 'sips') return { status: 416 };
    const required = headersOf(request, 'require').filter((tag) => tag !== '');
    if (required.length > 0) return { status: 420, headers: [`Unsupported: ${required.join(', ')}`] };
    if ((headerOf(request, 'content-encoding') ?? 'identity').toLowerCase() !== 'identity')
      return { status: 415, headers: ['Accept-Encoding: identity'] };
    const isInside = tagOf(request.to) !== null;
    if (isInside && !this.#sipJs.hasDialog(request)) return { status: 481 };
    if (method === 'OPTIONS') return { status: 200, headers: [`Allow: ${ALLOW}`, ACCEPT] };
    if (method === 'INVITE' && (request.contacts.length !== 1 || request.contacts[0] === '*'))
      return this.#explain({ status: 400 }, 'an INVITE has one Contact', flow);
    if (isInside) return null;
    if (method === 'BYE' || method === 'INFO') return { status: 481 };
    return this.#options.events.screen(request, flow);
  }

  #refuseWrong(
    flow: Flow,
    { request, status, why }: { readonly request: Answerable; readonly status: number; readonly why: string },
  ): void {
    if (request.method !== 'ACK') this.#reply(flow, request, this.#explain({ status }, why, flow));
  }

  #explain(reply: Reply, why: string, { local }: Flow): Reply {
    return { ...reply, headers: [...(reply.headers ?? []), writeWarning(writeEndpoint(local), why)] };
  }

  /** Nothing is kept of the request. */
  #reply(flow: Flow, request: Answerable, reply: Reply): void {
    if (request.method === 'ACK') return;
    const via = markSource(request.via, flow);
    flow.send(writeReply(request, { ...reply, via, server: this.#options.userAgent })).catch(() => {});
  }

  #contextOf(flow: Flow, localUser: string): Context {
    return { flow, localUser, t1: this.#options.t1 };
  }
}
