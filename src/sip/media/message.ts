import type { Chance } from '../../sim/random.ts';
import type { Direction, MediaStats, Played, Prompt, RecordingFile, SessionStats } from './media.ts';
import type { MediaErrorCode } from './media-error.ts';
import type { Agreement } from './negotiation.ts';

/** What the worker thread is started with. */
export interface WorkerSettings {
  readonly host: string;
  readonly ports: readonly [from: number, to: number];
  /** Absolute. */
  readonly recordingFolder: string;
}

/** What is asked of the worker and answered once. */
export interface Requests {
  open: {
    readonly ask: { readonly callId: string; readonly seed: Chance };
    readonly reply: { readonly port: number };
  };
  play: { readonly ask: { readonly prompt: Prompt }; readonly reply: Played };
  stats: { readonly ask: object; readonly reply: SessionStats };
  /** A null `talkMs` for a session that was not started. */
  close: { readonly ask: { readonly talkMs: number | null }; readonly reply: RecordingFile | null };
  total: { readonly ask: object; readonly reply: MediaStats };
}
export type RequestKind = keyof Requests;

/** What the worker is told, per session. */
export type Notice =
  | { readonly kind: 'agree'; readonly agreement: Agreement }
  | { readonly kind: 'direct'; readonly direction: Direction }
  /** `atMs` of `monotonicNow`. */
  | { readonly kind: 'start'; readonly atMs: number }
  | { readonly kind: 'stop' };

type Request = {
  [Kind in RequestKind]: { readonly kind: Kind; readonly request: number } & Requests[Kind]['ask'];
}[RequestKind];

/** `session` is a number that the main thread gives; 0 for what concerns all. */
export type ToWorker = { readonly session: number } & (Notice | Request);

/** What the engine hears. */
export type Heard =
  | { readonly kind: 'key'; readonly key: string; readonly atMs: number }
  | { readonly kind: 'speech-start' | 'speech-end'; readonly atMs: number };

export type FromWorker =
  | ({ readonly session: number } & Heard)
  | { readonly kind: 'reply'; readonly request: number; readonly value: Requests[RequestKind]['reply'] }
  | {
      readonly kind: 'failure';
      readonly request: number;
      /** Null for a bug. */
      readonly code: MediaErrorCode | null;
      readonly message: string;
    };
