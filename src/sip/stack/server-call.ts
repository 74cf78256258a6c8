import { contentTypeOf, type SipRequest } from '../message/message.ts';
import { type Reply, reasonOf } from '../message/write.ts';
import type { Flow } from '../transport/flow.ts';
import { type Context, currentContext, runFor, servedContext } from './context.ts';
import { type InviteServer, type Session, type SipJs, sourceOf } from './sip-js.ts';

/** What the caller does. After `onCancel`, `onBye` and `onLost` nothing more is told. */
export interface CallEvents {
  /** It gave up while it rang; the INVITE is answered 487 already. */
  onCancel(): void;
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

const SDP = 'application/sdp';
const NO_SDP: Reply = { status: 415, headers: [`Accept: ${SDP}`] };
const GONE: Reply = { status: 481 };

type State = 'open' | 'answered' | 'confirmed' | 'over';

/**
 * A call that came in, from its INVITE to its BYE, as far as signalling goes: RFC 3261, 13.3 and 15. Who takes it
 * sets `events` before the next tick.
 */
export class ServerCall {
  readonly request: SipRequest;
  events: CallEvents | null = null;
  readonly #sipJs: SipJs;
  readonly #server: InviteServer;
  readonly #t1: number;
  #flow: Flow;
  #session: Session | null = null;
  #state: State = 'open';
  /** RFC 3261, 15: "the callee's UA MUST NOT send a BYE on a confirmed dialog until it has received an ACK". */
  #hangsUpWhenConfirmed = false;
  #lossTimer: NodeJS.Timeout | null = null;

  constructor(parts: { readonly sipJs: SipJs; readonly server: InviteServer; readonly request: SipRequest }) {
    this.#sipJs = parts.sipJs;
    this.#server = parts.server;
    this.request = parts.request;
    const { flow, t1 } = servedContext();
    this.#flow = flow;
    this.#t1 = t1;
    // RFC 3261, 9.2: "the UAS SHOULD immediately respond to the INVITE with a 487 (Request Terminated)".
    this.#server.delegate = {
      onCancel: () => {
        if (this.#state !== 'open') return;
        this.refuse({ status: 487 });
        this.events?.onCancel();
      },
    };
  }

  /** Where the caller was heard of last: its BYE may come from another port than its INVITE. */
  get flow(): Flow {
    return this.#flow;
  }

  /** Whether nothing more can be said in it. */
  get isOver(): boolean {
    return this.#state === 'over';
  }

  trying(): void {
    this.#run(() => this.#server.trying());
  }

  ring(): void {
    if (this.#state !== 'open') return;
    this.#watch(this.#run(() => this.#server.progress({ statusCode: 180 }).session));
  }

  /** @param sdp the answer, or our offer where the INVITE had none */
  answer(sdp: string): void {
    if (this.#state !== 'open') return;
    this.#state = 'answered';
    const body = { contentDisposition: 'session', contentType: SDP, content: sdp };
    this.#watch(this.#run(() => this.#server.accept({ statusCode: 200, body }).session));
  }

  /** Only before `answer`. */
  refuse(reply: Reply): void {
    if (this.#state !== 'open') return;
    this.#state = 'over';
    const { status, headers = [] } = reply;
    const { message } = this.#run(() =>
      this.#server.reject({ statusCode: status, reasonPhrase: reasonOf(reply), extraHeaders: [...headers] }),
    );
    this.#sipJs.repeatRefusal(this.#server, message, this.#context);
  }

  /** Hangs up, before the answer with 480; nothing of the call is told after it. */
  hangUp(): void {
    if (this.#state === 'open') this.refuse({ status: 480 });
    else if (this.#state === 'answered') this.#hangsUpWhenConfirmed = true;
    else if (this.#state === 'confirmed') this.#sendBye();
    this.events = null;
  }

  /** The caller's connection is gone: no BYE would reach it. */
  drop(): void {
    if (this.#state === 'open') this.refuse({ status: 480 });
    this.#end();
    this.#session?.dispose();
  }

  get #context(): Context {
    return { flow: this.#flow, localUser: this.request.uri.user, t1: this.#t1 };
  }

  #run<T>(work: () => T): T {
    return runFor(this.#context, work);
  }

  #watch(session: Session): void {
    this.#session = session;
    session.delegate = {
      onAck: ({ message }) => this.#confirm(message.body),
      onAckTimeout: () => {
        if (this.#state === 'answered') this.#lose();
      },
      onBye: (bye) => {
        bye.accept();
        // RFC 3261, 15.1.2: "the UAS MUST still respond to any pending requests received for that dialog".
        if (this.#state === 'open') this.refuse({ status: 487 });
        const { events } = this;
        this.#end();
        events?.onBye();
      },
      onInvite: (server) => this.#answerReinvite(server),
      onInfo: (info) => {
        this.#noteFlow();
        const { status, headers = [] } = this.events?.onInfo(sourceOf(info.message)) ?? GONE;
        const options = { statusCode: status, extraHeaders: [...headers] };
        if (status < 300) info.accept(options);
        else info.reject(options);
      },
    };
  }

  #confirm(body: string): void {
    this.#noteFlow();
    this.#stopLossTimer();
    if (this.#state === 'answered') this.#state = 'confirmed';
    if (this.#hangsUpWhenConfirmed) this.#sendBye();
    else this.events?.onAck(body);
  }

  /** RFC 3261, 13.3.1.4: after 64 T1 without an ACK the session is ended by a BYE. */
  #lose(): void {
    const { events } = this;
    this.#sendBye();
    events?.onLost();
  }

  #answerReinvite(server: InviteServer): void {
    this.#noteFlow();
    const request = sourceOf(server.message);
    const type = contentTypeOf(request) ?? SDP;
    const isReadable = request.body === '' || type === SDP;
    const answer = isReadable ? (this.events?.onReinvite(request.body) ?? GONE) : NO_SDP;
    if ('status' in answer) {
      const { status, headers = [] } = answer;
      const extraHeaders = [...headers];
      const { message } = server.reject({ statusCode: status, reasonPhrase: reasonOf(answer), extraHeaders });
      this.#sipJs.repeatRefusal(server, message, this.#context);
      return;
    }
    // "The 2xx response to a target refresh request MUST contain a Contact": sip.js leaves it out here (12.2.2).
    const extraHeaders = [`Contact: ${this.#sipJs.contactOf(this.#context)}`];
    const body = { contentDisposition: 'session', contentType: SDP, content: answer.sdp };
    server.accept({ statusCode: 200, extraHeaders, body });
    this.#stopLossTimer();
    this.#lossTimer = setTimeout(() => this.#lose(), 64 * this.#t1);
  }

  #sendBye(): void {
    const session = this.#session;
    this.#end();
    if (session === null) return;
    if (this.#flow.isClosed) session.dispose();
    else this.#sipJs.sendBye(session, this.#context);
  }

  #end(): void {
    this.#state = 'over';
    this.events = null;
    this.#stopLossTimer();
  }

  #stopLossTimer(): void {
    if (this.#lossTimer !== null) clearTimeout(this.#lossTimer);
    this.#lossTimer = null;
  }

  #noteFlow(): void {
    this.#flow = currentContext()?.flow ?? this.#flow;
  }
}
