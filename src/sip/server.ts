import { setTimeout as sleep } from 'node:timers/promises';
import type { SipAccount } from '../sim/account/account.ts';
import type { Simulation } from '../sim/simulation.ts';
import { Guard } from './account/guard.ts';
import { type Binding, Registrar } from './account/registrar.ts';
import { readInvitation } from './call/invitation.ts';
import { PhoneCall } from './call/phone-call.ts';
import { REALM, type SipConfig } from './config.ts';
import { createMedia, type Media } from './media/media.ts';
import type { Reply } from './message/write.ts';
import type { Shelf } from './shelf.ts';
import type { ServerCall } from './stack/server-call.ts';
import type { SipJsCounts } from './stack/sip-js.ts';
import { Stack } from './stack/stack.ts';
import type { Flow } from './transport/flow.ts';

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
  /** A simulation was reset, or ended: none of its calls is known any more. */
  readonly onForgotten?: () => void;
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
  readonly #received = new WeakMap<Simulation, Map<number, PhoneCall>>();
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

  /** From now on `onForgotten` is told of it, even if it never has a call. */
  watch(simulation: Simulation): void {
    this.#receivedBy(simulation);
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
    const { config, directory, promptFolder, shelf, log } = this.#options;
    const { request, flow } = signalling;
    const invitation = readInvitation(request, flow, this.#guard.callerOf(request));
    if ('status' in invitation) {
      signalling.refuse(invitation);
      return;
    }
    const simulation = directory.simulationOf(invitation.headers.businessId);
    const call: PhoneCall = new PhoneCall({
      signalling,
      invitation,
      simulation,
      media: this.#media,
      ringMs: config.ringMs,
      giveUpMs: 64 * config.t1,
      promptFolder,
      shelf,
      log,
      onOver: () => {
        this.#calls.delete(call);
        const calls = this.#receivedBy(simulation);
        // After a reset another call may have the number.
        if (call.received !== null && calls.get(call.received.id) === call) calls.delete(call.received.id);
      },
    });
    this.#calls.add(call);
    void call.serve(({ id }) => this.#receivedBy(simulation).set(id, call));
  }

  #receivedBy(simulation: Simulation): Map<number, PhoneCall> {
    const known = this.#received.get(simulation);
    if (known !== undefined) return known;
    const calls = new Map<number, PhoneCall>();
    this.#received.set(simulation, calls);
    simulation.onPhones((callIds) => {
      for (const call of callIds === null
        ? [...calls.values()]
        : callIds.flatMap((id) => calls.get(id) ?? [])) {
        if (callIds === null) call.forget();
        else call.changed();
      }
      if (callIds !== null) return;
      calls.clear();
      this.#options.onForgotten?.();
    });
    return calls;
  }
}
