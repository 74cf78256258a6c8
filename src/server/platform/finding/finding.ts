/**
 * Everything that the journal notes of a call that is answered as the platform would, and would hurt in production:
 * why it would. `GET /_sim/findings` shows these words, and `exec --strict` fails over them.
 */
export const FINDINGS = {
  'token-per-call':
    'A token lives an hour and is the same for everybody who asks: keep it for its time_expire seconds, and ask again then or at 10001.',
  'polling-fast': 'Results are pushed; what has to be asked for, ask at most once a second.',
  'unknown-field':
    'Fields that no operation knows are ignored without a word: what was meant does not happen.',
  'id-cut-by-number':
    'Ids have up to 18 digits, and a double holds 15 exactly: read and keep them as strings (in JSON answers, with a parser that keeps long integers).',
  'blind-retry':
    'A refusal says that something has to change first; the same request again is refused again. Only 10004 and 10020 pass by themselves, and not within the second.',
  'content-type': 'The documents ask for Content-Type: application/json;charset=UTF-8.',
  'seconds-for-ms': 'Instants are ms since 1970; seconds land in January 1970.',
  'ms-for-seconds': 'time_recall_wait is in seconds.',
  'number-twice': 'A number that stands twice in one submission is called twice.',
} as const;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  readonly code: FindingCode;
  /** What was found, in this call. */
  readonly message: string;
}

/** A finding as the journal shows it: its code, a colon, and what was found. */
export function writeFinding({ code, message }: Finding): string {
  return `${code}: ${message}`;
}

/** The code of a written finding. */
export function codeOfFinding(written: string): string {
  return written.slice(0, written.indexOf(':'));
}
