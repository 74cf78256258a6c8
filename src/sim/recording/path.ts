import type { Call } from '../call/call.ts';
import { deriveChance, drawInteger } from '../random.ts';
import { dayOf } from '../time/calendar.ts';

/** What a recording's path says. */
export interface RecordingPlace {
  /** `<n>`: tells enterprises apart, and with them universes. */
  readonly number: string;
  /** The recording carries its call's uuid (choice; in the seed's sample the two differ), so it is found without a table. */
  readonly callUuid: string;
}

const PATH =
  /^ant\/(\d{1,15})\/ivr\/0\/\d{4}\/\d\d\/\d\d\/0\/\d{8}-([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.wav$/;

/** `ant/<n>/ivr/0/<yyyy/MM/dd>/0/<8 digits>-<uuid>.wav` (seen; spec 2.6), the day in Asia/Shanghai. */
export function recordingPath(
  call: Pick<Call, 'businessId' | 'uuid' | 'chance' | 'answerAt' | 'dialAt'>,
): string {
  const day = dayOf(call.answerAt ?? call.dialAt).replaceAll('-', '/');
  const digits = drawInteger(call.chance, 'recording', [10_000_000, 99_999_999]);
  return `ant/${recordingNumber(call.businessId)}/ivr/0/${day}/0/${digits}-${call.uuid}.wav`;
}

/** `<n>` of an enterprise: its id if that is a number, else one that is drawn from it (choice). */
export function recordingNumber(businessId: string): string {
  if (/^[1-9]\d{0,14}$/.test(businessId)) return businessId;
  return String(
    drawInteger(deriveChance(0, 'recording-number', businessId), 'number', [1_000_000, 9_999_999_999]),
  );
}

/** Reads a path without its leading slash; null if it is none of ours. */
export function parseRecordingPath(path: string): RecordingPlace | null {
  const [, number, callUuid] = PATH.exec(path) ?? [];
  return number === undefined || callUuid === undefined ? null : { number, callUuid };
}
