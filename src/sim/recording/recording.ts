import type { Call } from '../call/call.ts';
import { recordingPath } from './path.ts';
import { recordingDuration, recordingSize } from './size.ts';

/** A recording as it is announced; the file is made on request. */
export interface Recording {
  /** Relative. */
  readonly path: string;
  /** Bytes of the file that is served. */
  readonly size: number;
  /** Whole seconds. */
  readonly duration: number;
}

/** ms between the answer and the hang-up. @throws an ordinary error if the call was not answered or has not ended */
export function talkMsOf({ answerAt, hangupAt, uuid }: Pick<Call, 'answerAt' | 'hangupAt' | 'uuid'>): number {
  if (answerAt === null || hangupAt === null) throw new Error(`call ${uuid} has no recording`);
  return hangupAt - answerAt;
}

/** The recording of an answered call that has ended: with a real phone that what was heard, else what it would have been. */
export function recordingOf(call: Call): Recording {
  if (call.phone !== null) {
    const { recording } = call.phone;
    if (recording === null) throw new Error(`call ${call.uuid} has no recording`);
    return {
      path: recordingPath(call),
      size: recording.bytes,
      duration: recordingDuration(recording.durationMs),
    };
  }
  const talkMs = talkMsOf(call);
  return { path: recordingPath(call), size: recordingSize(talkMs), duration: recordingDuration(talkMs) };
}
