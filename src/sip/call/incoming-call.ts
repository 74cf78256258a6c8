import type { FaultEffect } from '../../sim/fault/fault.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { Reply } from '../message/write.ts';
import type { ServerCall } from '../stack/server-call.ts';
import type { Flow } from '../transport/flow.ts';
import { CallLink } from './call-link.ts';
import type { Invitation } from './invitation.ts';
import { type Parties, PhoneCall, type PhoneCallOptions } from './phone-call.ts';
import type { ServedCall } from './served-call.ts';

export interface IncomingCallOptions extends PhoneCallOptions {
  readonly signalling: ServerCall;
  readonly invitation: Invitation;
  readonly simulation: Simulation;
  /** From the 180 to the 200 at least, wall ms. */
  readonly ringMs: number;
  /** Wall ms after which a caller that is not answered has given up: 64 T1. */
  readonly giveUpMs: number;
}

/** A phone calls a robot. */
export class IncomingCall extends PhoneCall {
  readonly #own: IncomingCallOptions;
  #hasRung = false;

  constructor(options: IncomingCallOptions) {
    super(options, new CallLink(options.simulation), 'arriving');
    this.#own = options;
    options.signalling.events = {
      ...this.dialogEvents(),
      onCancel: () => void this.end('customer'),
      onAck: (body) => void this.attempt(() => this.#confirm(body)),
    };
  }

  get parties(): Parties {
    const { caller, callee, headers } = this.#own.invitation;
    return { direction: 'inbound', caller, callee, relationId: headers.relationId };
  }

  get flow(): Flow {
    return this.#own.signalling.flow;
  }

  get callId(): string {
    return this.#own.signalling.callId;
  }

  /** Begins; never rejects. @param onReceived told once the simulation has the call */
  serve(onReceived: (call: ServedCall) => void): Promise<void> {
    return this.attempt(() => this.#arrive(onReceived));
  }

  protected hangUp(): void {
    this.#own.signalling.hangUp();
  }

  protected dropSignalling(): void {
    this.#own.signalling.drop();
  }

  protected refuse(reply: Reply): void {
    this.#own.signalling.refuse(reply);
  }

  protected moveOn({ mayAnswer }: { readonly mayAnswer: boolean }): void {
    const first = this.sound?.first;
    if (this.step !== 'ringing' || !this.#hasRung || !mayAnswer) return;
    if (first === undefined || 'status' in first) return;
    this.step = 'answered';
    this.#own.signalling.answer(first.sdp);
  }

  async #arrive(onReceived: (call: ServedCall) => void): Promise<void> {
    const { invitation, signalling, ringMs } = this.#own;
    const admission = await this.link.admit(invitation);
    if (admission.kind === 'fault') {
      this.#suffer(admission.fault);
      return;
    }
    if (admission.kind === 'refused') {
      await this.#giveUp(admission.reply);
      return;
    }
    if (this.isEnding) {
      // It was cancelled before the simulation had it.
      await this.link.end({ at: this.link.now, by: 'customer', recording: null });
      return;
    }
    onReceived(admission.call);
    signalling.trying();
    const sound = await this.openSound(admission.call, signalling.request.body);
    if (sound === null) return;
    if ('status' in sound.first) {
      await this.#giveUp(sound.first);
      return;
    }
    this.step = 'ringing';
    signalling.ring();
    this.timer = setTimeout(() => {
      this.#hasRung = true;
      this.changed();
    }, ringMs + admission.delayMs);
  }

  async #confirm(body: string): Promise<void> {
    const { sound } = this;
    if (sound === null) return;
    const isTaken = sound.confirm(body);
    if (this.step !== 'answered') return;
    if (isTaken) await this.talk(sound);
    else await this.end('line');
  }

  async #giveUp(reply: Reply): Promise<void> {
    this.refuse(reply);
    await this.end('line');
  }

  /** A fault rule struck: the caller is refused, or hears nothing at all. */
  #suffer({ httpStatus, network }: FaultEffect): void {
    if (network === undefined) {
      const isRefusal = httpStatus !== undefined && httpStatus >= 400 && httpStatus < 700;
      void this.#giveUp({ status: isRefusal ? httpStatus : 503 });
      return;
    }
    if (network === 'reset') this.flow.close();
    this.timer = setTimeout(() => this.drop(), this.#own.giveUpMs);
  }
}
