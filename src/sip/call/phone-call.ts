import { isDeepStrictEqual } from 'node:util';
import type { FaultEffect } from '../../sim/fault/fault.ts';
import { Refusal } from '../../sim/refusal.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { Media } from '../media/media.ts';
import { MediaError } from '../media/media-error.ts';
import type { SipRequest } from '../message/message.ts';
import type { Reply } from '../message/write.ts';
import type { Shelf } from '../shelf.ts';
import type { CallEvents, ServerCall } from '../stack/server-call.ts';
import type { Flow } from '../transport/flow.ts';
import { CallLink } from './call-link.ts';
import { Conversation } from './conversation.ts';
import { readInfoKey } from './info-key.ts';
import type { Invitation, ReceivedCall } from './invitation.ts';
import { CallGone, createScript } from './script.ts';
import { Sound } from './sound.ts';

export interface PhoneCallOptions {
  readonly signalling: ServerCall;
  readonly invitation: Invitation;
  readonly simulation: Simulation;
  readonly media: Media;
  /** From the 180 to the 200 at least, wall ms. */
  readonly ringMs: number;
  /** Wall ms after which a caller that is not answered has given up: 64 T1. */
  readonly giveUpMs: number;
  readonly promptFolder: string;
  readonly shelf: Shelf;
  readonly log: (message: string, error: unknown) => void;
  /** Told once nothing of it is left. */
  readonly onOver: () => void;
}

export type PhoneState = 'arriving' | 'ringing' | 'answered' | 'talking' | 'over';

type EndedBy = 'customer' | 'line' | 'platform';

const INFO_TYPES = 'application/dtmf-relay, application/dtmf';

/**
 * One call of a real phone: signalling, audio and simulation brought together. Whatever happens, it comes to `over`
 * once, and then nothing of it is left but its record.
 */
export class PhoneCall {
  readonly invitation: Invitation;
  readonly #options: PhoneCallOptions;
  readonly #signalling: ServerCall;
  readonly #link: CallLink;
  #state: PhoneState = 'arriving';
  #sound: Sound | null = null;
  #conversation: Conversation | null = null;
  #answeredAt: number | null = null;
  #hasRung = false;
  #timer: NodeJS.Timeout | undefined;
  #ending: Promise<void> | null = null;

  constructor(options: PhoneCallOptions) {
    this.#options = options;
    this.invitation = options.invitation;
    this.#signalling = options.signalling;
    this.#link = new CallLink(options.simulation);
    this.#signalling.events = this.#callEvents();
  }

  get state(): PhoneState {
    return this.#state;
  }

  get simulation(): Simulation {
    return this.#link.simulation;
  }

  get request(): SipRequest {
    return this.#signalling.request;
  }

  get flow(): Flow {
    return this.#signalling.flow;
  }

  /** Null before the simulation has it. */
  get received(): ReceivedCall | null {
    return this.#link.received;
  }

  /** Begins; never rejects. @param onReceived told once the simulation has the call */
  serve(onReceived: (call: ReceivedCall) => void): Promise<void> {
    return this.#attempt(() => this.#arrive(onReceived));
  }

  /** The simulation has changed the call. */
  changed(): void {
    void this.#attempt(async () => {
      const found = await this.#link.look();
      if (found === null || this.#state === 'over') return;
      if (found.isHungUp) await this.end('customer');
      else if (this.#state === 'ringing') this.#answer(found.mayAnswer);
      else this.#conversation?.wake();
    });
  }

  /** The simulation has forgotten it: a reset, or its end. */
  forget(): void {
    this.#link.forget();
    void this.end('line');
  }

  /** The connection that it came by is gone. */
  drop(): void {
    this.#signalling.drop();
    void this.end('line');
  }

  /** Hangs up, releases everything, and lets the simulation know; resolves when that is done. Never rejects. */
  end(by: EndedBy | null, at = this.#link.now): Promise<void> {
    this.#ending ??= this.#end(by, at);
    return this.#ending;
  }

