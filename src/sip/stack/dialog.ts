import { contentTypeOf, type SipRequest } from '../message/message.ts';
import { type Reply, reasonOf } from '../message/write.ts';
import type { Flow } from '../transport/flow.ts';
import { type Context, currentContext, runFor } from './context.ts';
import { contactOf } from './sip-js/core.ts';
import { sourceOf } from './sip-js/message.ts';
import type { InviteServer, Session, SipJs } from './sip-js/sip-js.ts';

/** What the other side does in a call, whoever began it. */
export interface DialogEvents {
  /** It knows that the call, or a new offer of its own, is answered. @param body SDP; '' = none */
  onAck(body: string): void;
  /** It hung up; the BYE is answered already. */
  onBye(): void;
  /** Answers were sent for 64 T1 and it never knew of the last one. */
  onLost(): void;
  /** A new offer; '' asks for one of ours. */
  onReinvite(offer: string): { readonly sdp: string } | Reply;
  onInfo(request: SipRequest): Reply;
}

export const SDP = 'application/sdp';
const NO_SDP: Reply = { status: 415, headers: [`Accept: ${SDP}`] };
/** What a call that is over has to say. */
export const GONE: Reply = { status: 481 };

/** A call that is set up, as far as signalling goes: RFC 3261, 12.2, 14.2 and 15. */
export class Dialog {
  readonly #sipJs: SipJs;
  readonly #events: DialogEvents;
  #context: Context;
  #session: Session | null = null;
  #lossTimer: NodeJS.Timeout | null = null;

  /** @param context of its first request */
  constructor(parts: { readonly sipJs: SipJs; readonly context: Context; readonly events: DialogEvents }) {
    this.#sipJs = parts.sipJs;
    this.#context = parts.context;
    this.#events = parts.events;
  }

  /** Where the other side was heard of last: its BYE may come from another port than its INVITE. */
  get context(): Context {
    return this.#context;
  }

  run<T>(work: () => T): T {
    return runFor(this.#context, work);
  }

  /** @param onAckTimeout told when the first answer was sent for 64 T1 in vain */
  begin(session: Session, onAckTimeout: () => void = () => {}): void {
    this.#session = session;
    session.delegate = {
      onAckTimeout,
      onAck: ({ message }) => {
        this.#noteFlow();
        this.end();
        this.#events.onAck(message.body);
      },
      onBye: (bye) => {
        bye.accept();
        this.#events.onBye();
      },
      onInvite: (server) => this.#answerReinvite(server),
      onInfo: (info) => {
        this.#noteFlow();
        const { status, headers = [] } = this.#events.onInfo(sourceOf(info.message));
        const options = { statusCode: status, extraHeaders: [...headers] };
        if (status < 300) info.accept(options);
        else info.reject(options);
      },
    };
  }

  /** RFC 3261, 15.1.1. */
  bye(): void {
    const session = this.#session;
    this.end();
    if (session === null) return;
    if (this.#context.flow.isClosed) session.dispose();
    else this.#sipJs.sendBye(session, this.#context);
  }

  /** The connection is gone: no BYE would reach anybody. */
  drop(): void {
    this.end();
    this.#session?.dispose();
  }

  /** No ACK is waited for any more. */
  end(): void {
    if (this.#lossTimer !== null) clearTimeout(this.#lossTimer);
    this.#lossTimer = null;
  }

  #noteFlow(): void {
    const flow: Flow | undefined = currentContext()?.flow;
    if (flow !== undefined) this.#context = { ...this.#context, flow };
  }

  #answerReinvite(server: InviteServer): void {
    this.#noteFlow();
    const request = sourceOf(server.message);
    const isReadable = request.body === '' || (contentTypeOf(request) ?? SDP) === SDP;
    const answer = isReadable ? this.#events.onReinvite(request.body) : NO_SDP;
    if ('status' in answer) {
      const { status, headers = [] } = answer;
      const extraHeaders = [...headers];
      const { message } = server.reject({ statusCode: status, reasonPhrase: reasonOf(answer), extraHeaders });
      this.#sipJs.repeatRefusal(server, message, this.#context);
      return;
    }
    // "The 2xx response to a target refresh request MUST contain a Contact": sip.js leaves it out here (12.2.2).
    const extraHeaders = [`Contact: ${contactOf(this.#context)}`];
    const body = { contentDisposition: 'session', contentType: SDP, content: answer.sdp };
    server.accept({ statusCode: 200, extraHeaders, body });
    this.end();
    this.#lossTimer = setTimeout(() => this.#events.onLost(), 64 * this.#context.t1);
  }
}
