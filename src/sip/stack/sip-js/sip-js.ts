import {
  type ByeUserAgentClient,
  type IncomingInviteRequest,
  type IncomingRegisterRequest,
  type InviteUserAgentClient,
  InviteUserAgentServer,
  type Session,
  TransactionState,
  type URI,
  type UserAgentCore,
} from 'sip.js/lib/core/index.js';
import { type SipRequest, type SipResponse, tagOf } from '../../message/message.ts';
import type { Flow } from '../../transport/flow.ts';
import { type Context, runFor, servedContext } from '../context.ts';
import { contactOf, createCore } from './core.ts';
import { branchOf, sourceOf, toRequest, toResponse, toUri } from './message.ts';
import { Retransmissions } from './retransmission.ts';

/*
 * This folder alone knows sip.js 0.21.2. Of it, only the core is used: transactions, dialogs, 2xx sent again, offer and
 * answer.
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
  readonly #retransmissions = new Retransmissions();

  constructor({ userAgent, allow, events }: SipJsOptions) {
    this.#allow = allow;
    this.#core = createCore({
      userAgent,
      allow,
      delegate: {
        onInvite: (server) => events.onInvite(server, sourceOf(server.message)),
        onRegister: (server) => events.onRegister(server, sourceOf(server.message), servedContext().flow),
      },
    });
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
    const ownKey = this.#isAckOfAccepted(request, key) ? `${key};ack` : key;
    this.#core.receiveIncomingRequestFromTransport(toRequest(request, { key: ownKey, via }));
  }

  receiveResponse(response: SipResponse): void {
    const client = this.#core.userAgentClients.get(`${branchOf(response)}${response.method}`);
    this.#core.receiveIncomingResponseFromTransport(toResponse(response, client?.message.ruri));
  }

  /** Sends a refusal of an INVITE again over UDP until its ACK is in: timer G, which sip.js leaves out. */
  repeatRefusal(server: InviteServer, text: string, context: Context): void {
    if (context.flow.isReliable || !(server instanceof InviteUserAgentServer)) return;
    this.#repeatWhile(server, [TransactionState.Completed], { text, context });
  }

  /** Sends INVITE, over UDP until it is answered: timer A, which sip.js leaves out. */
  invite({ target, from, to, offer }: Invite, context: Context, events: InviteEvents): InviteClient {
    const headers = [`Contact: ${contactOf(context)}`, `Allow: ${this.#allow}`];
    const body = { contentDisposition: 'session', contentType: 'application/sdp', content: offer };
    const uris = [toUri(target), uriOf(from), uriOf(to)] as const;
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

  dispose(): void {
    this.#retransmissions.dispose();
    this.#core.dispose();
  }

  #repeatWhile(
    { transaction }: InviteUserAgentServer | InviteUserAgentClient | ByeUserAgentClient,
    states: readonly TransactionState[],
    what: { readonly text: string; readonly context: Context; readonly isCapped?: boolean },
  ): void {
    const { flow, t1 } = what.context;
    const t2 = what.isCapped === false ? Number.POSITIVE_INFINITY : 8 * t1;
    const send = () => void flow.send(what.text).catch(() => {});
    this.#retransmissions.repeatWhile(transaction, states, { send, t1, t2 });
  }

  /**
   * Sends CANCEL, over UDP until the INVITE is answered (timer E once more). "If there is no final response … in 64*T1
   * seconds, the client SHOULD … destroy the client transaction" (RFC 3261, 9.1).
   */
  #cancel(client: InviteUserAgentClient, context: Context): void {
    const { transaction } = client;
    const { flow, t1 } = context;
    const message = runFor(context, () => client.cancel());
    const send = () => {
      if (flow.isReliable || transaction.state !== TransactionState.Proceeding) return;
      flow.send(message.toString()).catch(() => {});
    };
    const onTimeout = () => this.#forget(client);
    const unanswered = [TransactionState.Calling, TransactionState.Proceeding];
    this.#retransmissions.repeatWhile(transaction, unanswered, { send, t1, t2: 8 * t1, onTimeout });
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
}

function uriOf({ user, address }: SipUser): URI {
  return toUri(`sip:${encodeURIComponent(user)}@${address}`);
}

function dialogIdOf(callId: string, localTag: string | null, remoteTag: string | null): string {
  return `${callId}${localTag}${remoteTag}`;
}
