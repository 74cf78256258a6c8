import { setTimeout as sleep } from 'node:timers/promises';
import type { SipAccount } from '../sim/account/account.ts';
import { Refusal } from '../sim/refusal.ts';
import type { Simulation } from '../sim/simulation.ts';
import { Guard } from './account/guard.ts';
import { type Binding, Registrar } from './account/registrar.ts';
import { CallLink } from './call/call-link.ts';
import { IncomingCall } from './call/incoming-call.ts';
import { readInvitation } from './call/invitation.ts';
import { OutgoingCall, type PhoneToRing, readPhoneToRing } from './call/outgoing-call.ts';
import type { PhoneCall, PhoneCallOptions } from './call/phone-call.ts';
import { NOT_REGISTERED } from './cause.ts';
import { REALM, type SipConfig } from './config.ts';
import { createMedia, type Media } from './media/media.ts';
import type { Reply } from './message/write.ts';
import type { Shelf } from './shelf.ts';
import type { ServerCall } from './stack/server-call.ts';
import type { SipJsCounts } from './stack/sip-js/sip-js.ts';
import { Stack } from './stack/stack.ts';
import { type Flow, writeEndpoint } from './transport/flow.ts';

/** Where what comes in belongs: a universe, or the default simulator for what is unknown. */
interface SipDirectory {
  simulationOf(businessId: string): Simulation;
  accountOf(user: string): SipAccount | null;
}

export interface SipServerOptions {
  readonly config: SipConfig;
  /** Where RTP listens, an IP literal. */
  readonly host: string;
  readonly directory: SipDirectory;
  /** Product and version, as User-Agent. */
  readonly userAgent: string;
  /** Takes the recordings. */
  readonly shelf: Shelf;
  /** From where WAV files of scripts are looked for. */
  readonly promptFolder: string;
  readonly log: (message: string, error: unknown) => void;
}

const CLOSING: Reply = { status: 503 };
/** Wall ms that the last messages have to leave. */
const GOODBYE_MS = 20;

/** The platform as a SIP server: phones register, and call robots (spec 4). */
export class SipServer {
  readonly #options: SipServerOptions;
  readonly #registrar = new Registrar(Date.now);
  readonly #guard: Guard;
  readonly #stack: Stack;
  readonly #calls = new Set<PhoneCall>();
  /** Calls by the simulation that has them, and their ids there. */
  readonly #known = new WeakMap<Simulation, Map<number, PhoneCall>>();
  readonly #media: Media;
  #isClosing = false;

