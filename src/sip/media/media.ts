import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import type { Chance } from '../../sim/random.ts';
import { MediaError } from './media-error.ts';
import type { SdpRefusal } from './sdp.ts';
import { Session } from './session.ts';
import { WorkerLink } from './worker-link.ts';

export interface MediaOptions {
  /** The address whose ports are bound, an IP literal. */
  readonly host: string;
  /** Both ends included. RTP takes the even ports, RTCP the odd one above each. */
  readonly ports: readonly [from: number, to: number];
  /** Where SDP says that we are; default: `host`. */
  readonly advertise?: string;
  /** Where recordings are written as `<callId>.wav`; made if it is missing. */
  readonly recordingFolder: string;
  /** Told of bugs in the worker thread; calls that die of one also get `onFailed`. */
  readonly onError?: (error: Error) => void;
}

/** Audio of all calls: one worker thread, started with the first session. */
export interface Media {
  /**
   * Takes a pair of ports. Nothing is sent or recorded before `start`.
   * @throws MediaError `no-port`, `bind-failed`, `closed` or `worker-failed`
   */
  open(options: OpenOptions): Promise<MediaSession>;
  /** Null before the first session. */
  stats(): Promise<MediaStats | null>;
  /** Closes all sessions, their recordings completed, and ends the worker thread. */
  close(): Promise<void>;
}

interface OpenOptions {
  /** Names the recording: letters, digits, `-`, `_` and `.` only, so never a Call-ID from the wire. */
  readonly callId: string;
  /** Root of the draws of SSRC, first sequence number, first timestamp and SDP session id. */
  readonly seed: Chance;
  /** Stands in for `MediaOptions.advertise` in this call: the address that faces its peer. */
  readonly advertise?: string;
  readonly events?: MediaEvents;
}

/** What the engine hears. All ms are whole and count from `start`, as positions in the recording. */
export interface MediaEvents {
  /** `key` is one of `0123456789*#ABCD`; told once per press, when it begins. */
  readonly onDtmf?: (key: string, atMs: number) => void;
  /** The caller began to speak at `atMs`, which is about 60 ms ago: shorter noises are none. */
  readonly onSpeechStart?: (atMs: number) => void;
  /** The caller fell silent at `atMs`, which is the hangover (600 ms) ago. */
  readonly onSpeechEnd?: (atMs: number) => void;
  /** The worker died under the call: no audio any more; what is recorded so far stays. */
  readonly onFailed?: (error: Error) => void;
}

/** From the robot's side: `recvonly` while the caller holds the call. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** `ok: false`: answer 488 with `Warning: <warning> … "<why>"`; nothing has changed. */
export type Negotiated<Agreed = unknown> =
  | (Agreed & { readonly ok: true; readonly direction: Direction })
  | SdpRefusal;

export interface MediaSession {
  readonly callId: string;
  /** The RTP port, even; RTCP is the next one. */
  readonly localPort: number;
  /** May be replaced at any time. */
  events: MediaEvents;

  /** Answers an offer, first or later (hold, resume, new address), and takes it over at once. */
  answer(offer: string): Negotiated<{ readonly sdp: string }>;
  /** Our offer: for an INVITE without SDP, or to ring a phone. */
  offer(): string;
  /** Takes over the answer to `offer()`. */
  setRemote(answer: string): Negotiated;
  /** The way of the media without a new offer; `answer` and `setRemote` set it by themselves. */
  hold(direction: Direction): void;

  /** The call is answered: from now on audio flows, is recorded and ms are counted. The second time it does nothing. */
  start(): void;
  /** Speaks, in place of what is being spoken. While the call is held it goes on unheard (choice). Before `start` it waits. */
  play(prompt: Prompt): Promise<Played>;
  /** Ends what is being spoken; silence is sent from then on. */
  stop(): void;

  /** @throws Error once the session is closed */
  stats(): Promise<SessionStats>;
  /**
   * Releases ports and completes the recording; null if the session was not started. Closing twice gives the same.
   * @param talkMs whole ms of the call's own clock; the recording gets exactly that length. Default: ms since `start`
   */
  close(talkMs?: number): Promise<RecordingFile | null>;
}

