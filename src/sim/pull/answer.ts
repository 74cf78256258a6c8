import type { Module } from '../account/account.ts';
import type { AttemptOutcome } from '../port.ts';
import { type PulledValues, readContext } from './context.ts';
import { readSemantics } from './semantics.ts';

/** What the answer of a pull brings; its note says what is wrong with it, or why there is none. */
export function readPullAnswer(module: Module, { error, status, answer }: AttemptOutcome): PulledValues {
  if (error !== null) return { values: {}, note: error };
  // What a server says of its own failure is no answer to the question (choice).
  if (status !== null && (status < 200 || status > 299)) return { values: {}, note: `HTTP ${status}` };
  return module === 'getDialogContext' ? readContext(answer ?? '') : readSemantics(answer ?? '');
}