  async #arrive(onReceived: (call: ReceivedCall) => void): Promise<void> {
    const admission = await this.#link.admit(this.invitation);
    if (admission.kind === 'fault') {
      this.#suffer(admission.fault);
      return;
    }
    if (admission.kind === 'refused') {
      this.#signalling.refuse(admission.reply);
      await this.end('line');
      return;
    }
    if (this.#ending !== null) {
      // It was cancelled before the simulation had it.
      await this.#end('customer', this.#link.now);
      return;
    }
    onReceived(admission.call);
    this.#signalling.trying();
    await this.#openSound(admission.call);
    if (this.#state !== 'arriving') return;
    this.#state = 'ringing';
    this.#signalling.ring();
    this.#timer = setTimeout(() => {
      this.#hasRung = true;
      this.changed();
    }, this.#options.ringMs + admission.delayMs);
  }

  async #openSound(call: ReceivedCall): Promise<void> {
    const { address } = this.flow.local;
    const sound = await Sound.open(this.#options.media, { call, address, offer: this.request.body });
    this.#sound = sound;
    if (this.#ending !== null) {
      // It ended in the meantime, and knew of no sound.
      await sound.close(0);
    } else if ('status' in sound.first) {
      this.#signalling.refuse(sound.first);
      await this.end('line');
    }
  }

  #answer(isReady: boolean): void {
    const first = this.#sound?.first;
    if (!this.#hasRung || !isReady || first === undefined || 'status' in first) return;
    this.#state = 'answered';
    this.#signalling.answer(first.sdp);
  }

  async #confirm(body: string): Promise<void> {
    const sound = this.#sound;
    if (sound === null) return;
    const isTaken = sound.confirm(body);
    if (this.#state !== 'answered') return;
    if (!isTaken) {
      await this.end('line');
      return;
    }
    this.#state = 'talking';
    sound.session.start();
    const answeredAt = this.#link.now;
    this.#answeredAt = answeredAt;
    await this.#link.answer(answeredAt);
    if (this.#ending === null) await this.#converse(sound, answeredAt);
  }

  async #converse({ session }: Sound, answeredAt: number): Promise<void> {
    const { promptFolder } = this.#options;
    const callId = this.received?.id ?? 0;
    const conversation = new Conversation({
      script: createScript({ simulation: this.simulation, callId, promptFolder }),
      session,
      now: () => this.#link.now - answeredAt,
    });
    this.#conversation = conversation;
    const { listening } = conversation;
    session.events = {
      onDtmf: (key, atMs) => listening.key(key, atMs),
      onSpeechStart: (atMs) => listening.speechStarts(atMs),
      onSpeechEnd: (atMs) => listening.speechEnds(atMs),
      onFailed: (error) => void this.#fail(error),
    };
    const endMs = await conversation.run();
    if (endMs !== null) await this.end(null, answeredAt + endMs);
  }

  #callEvents(): CallEvents {
    return {
      onCancel: () => void this.end('customer'),
      onBye: () => void this.end('customer'),
      onLost: () => void this.end('line'),
      onAck: (body) => void this.#attempt(() => this.#confirm(body)),
      onReinvite: (offer) => this.#renegotiate(offer),
      onInfo: (request) => this.#takeInfo(request),
    };
  }

  /** RFC 3261, 14.2: hold, resume, another address. */
  #renegotiate(offer: string): { readonly sdp: string } | Reply {
    const answer = this.#sound?.answer(offer) ?? { status: 481 };
    if ('direction' in answer) {
      const { direction } = answer;
      this.#conversation?.listening.hold(direction === 'recvonly' || direction === 'inactive');
    }
    return answer;
  }

  #takeInfo(request: SipRequest): Reply {
    const key = readInfoKey(request);
    if (key === undefined) return { status: 415, headers: [`Accept: ${INFO_TYPES}`] };
    if (key !== null && this.#answeredAt !== null)
      this.#conversation?.listening.key(key, this.#link.now - this.#answeredAt);
    return { status: 200 };
  }

  /** A fault rule struck: the caller is refused, or hears nothing at all. */
  #suffer({ httpStatus, network }: FaultEffect): void {
    if (network === undefined) {
      const isRefusal = httpStatus !== undefined && httpStatus >= 400 && httpStatus < 700;
      this.#signalling.refuse({ status: isRefusal ? httpStatus : 503 });
      void this.end('line');
      return;
    }
    if (network === 'reset') this.flow.close();
    this.#timer = setTimeout(() => this.drop(), this.#options.giveUpMs);
  }

  async #end(by: EndedBy | null, at: number): Promise<void> {
    this.#state = 'over';
    clearTimeout(this.#timer);
    this.#conversation?.stop();
    this.#signalling.hangUp();
    const { log, shelf, onOver } = this.#options;
    const talkMs = this.#answeredAt === null ? 0 : Math.max(0, at - this.#answeredAt);
    const foreseen = this.#answeredAt === null ? null : (this.#sound?.foresee(talkMs) ?? null);
    try {
      // The record does not wait for the sound: its file will be as long as the talk was.
      const ended = this.#link.end({ at, by, recording: foreseen });
      const closing = this.#sound?.close(talkMs);
      if (foreseen !== null && closing !== undefined) shelf.complete(foreseen.file, closing);
      const closed = await closing;
      await ended;
      if (closed === undefined) return;
      const { recording, problem } = closed;
      if (problem !== null) log(`the recording ${recording?.file} is not whole`, new Error(problem));
      if (!isDeepStrictEqual(recording, foreseen)) await this.#link.correct(recording);
    } catch (error) {
      // A store that cannot be written, or is closed: the next start ends the call.
      if (!(error instanceof Refusal)) log('a call could not be ended', error);
    } finally {
      onOver();
    }
  }

  async #fail(error: unknown): Promise<void> {
    const isOurs = !(error instanceof CallGone || error instanceof Refusal || error instanceof MediaError);
    if (isOurs) this.#options.log('a call failed', error);
    this.#signalling.refuse({ status: isOurs ? 500 : 503 });
    await this.end('line');
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.#fail(error);
    }
  }
}
