import type { SipRequest } from '../message/message.ts';
import { type Reply, reasonOf } from '../message/write.ts';
import type { Flow } from '../transport/flow.ts';
import { servedContext } from './context.ts';
import { Dialog, type DialogEvents, GONE, SDP } from './dialog.ts';
import type { InviteServer, Session, SipJs } from './sip-js/sip-js.ts';

/** What the caller does. After `onCancel`, `onBye` and `onLost` nothing more is told. */
export interface ServerCallEvents extends DialogEvents {
  /** It gave up while it rang; the INVITE is answered 487 already. */
  onCancel(): void;
}

type State = 'open' | 'answered' | 'confirmed' | 'over';

/**
 * A call that came in, from its INVITE to its BYE, as far as signalling goes: RFC 3261, 13.3 and 15. Who takes it
 * sets `events` before the next tick.
 */
export class ServerCall {
  readonly request: SipRequest;
  events: ServerCallEvents | null = null;
  readonly #sipJs: SipJs;
  readonly #server: InviteServer;
  readonly #dialog: Dialog;
  #state: State = 'open';
  /** RFC 3261, 15: "the callee's UA MUST NOT send a BYE on a confirmed dialog until it has received an ACK". */
  #hangsUpWhenConfirmed = false;

  constructor(parts: { readonly sipJs: SipJs; readonly server: InviteServer; readonly request: SipRequest }) {
    this.#sipJs = parts.sipJs;
    this.#server = parts.server;
    this.request = parts.request;
    this.#dialog = new Dialog({
      sipJs: parts.sipJs,
      context: { ...servedContext(), localUser: parts.request.uri.user },
      events: {
        onAck: (body) => this.#confirm(body),
        onBye: () => this.#takeBye(),
        onLost: () => this.#lose(),
        onReinvite: (offer) => this.events?.onReinvite(offer) ?? GONE,
        onInfo: (request) => this.events?.onInfo(request) ?? GONE,
      },
    });
    // RFC 3261, 9.2: "the UAS SHOULD immediately respond to the INVITE with a 487 (Request Terminated)".
    this.#server.delegate = {
      onCancel: () => {
        if (this.#state !== 'open') return;
        this.refuse({ status: 487 });
        this.events?.onCancel();
      },
    };
  }

  get flow(): Flow {
    return this.#dialog.context.flow;
  }

  get callId(): string {
    return this.request.callId;
  }

  trying(): void {
    this.#dialog.run(() => this.#server.trying());
  }

  ring(): void {
    if (this.#state !== 'open') return;
    this.#begin(this.#dialog.run(() => this.#server.progress({ statusCode: 180 }).session));
  }

  /** @param sdp the answer, or our offer where the INVITE had none */
  answer(sdp: string): void {
    if (this.#state !== 'open') return;
    this.#state = 'answered';
    const body = { contentDisposition: 'session', contentType: SDP, content: sdp };
    this.#begin(this.#dialog.run(() => this.#server.accept({ statusCode: 200, body }).session));
  }

  /** Only before `answer`. */
  refuse(reply: Reply): void {
    if (this.#state !== 'open') return;
    this.#state = 'over';
    const { status, headers = [] } = reply;
    const { message } = this.#dialog.run(() =>
      this.#server.reject({ statusCode: status, reasonPhrase: reasonOf(reply), extraHeaders: [...headers] }),
    );
    this.#sipJs.repeatRefusal(this.#server, message, this.#dialog.context);
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
    this.#dialog.drop();
  }

  #begin(session: Session): void {
    this.#dialog.begin(session, () => {
      if (this.#state === 'answered') this.#lose();
    });
  }

  #confirm(body: string): void {
    if (this.#state === 'answered') this.#state = 'confirmed';
    if (this.#hangsUpWhenConfirmed) this.#sendBye();
    else this.events?.onAck(body);
  }

  #takeBye(): void {
    // RFC 3261, 15.1.2: "the UAS MUST still respond to any pending requests received for that dialog".
    if (this.#state === 'open') this.refuse({ status: 487 });
    const { events } = this;
    this.#end();
    events?.onBye();
  }

  /** RFC 3261, 13.3.1.4: after 64 T1 without an ACK the session is ended by a BYE. */
  #lose(): void {
    const { events } = this;
    this.#sendBye();
    events?.onLost();
  }

  #sendBye(): void {
    this.#end();
    this.#dialog.bye();
  }

  #end(): void {
    this.#state = 'over';
    this.events = null;
    this.#dialog.end();
  }
}
