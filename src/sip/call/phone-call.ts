import { isDeepStrictEqual } from 'node:util';
import type { PhoneEnd } from '../../sim/call/phone.ts';
import { Refusal } from '../../sim/refusal.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { Media } from '../media/media.ts';
import { MediaError } from '../media/media-error.ts';
import type { SipRequest } from '../message/message.ts';
import type { Reply } from '../message/write.ts';
import type { Shelf } from '../shelf.ts';
import type { DialogEvents } from '../stack/dialog.ts';
import type { Flow } from '../transport/flow.ts';
import type { CallLink } from './call-link.ts';
import { Conversation } from './conversation.ts';
import { readInfoKey } from './info-key.ts';
import { CallGone, createScript } from './script.ts';
import type { ServedCall } from './served-call.ts';
import { Sound } from './sound.ts';

/** What serves all calls alike. */
export interface PhoneCallOptions {
  readonly media: Media;
  readonly promptFolder: string;
  readonly shelf: Shelf;
  readonly log: (message: string, error: unknown) => void;
  /** Told once nothing of it is left. */
  readonly onOver: () => void;
}

/** `arriving`: it came in; `calling`: it went out, and has not rung yet. */
export type PhoneState = 'arriving' | 'calling' | 'ringing' | 'answered' | 'talking' | 'over';

/** Who takes part in it, as far as is known. */
export interface Parties {
  readonly direction: 'inbound' | 'outbound';
  readonly caller: string;
  readonly callee: string;
  /** Inbound only. */
  readonly relationId: string | null;
}

const INFO_TYPES = 'application/dtmf-relay, application/dtmf';

/**
 * One call of a real phone: signalling, audio and simulation brought together. Whatever happens, it comes to `over`
 * once, and then nothing of it is left but its record.
 */
export abstract class PhoneCall {
  protected readonly options: PhoneCallOptions;
  protected readonly link: CallLink;
  protected step: PhoneState;
  protected sound: Sound | null = null;
  /** Set whenever it waits for something: its end clears it. */
  protected timer: NodeJS.Timeout | undefined;
  #conversation: Conversation | null = null;
  #answeredAt: number | null = null;
  #ending: Promise<void> | null = null;

  protected constructor(options: PhoneCallOptions, link: CallLink, step: PhoneState) {
    this.options = options;
    this.link = link;
    this.step = step;
  }

  abstract get parties(): Parties;
  abstract get flow(): Flow;
  /** Null: there is none yet. */
  abstract get callId(): string | null;
  /** Ends it for the other side, however far it has come. */
  protected abstract hangUp(): void;
  /** The other side's connection is gone. */
  protected abstract dropSignalling(): void;
  /** Something went wrong with it, and it is about to end. */
  protected abstract refuse(reply: Reply): void;
  /** The simulation has changed it before the talk. */
  protected abstract moveOn(found: { readonly mayAnswer: boolean }): void;

  get state(): PhoneState {
    return this.step;
  }

  get simulation(): Simulation {
    return this.link.simulation;
  }

  /** Null before the simulation has it. */
  get call(): ServedCall | null {
    return this.link.call;
  }

  /** The simulation has changed the call. */
  changed(): void {
    void this.attempt(async () => {
      const found = await this.link.look();
      if (found === null || this.step === 'over') return;
      if (found.isHungUp) await this.end('customer');
      else if (this.#conversation === null) this.moveOn(found);
      else this.#conversation.wake();
    });
  }

  /** The simulation has forgotten it: a reset, or its end. */
  forget(): void {
    this.link.forget();
    void this.end('line');
  }

  /** The connection that it goes by is gone. */
  drop(): void {
    this.dropSignalling();
    void this.end('line');
  }

  /**
   * Hangs up, releases everything, and lets the simulation know; resolves when that is done. Never rejects.
   * @param result why a phone that was called did not answer
   */
  end(
    by: PhoneEnd['by'],
    { at = this.link.now, result }: { at?: number; result?: number } = {},
  ): Promise<void> {
    this.#ending ??= this.#end({ by, at, result });
    return this.#ending;
  }

  protected get isEnding(): boolean {
    return this.#ending !== null;
  }

  /** @param offer of the other side; '' makes one of ours @returns null: it has ended in the meantime */
  protected async openSound(call: ServedCall, offer: string): Promise<Sound | null> {
    const { address } = this.flow.local;
    const sound = await Sound.open(this.options.media, { call, address, offer });
    this.sound = sound;
    if (!this.isEnding) return sound;
    // It knew of no sound when it ended.
    await sound.close(0);
    return null;
  }

  /** Both sides know that it is answered. */
  protected async talk({ session }: Sound): Promise<void> {
    this.step = 'talking';
    session.start();
    const answeredAt = this.link.now;
    this.#answeredAt = answeredAt;
    await this.link.answer(answeredAt);
    if (this.isEnding) return;
    const { promptFolder } = this.options;
    const callId = this.call?.id ?? 0;
    const conversation = new Conversation({
      script: createScript({ simulation: this.simulation, callId, promptFolder }),
      session,
      now: () => this.link.now - answeredAt,
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
    if (endMs !== null) await this.end(null, { at: answeredAt + endMs });
  }

  /** What the other side does once it is set up. */
  protected dialogEvents(): DialogEvents {
    return {
      onAck: (body) => void this.sound?.confirm(body),
      onBye: () => void this.end('customer'),
      onLost: () => void this.end('line'),
      onReinvite: (offer) => this.#renegotiate(offer),
      onInfo: (request) => this.#takeInfo(request),
    };
  }

  protected async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.#fail(error);
    }
  }

  /** RFC 3261, 14.2: hold, resume, another address. */
  #renegotiate(offer: string): { readonly sdp: string } | Reply {
    const answer = this.sound?.answer(offer) ?? { status: 481 };
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
      this.#conversation?.listening.key(key, this.link.now - this.#answeredAt);
    return { status: 200 };
  }

  async #end({ by, at, result }: Pick<PhoneEnd, 'by' | 'at' | 'result'>): Promise<void> {
    this.step = 'over';
    clearTimeout(this.timer);
    this.#conversation?.stop();
    this.hangUp();
    const { log, shelf, onOver } = this.options;
    const talkMs = this.#answeredAt === null ? 0 : Math.max(0, at - this.#answeredAt);
    const foreseen = this.#answeredAt === null ? null : (this.sound?.foresee(talkMs) ?? null);
    try {
      // The record does not wait for the sound: its file will be as long as the talk was.
      const ended = this.link.end({ at, by, recording: foreseen, result });
      const closing = this.sound?.close(talkMs);
      if (foreseen !== null && closing !== undefined) shelf.complete(foreseen.file, closing);
      const closed = await closing;
      await ended;
      if (closed === undefined) return;
      const { recording, problem } = closed;
      if (problem !== null) log(`the recording ${recording?.file} is not whole`, new Error(problem));
      if (!isDeepStrictEqual(recording, foreseen)) await this.link.correct(recording);
    } catch (error) {
      // A store that cannot be written, or is closed: the next start ends the call.
      if (!(error instanceof Refusal)) log('a call could not be ended', error);
    } finally {
      onOver();
    }
  }

  async #fail(error: unknown): Promise<void> {
    const isOurs = !(error instanceof CallGone || error instanceof Refusal || error instanceof MediaError);
    if (isOurs) this.options.log('a call failed', error);
    this.refuse({ status: isOurs ? 500 : 503 });
    await this.end('line');
  }
}
