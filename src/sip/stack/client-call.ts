import type { Flow } from '../transport/flow.ts';
import type { Context } from './context.ts';
import { Dialog, type DialogEvents, GONE } from './dialog.ts';
import type { Invite, InviteClient, Session, SipJs } from './sip-js/sip-js.ts';

/** What the phone does that is called. After `onRefused`, `onBye` and `onLost` nothing more is told. */
export interface ClientCallEvents extends DialogEvents {
  onRinging(): void;
  /** Somebody picked up, and knows that we know. @param body SDP; '' = none */
  onAnswered(body: string): void;
  /** @param status 300 to 699 */
  onRefused(status: number): void;
}

type State = 'calling' | 'cancelled' | 'confirmed' | 'over';

/**
 * A call that goes out, from its INVITE to its BYE, as far as signalling goes: RFC 3261, 9.1, 13.2 and 15. Who makes it
 * sets `events` before the next tick.
 */
export class ClientCall {
  events: ClientCallEvents | null = null;
  readonly #client: InviteClient;
  readonly #dialog: Dialog;
  #state: State = 'calling';

  constructor(parts: { readonly sipJs: SipJs; readonly context: Context; readonly invite: Invite }) {
    const { sipJs, context, invite } = parts;
    this.#dialog = new Dialog({
      sipJs,
      context,
      events: {
        onAck: (body) => this.events?.onAck(body),
        onBye: () => this.#leave((events) => events.onBye()),
        onLost: () => {
          this.#dialog.bye();
          this.#leave((events) => events.onLost());
        },
        onReinvite: (offer) => this.events?.onReinvite(offer) ?? GONE,
        onInfo: (request) => this.events?.onInfo(request) ?? GONE,
      },
    });
    this.#client = sipJs.invite(invite, context, {
      onRinging: () => this.events?.onRinging(),
      onAccepted: (session, body) => {
        if (this.#state === 'calling') this.#confirm(session, body);
        // RFC 3261, 13.2.2.4: whoever does not want to go on says so after the ACK, by a BYE: the CANCEL came too late,
        // or a second phone behind the same address picked up as well.
        else sipJs.sendBye(session, context);
      },
      onRefused: (status) => this.#leave((events) => events.onRefused(status)),
    });
  }

  get flow(): Flow {
    return this.#dialog.context.flow;
  }

  get callId(): string {
    return this.#client.callId;
  }

  /** Hangs up, before the answer by CANCEL; nothing of the call is told after it. */
  hangUp(): void {
    if (this.#state === 'calling') {
      this.#state = 'cancelled';
      this.#client.cancel();
    } else if (this.#state === 'confirmed') {
      this.#dialog.bye();
      this.#state = 'over';
    }
    this.events = null;
  }

  /** The phone's connection is gone: nothing would reach it. */
  drop(): void {
    if (this.#state === 'calling' || this.#state === 'cancelled') this.#client.forget();
    this.#dialog.drop();
    this.#state = 'over';
    this.events = null;
  }

  #confirm(session: Session, body: string): void {
    this.#state = 'confirmed';
    this.#dialog.begin(session);
    this.events?.onAnswered(body);
  }

  #leave(tell: (events: ClientCallEvents) => void): void {
    const { events } = this;
    this.#state = 'over';
    this.#dialog.end();
    this.events = null;
    if (events !== null) tell(events);
  }
}