export interface Prompt {
  readonly text: string;
  /** ms that the text takes; at most 10 minutes are spoken. */
  readonly durationMs: number;
  /** A WAV file (PCM, 16 bit, any rate, mono or stereo) to be heard instead, as long as it is. */
  readonly prompt?: string | undefined;
  /** Whether speech or a key ends it; default true. Speech that was under way before does not. */
  readonly bargeIn?: boolean | undefined;
}

export interface Played {
  /** `stopped`: by `stop`, another `play`, or the end of the session. */
  readonly end: 'done' | 'barged' | 'stopped';
  /** When its first frame left, and when its last one was over; equal if none left. */
  readonly startMs: number;
  readonly endMs: number;
  /** Why the WAV file was not heard and generated speech was; null if all is well. */
  readonly problem: string | null;
}

export interface RecordingFile {
  readonly durationMs: number;
  /** 44 + 32 × durationMs. */
  readonly bytes: number;
  /** Absolute. */
  readonly path: string;
  /** What could not be written, and why; null if all was. */
  readonly problem: string | null;
}

export interface SessionStats {
  /** Packets sent, received and taken, and of the latter those of telephone events. */
  readonly sent: number;
  readonly received: number;
  readonly events: number;
  /** By sequence numbers: never arrived, arrived after a later one, arrived again. */
  readonly lost: number;
  readonly reordered: number;
  readonly duplicates: number;
  /** No RTP that we know: garbage, STUN, RTCP, unknown payloads, wrong sizes. */
  readonly ignored: number;
  /** From another source than the one that the session latched onto. */
  readonly foreign: number;
  /** Where the packets come from, as `address:port`; null before the first. */
  readonly source: string | null;
}

export interface MediaStats {
  readonly sessions: number;
  /** Pairs of ports that the range has, and how many are in use. */
  readonly ports: { readonly total: number; readonly used: number };
  readonly clock: ClockStats;
  /** ms of processor time of the worker thread since its start. */
  readonly cpuMs: number;
}

/** Of the last 1,000 frames: how late they were, in ms; and how many were left out since the start. */
export interface ClockStats {
  readonly lateP50: number;
  readonly lateP99: number;
  readonly lateMax: number;
  readonly skipped: number;
}

/**
 * Starts nothing yet.
 * @throws RangeError if `host` is no IP literal or `ports` no range
 */
export function createMedia(options: MediaOptions): Media {
  const { host, advertise = host, ports, onError } = options;
  checkPlace(host, ports);
  const recordingFolder = resolve(options.recordingFolder);
  const sessions = new Map<number, Session>();
  let lastSession = 0;
  let link: WorkerLink | null = null;
  let isClosed = false;

  /** A thread that died takes its calls with it; the next call gets a new one. */
  function connect(): WorkerLink {
    const settings = { host, ports, recordingFolder };
    link ??= new WorkerLink(settings, {
      heard: (session, heard) => sessions.get(session)?.hear(heard),
      died(error) {
        link = null;
        onError?.(error);
        for (const session of sessions.values()) session.fail(error);
        sessions.clear();
      },
    });
    return link;
  }

  return {
    async open(wish) {
      if (isClosed) throw new MediaError('closed', 'the media are closed');
      const { callId, seed } = wish;
      if (!/^[\w-][\w.-]{0,99}$/.test(callId)) throw new RangeError(`"${callId}" cannot name a file`);
      const id = ++lastSession;
      const own = connect();
      const { port } = await own.ask('open', id, { callId, seed }).catch((error) => {
        throw isClosed ? new MediaError('closed', 'the media are closed') : error;
      });
      const session = new Session({
        ...wish,
        id,
        link: own,
        place: { host, advertise: wish.advertise ?? advertise, port },
        path: join(recordingFolder, `${callId}.wav`),
        forget: () => sessions.delete(id),
      });
      sessions.set(id, session);
      return session;
    },

    async stats() {
      return link === null ? null : link.ask('total', 0, {});
    },

    async close() {
      isClosed = true;
      await Promise.all([...sessions.values()].map((session) => session.close()));
      const ending = link;
      link = null;
      await ending?.end();
    },
  };
}

function checkPlace(host: string, [from, to]: MediaOptions['ports']): void {
  if (isIP(host) === 0) throw new RangeError(`the media host "${host}" is no IP address`);
  const isPort = (port: number) => Number.isInteger(port) && port > 0 && port < 65_536;
  if (!isPort(from) || !isPort(to) || to < from)
    throw new RangeError(`RTP ports ${from} to ${to} are no range`);
}
