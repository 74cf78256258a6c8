import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Call, PhoneRecording } from '../../sim/call/call.ts';
import { answerPhone, endPhone, mayAnswer } from '../../sim/call/phone.ts';
import type { FaultEffect } from '../../sim/fault/fault.ts';
import { recordingSize } from '../../sim/recording/size.ts';
import { Refusal } from '../../sim/refusal.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import type { Media, MediaSession } from '../media/media.ts';
import { MediaError } from '../media/media-error.ts';
import type { SipRequest } from '../message/message.ts';
import type { Reply } from '../message/write.ts';
import type { Shelf } from '../shelf.ts';
import type { CallEvents, ServerCall } from '../stack/server-call.ts';
import { bracket, type Flow } from '../transport/flow.ts';
import { Conversation } from './conversation.ts';
import { readInfoKey } from './info-key.ts';
import { admitCall, type Invitation, type ReceivedCall, refuseOffer } from './invitation.ts';
import { CallGone, createScript } from './script.ts';

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

const INFO_TYPES = 'application/dtmf-relay, application/dtmf';

export type PhoneState = 'arriving' | 'ringing' | 'answered' | 'talking' | 'over';

type EndedBy = 'customer' | 'line' | 'platform';

/**
 * One call of a real phone: signalling, audio and simulation brought together. Whatever happens, it comes to `over`
 * once, and then nothing of it is left but its record.
 */
export class PhoneCall {
  readonly #options: PhoneCallOptions;
  #state: PhoneState = 'arriving';
  #received: ReceivedCall | null = null;
  #session: MediaSession | null = null;
  /** What the 200 says. */
  #sdp = '';
  #conversation: Conversation | null = null;
  #answeredAt: number | null = null;
  #hasRung = false;
  #isForgotten = false;
  #timer: NodeJS.Timeout | undefined;
  #ending: Promise<void> | null = null;

  constructor(options: PhoneCallOptions) {
    this.#options = options;
    options.signalling.events = this.#callEvents();
  }

  get state(): PhoneState {
    return this.#state;
  }

  get simulation(): Simulation {
    return this.#options.simulation;
  }

  get invitation(): Invitation {
    return this.#options.invitation;
  }

  get request(): SipRequest {
    return this.#options.signalling.request;
  }

  get flow(): Flow {
    return this.#options.signalling.flow;
  }

  /** Null before the simulation has it. */
  get received(): ReceivedCall | null {
    return this.#received;
  }

  /** From the INVITE to the end; never rejects. @param onReceived told once the simulation has the call */
  async serve(onReceived: (call: ReceivedCall) => void): Promise<void> {
    try {
      await this.#arrive(onReceived);
    } catch (error) {
      await this.#fail(error);
    }
  }

  /** The simulation has changed the call. */
  changed(): void {
    void this.#attempt(async () => {
      const found = await this.#look();
      if (found === null || this.#state === 'over') return;
      if (found.isHungUp) await this.end('customer');
      else if (this.#state === 'ringing') this.#answer(found.mayAnswer);
      else this.#conversation?.wake();
    });
  }

  /** The simulation has forgotten it: a reset, or its end. */
  forget(): void {
    this.#isForgotten = true;
    void this.end('line');
  }

  /** The connection that it came by is gone. */
  drop(): void {
    this.#options.signalling.drop();
    void this.end('line');
  }

  /** Hangs up, releases everything, and lets the simulation know; resolves when that is done. Never rejects. */
  end(by: EndedBy | null, at = this.#now()): Promise<void> {
    this.#ending ??= this.#end(by, at);
    return this.#ending;
  }

