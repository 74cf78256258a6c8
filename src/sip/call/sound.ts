import { basename } from 'node:path';
import type { PhoneRecording } from '../../sim/call/call.ts';
import { recordingSize } from '../../sim/recording/size.ts';
import type { Direction, Media, MediaSession } from '../media/media.ts';
import type { Reply } from '../message/write.ts';
import { bracket } from '../transport/flow.ts';
import { refuseOffer } from './invitation.ts';
import type { ServedCall } from './served-call.ts';

export interface SoundOptions {
  readonly call: ServedCall;
  /** Ours, as the peer sees it. */
  readonly address: string;
  /** Of the other side; '' asks for ours. */
  readonly offer: string;
}

/** The audio side of one call: what is agreed on with the caller, and what is recorded. */
export class Sound {
  readonly session: MediaSession;
  /** What our 200, or our INVITE, says; or why there can be no 200. */
  readonly first: { readonly sdp: string } | Reply;
  readonly #options: SoundOptions;
  /** An offer of ours went out, and its answer is not in. */
  #isAnswerDue = false;

  private constructor(session: MediaSession, options: SoundOptions) {
    this.session = session;
    this.#options = options;
    this.first = this.answer(options.offer);
  }

  /** @throws MediaError */
  static async open(media: Media, options: SoundOptions): Promise<Sound> {
    const { call, address } = options;
    return new Sound(await media.open({ callId: call.uuid, seed: call.chance, advertise: address }), options);
  }

  /** RFC 3264: the answer to an offer, first or later; to none at all, an offer of ours. */
  answer(offer: string): { readonly sdp: string; readonly direction?: Direction } | Reply {
    this.#isAnswerDue = offer === '';
    if (this.#isAnswerDue) return { sdp: this.session.offer() };
    const answer = this.session.answer(offer);
    return answer.ok ? answer : refuseOffer(answer, bracket(this.#options.address));
  }

  /**
   * RFC 3261, 13.2.2.4: the ACK carries the answer to an offer of ours. Without one the audio goes to where the
   * caller's comes from (choice). @returns whether it can be taken
   */
  confirm(body: string): boolean {
    const isTaken = !this.#isAnswerDue || body === '' || this.session.setRemote(body).ok;
    this.#isAnswerDue = false;
    return isTaken;
  }

  /** The recording that a talk of this length leaves. */
  foresee(durationMs: number): PhoneRecording {
    return { file: `${this.#options.call.uuid}.wav`, bytes: recordingSize(durationMs), durationMs };
  }

  /** Releases everything. @returns what was recorded, and what went wrong with it */
  async close(talkMs: number): Promise<{ recording: PhoneRecording | null; problem: string | null }> {
    const file = await this.session.close(talkMs);
    if (file === null) return { recording: null, problem: null };
    const { path, bytes, durationMs, problem } = file;
    return { recording: { file: basename(path), bytes, durationMs }, problem };
  }
}