  constructor(options: SipServerOptions) {
    const { config, host, shelf, directory, userAgent, log } = options;
    this.#options = options;
    this.#media = createMedia({
      host,
      ports: config.rtpPorts,
      recordingFolder: shelf.folder,
      onError: (error) => log('the audio of SIP calls failed', error),
    });
    this.#guard = new Guard({
      realm: REALM,
      algorithms: config.algorithms,
      inviteAuth: config.inviteAuth,
      registrar: this.#registrar,
      now: Date.now,
      accountOf: (user) => directory.accountOf(user),
    });
    this.#stack = new Stack({
      userAgent,
      t1: config.t1,
      log,
      events: {
        screen: (request, flow) => (this.#isClosing ? CLOSING : this.#guard.judge(request, flow)),
        onRegister: (request, flow) => this.#registrar.register(request, flow),
        onInvite: (call) => this.#invite(call),
      },
    });
  }

  /** @param message a datagram, or one message of a stream */
  receive(flow: Flow, message: Buffer): void {
    this.#stack.receive(flow, message);
  }

  /** A stream cannot be read any further. @param head of the message that it failed at; null: not even that was read */
  refuseBroken(flow: Flow, why: string, head: Buffer | null): void {
    if (head !== null) this.#stack.refuseBroken(flow, head, why);
  }

  /** A connection is gone, and with it what was registered and talked over it. */
  dropFlow(flow: Flow): void {
    this.#registrar.dropFlow(flow);
    for (const call of this.#calls) if (call.flow === flow) call.drop();
  }

  /** Whether a phone is registered with an account. */
  isReachable(user: string): boolean {
    return !this.#isClosing && this.#bindingOf(user) !== undefined;
  }

  /** A simulation has changed calls of phones, or made ones that are to ring. @param callIds null: it knows none any more */
  changed(simulation: Simulation, callIds: readonly number[] | null): void {
    const calls = this.#callsOf(simulation);
    if (callIds === null) {
      for (const call of calls.values()) call.forget();
      calls.clear();
      return;
    }
    for (const id of callIds) {
      const call = calls.get(id);
      if (call !== undefined) call.changed();
      else void this.#lookAt(simulation, id);
    }
  }

  bindings(): Binding[] {
    return this.#registrar.bindings();
  }

  calls(): PhoneCall[] {
    return [...this.#calls];
  }

  /** What signalling still keeps; nothing some time after the last request. */
  get counts(): SipJsCounts {
    return this.#stack.counts;
  }

  /** Hangs up all calls, their records and recordings made; then closes everything. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.calls().map((call) => call.end('platform')));
    // What was said last goes out.
    await sleep(GOODBYE_MS);
    this.#stack.dispose();
    this.#registrar.close();
    await this.#media.close();
  }

  /** What is still under way, a line each; nothing after `close`. */
  held(): readonly string[] {
    return this.#calls.size === 0 ? [] : [`${this.#calls.size} SIP calls`];
  }

  #invite(signalling: ServerCall): void {
    const { config, directory } = this.#options;
    const { request, flow } = signalling;
    const invitation = readInvitation(request, flow, this.#guard.callerOf(request));
    if ('status' in invitation) {
      signalling.refuse(invitation);
      return;
    }
    const simulation = directory.simulationOf(invitation.headers.businessId);
    const call: IncomingCall = new IncomingCall({
      ...this.#serving(simulation, () => call),
      signalling,
      invitation,
      simulation,
      ringMs: config.ringMs,
      giveUpMs: 64 * config.t1,
    });
    this.#calls.add(call);
    void call.serve(({ id }) => this.#callsOf(simulation).set(id, call));
  }

  /** A call that nobody here knows: it is new, or was over before the simulation told of it. */
  async #lookAt(simulation: Simulation, callId: number): Promise<void> {
    try {
      const toRing = await simulation.read((world) => readPhoneToRing(world, callId));
      if (toRing !== null && !this.#callsOf(simulation).has(callId)) this.#ring(simulation, toRing);
    } catch (error) {
      // A store that cannot be written, or is closed: the next start ends the call.
      if (!(error instanceof Refusal)) this.#options.log('a call to a phone could not be made', error);
    }
  }

  #ring(simulation: Simulation, toRing: PhoneToRing): void {
    const binding = this.#isClosing ? undefined : this.#bindingOf(toRing.user);
    if (binding === undefined) {
      const link = new CallLink(simulation, toRing.call);
      link
        .end({ at: link.now, by: null, recording: null, result: NOT_REGISTERED })
        .catch((error) => this.#options.log('a call could not be ended', error));
      return;
    }
    const { flow, contact } = binding;
    const address = writeEndpoint(flow.local);
    const from = { user: toRing.caller, address };
    const to = { user: toRing.user, address };
    const call: OutgoingCall = new OutgoingCall({
      ...this.#serving(simulation, () => call),
      toRing,
      simulation,
      flow,
      invite: (offer) => this.#stack.call({ target: contact, from, to, offer }, flow),
    });
    this.#calls.add(call);
    this.#callsOf(simulation).set(toRing.call.id, call);
    void call.ring();
  }

  #serving(simulation: Simulation, callOf: () => PhoneCall): PhoneCallOptions {
    const { promptFolder, shelf, log } = this.#options;
    return {
      media: this.#media,
      promptFolder,
      shelf,
      log,
      onOver: () => {
        const over = callOf();
        this.#calls.delete(over);
        const calls = this.#callsOf(simulation);
        // After a reset another call may have the number.
        if (over.call !== null && calls.get(over.call.id) === over) calls.delete(over.call.id);
      },
    };
  }

  /** The last one that was made or refreshed: an account rings one phone (choice). */
  #bindingOf(user: string): Binding | undefined {
    return this.#registrar.of(user).findLast(({ flow }) => !flow.isClosed);
  }

  #callsOf(simulation: Simulation): Map<number, PhoneCall> {
    const known = this.#known.get(simulation);
    if (known !== undefined) return known;
    const calls = new Map<number, PhoneCall>();
    this.#known.set(simulation, calls);
    return calls;
  }
}