  /** What the simulation has come to with the call; null: it has it no more. */
  async #look(): Promise<{ readonly mayAnswer: boolean; readonly isHungUp: boolean } | null> {
    const id = this.#received?.id;
    return this.#options.simulation.read((world) => {
      const call = id === undefined ? undefined : world.phoneCalls.get(id);
      if (call === undefined) return null;
      const isHungUp = call.outside.some(({ kind }) => kind === 'hangup');
      return { mayAnswer: mayAnswer(world, call), isHungUp };
    });
  }

  async #arrive(onReceived: (call: ReceivedCall) => void): Promise<void> {
    const { signalling, invitation, simulation } = this.#options;
    const admission = await simulation.execute((world) => admitCall(world, invitation));
    if (admission.kind === 'fault') {
      this.#suffer(admission.fault);
      return;
    }
    if (admission.kind === 'refused') {
      signalling.refuse(admission.reply);
      await this.end('line');
      return;
    }
    this.#received = admission.call;
    if (this.#ending !== null) {
      // It was cancelled before the simulation had it.
      await this.#end('customer', this.#now());
      return;
    }
    onReceived(admission.call);
    signalling.trying();
    await this.#openMedia(admission.call);
    if (this.#state !== 'arriving') return;
    this.#state = 'ringing';
    signalling.ring();
    this.#timer = setTimeout(() => {
      this.#hasRung = true;
      this.changed();
    }, this.#options.ringMs + admission.delayMs);
  }

  async #openMedia({ uuid, chance }: ReceivedCall): Promise<void> {
    const { signalling, media } = this.#options;
    const { local } = signalling.flow;
    const offer = signalling.request.body;
    const session = await media.open({ callId: uuid, seed: chance, advertise: local.address });
    this.#session = session;
    if (this.#ending !== null) {
      // It ended in the meantime, and knew of no session.
      await session.close(0);
      return;
    }
    if (offer === '') {
      this.#sdp = session.offer();
      return;
    }
    const answer = session.answer(offer);
    if (answer.ok) this.#sdp = answer.sdp;
    else {
      signalling.refuse(refuseOffer(answer, bracket(local.address)));
      await this.end('line');
    }
  }

  #answer(isReady: boolean): void {
    if (!this.#hasRung || !isReady) return;
    this.#state = 'answered';
    this.#options.signalling.answer(this.#sdp);
  }

  /** RFC 3261, 13.2.2.4: the ACK carries the answer to an offer of ours. */
  async #confirm(body: string): Promise<void> {
    const session = this.#session;
    const received = this.#received;
    if (session === null || received === null) return;
    if (body !== '' && !session.setRemote(body).ok && this.#state === 'answered') {
      await this.end('line');
      return;
    }
    if (this.#state !== 'answered') return;
    this.#state = 'talking';
    session.start();
    const answeredAt = this.#now();
    this.#answeredAt = answeredAt;
    await this.#change((world, call) => answerPhone(world, call, answeredAt));
    await this.#converse(session, { callId: received.id, answeredAt });
  }

  async #converse(session: MediaSession, call: { callId: number; answeredAt: number }): Promise<void> {
    if (this.#ending !== null) return;
    const { simulation, promptFolder } = this.#options;
    const conversation = new Conversation({
      script: createScript({ simulation, callId: call.callId, promptFolder }),
      session,
      now: () => this.#now() - call.answeredAt,
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
    if (endMs !== null) await this.end(null, call.answeredAt + endMs);
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
    const session = this.#session;
    if (session === null) return { status: 481 };
    if (offer === '') return { sdp: session.offer() };
    const answer = session.answer(offer);
    if (!answer.ok) return refuseOffer(answer, bracket(this.flow.local.address));
    this.#conversation?.listening.hold(answer.direction === 'recvonly' || answer.direction === 'inactive');
    return { sdp: answer.sdp };
  }

  #takeInfo(request: SipRequest): Reply {
    const key = readInfoKey(request);
    if (key === undefined) return { status: 415, headers: [`Accept: ${INFO_TYPES}`] };
    if (key !== null && this.#answeredAt !== null)
      this.#conversation?.listening.key(key, this.#now() - this.#answeredAt);
    return { status: 200 };
  }

  /** A fault rule struck: the caller is refused, or hears nothing at all. */
  #suffer({ httpStatus, network }: FaultEffect): void {
    const { signalling, giveUpMs } = this.#options;
    if (network === undefined) {
      const isRefusal = httpStatus !== undefined && httpStatus >= 400 && httpStatus < 700;
      signalling.refuse({ status: isRefusal ? httpStatus : 503 });
      void this.end('line');
      return;
    }
    if (network === 'reset') signalling.flow.close();
    this.#timer = setTimeout(() => this.drop(), giveUpMs);
  }

  async #end(by: EndedBy | null, at: number): Promise<void> {
    this.#state = 'over';
    clearTimeout(this.#timer);
    this.#conversation?.stop();
    this.#options.signalling.hangUp();
    const talkMs = this.#answeredAt === null ? 0 : Math.max(0, at - this.#answeredAt);
    const recording = this.#answeredAt === null ? null : this.#foresee(talkMs);
    try {
      // The record does not wait for the sound: the file will be as long as the talk was.
      const ended = this.#change((world, call) => endPhone(world, call, { at, by, recording }));
      const closing = this.#closeSession(talkMs);
      if (recording !== null) this.#options.shelf.complete(recording.file, closing);
      const file = await closing;
      await ended;
      if (recording !== null && !isDeepStrictEqual(file, recording)) await this.#correct(file);
    } catch (error) {
      // A store that cannot be written, or is closed: the next start ends the call.
      if (!(error instanceof Refusal)) this.#options.log('a call could not be ended', error);
    } finally {
      this.#options.onOver();
    }
  }

  #foresee(durationMs: number): PhoneRecording {
    const file = `${this.#received?.uuid}.wav`;
    return { file, durationMs, bytes: recordingSize(durationMs) };
  }

  async #closeSession(talkMs: number): Promise<PhoneRecording | null> {
    const file = (await this.#session?.close(talkMs)) ?? null;
    if (file === null) return null;
    const { path, bytes, durationMs, problem } = file;
    if (problem !== null) this.#options.log(`the recording ${path} is not whole`, new Error(problem));
    return { file: basename(path), durationMs, bytes };
  }

  /** What was recorded is not what it should have been: a full disk, or a thread that died. */
  async #correct(recording: PhoneRecording | null): Promise<void> {
    const id = this.#received?.id ?? 0;
    if (this.#isForgotten) return;
    await this.#options.simulation.execute((world) => {
      const call = world.call(id);
      if (call?.phone == null) return;
      call.phone.recording = recording;
      world.touchCall(call);
    });
  }

  async #fail(error: unknown): Promise<void> {
    const isOurs = !(error instanceof CallGone || error instanceof Refusal || error instanceof MediaError);
    if (isOurs) this.#options.log('a call failed', error);
    this.#options.signalling.refuse({ status: isOurs ? 500 : 503 });
    await this.end('line');
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.#fail(error);
    }
  }

  async #change(command: (world: World, call: Call) => void): Promise<void> {
    const id = this.#received?.id;
    if (id === undefined || this.#isForgotten) return;
    await this.#options.simulation.execute((world) => {
      const call = world.phoneCalls.get(id);
      if (call !== undefined) command(world, call);
    });
  }

  /** The call's own time (spec 4.3). */
  #now(): number {
    if (this.#received === null) return 0;
    const { dialAt, wallAt } = this.#received;
    return dialAt + Math.max(0, this.#options.simulation.clock.wallNow - wallAt);
  }
}
