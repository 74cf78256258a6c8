import type { Simulation } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import { NO_ANSWER, resultOfStatus } from '../cause.ts';
import type { ClientCall } from '../stack/client-call.ts';
import type { Flow } from '../transport/flow.ts';
import { CallLink } from './call-link.ts';
import { type Parties, PhoneCall, type PhoneCallOptions } from './phone-call.ts';
import { type ServedCall, servedCallOf } from './served-call.ts';

/** A call of the simulation that is to ring a phone. */
export interface PhoneToRing {
  readonly call: ServedCall;
  /** Of the SIP account. */
  readonly user: string;
  /** How long it rings at most, wall ms. */
  readonly mostMs: number;
  readonly caller: string;
  readonly callee: string;
}

/** @returns null: that call has no phone, or one that nobody has to ring any more */
export function readPhoneToRing(world: World, callId: number): PhoneToRing | null {
  const call = world.phoneCalls.get(callId);
  const rung = call?.phone?.rung ?? null;
  if (call === undefined || rung === null || call.state !== 'dialing') return null;
  return { ...rung, call: servedCallOf(call), caller: call.caller, callee: call.callee };
}

export interface OutgoingCallOptions extends PhoneCallOptions {
  readonly toRing: PhoneToRing;
  readonly simulation: Simulation;
  /** Where the phone was registered from. */
  readonly flow: Flow;
  /** Sends the INVITE. @param offer SDP */
  readonly invite: (offer: string) => ClientCall;
}

/** A task calls a number at whose other end there is a real phone (spec 4.4). */
export class OutgoingCall extends PhoneCall {
  readonly #own: OutgoingCallOptions;
  #signalling: ClientCall | null = null;

  constructor(options: OutgoingCallOptions) {
    super(options, new CallLink(options.simulation, options.toRing.call), 'calling');
    this.#own = options;
  }

  get parties(): Parties {
    const { caller, callee } = this.#own.toRing;
    return { direction: 'outbound', caller, callee, relationId: null };
  }

  get flow(): Flow {
    return this.#signalling?.flow ?? this.#own.flow;
  }

  get callId(): string | null {
    return this.#signalling?.callId ?? null;
  }

  /** Begins; never rejects. */
  ring(): Promise<void> {
    return this.attempt(() => this.#ring());
  }

  protected hangUp(): void {
    this.#signalling?.hangUp();
  }

  protected dropSignalling(): void {
    this.#signalling?.drop();
  }

  protected refuse(): void {}

  protected moveOn(): void {}

  async #ring(): Promise<void> {
    const { toRing, invite } = this.#own;
    const sound = await this.openSound(toRing.call, '');
    if (sound === null || 'status' in sound.first) return;
    this.timer = setTimeout(() => void this.end(null, { result: NO_ANSWER }), toRing.mostMs);
    this.#signalling = invite(sound.first.sdp);
    this.#signalling.events = {
      ...this.dialogEvents(),
      onRinging: () => void this.attempt(() => this.#noteRinging()),
      onAnswered: (body) =>
        void this.attempt(() => (sound.confirm(body) ? this.#pickUp() : this.end('line'))),
      onRefused: (status) => void this.end(null, { result: resultOfStatus(status) }),
    };
    // Somebody may have broken it off before it was known here.
    this.changed();
  }

  async #noteRinging(): Promise<void> {
    if (this.step !== 'calling') return;
    this.step = 'ringing';
    await this.link.ring(this.link.now);
  }

  async #pickUp(): Promise<void> {
    clearTimeout(this.timer);
    if (this.sound !== null) await this.talk(this.sound);
  }
}
