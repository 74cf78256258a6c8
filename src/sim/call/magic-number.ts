import type { BehaviourName } from '../push/behaviour.ts';
import type { RefusalName } from '../refusal.ts';
import { isResult } from './result.ts';

/** What a magic call number asks for (spec 2.4); the whole table is (choice). */
export type MagicNumber =
  | { readonly kind: 'ordinary' }
  | { readonly kind: 'result'; readonly result: number }
  /** Unanswered (20) as long as fewer recall rounds than `tries` have run for the row. */
  | { readonly kind: 'answers-late'; readonly tries: number }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'refused'; readonly refusal: RefusalName }
  | { readonly kind: 'talks'; readonly talkMs: number }
  | { readonly kind: 'pushes'; readonly behaviour: BehaviourName };

/** 199000040EE → the refusal whose wire code is 2002EE. Only codes of the seed's table. */
const REFUSALS: ReadonlyMap<number, RefusalName> = new Map<number, RefusalName>([
  [0, 'wrong-relation'],
  [1, 'wrong-enterprise'],
  [2, 'wrong-task'],
  [3, 'wrong-number'],
  [4, 'wrong-robot'],
  [5, 'wrong-voice'],
  [6, 'wrong-speed'],
  [9, 'balance-used-up'],
  [10, 'wrong-format'],
  [11, 'too-large'],
  [12, 'wrong-columns'],
  [13, 'too-many-rows'],
  [22, 'outside-working-time'],
]);

/** 199000060PP → what happens to the pushes. */
const BEHAVIOURS: ReadonlyMap<number, BehaviourName> = new Map<number, BehaviourName>([
  [1, 'twice'],
  [2, 'outbound-first'],
  [3, 'outbound-only'],
  [4, 'records-last'],
  [5, 'late'],
  [6, 'failing'],
  [7, 'again-after-hour'],
]);

const ORDINARY: MagicNumber = { kind: 'ordinary' };

/** Reads a call number; null = no magic in it, so the weights decide. */
export function parseMagicNumber(callee: string): MagicNumber | null {
  // Eleven digits, 1990000KKNN: KK names the kind, NN is its value.
  if (callee.length !== 11 || !callee.startsWith('1990000')) return null;
  const tail = callee.slice(7);
  if (!/^[0-6]0\d\d$/.test(tail)) return null;
  const value = Number(tail.slice(2));
  switch (tail[0]) {
    case '0':
      return ORDINARY;
    case '1':
      return readResult(value);
    case '2':
      return { kind: 'answers-late', tries: value };
    case '3':
      return value >= 1 && value <= 6 ? { kind: 'tag', tag: 'ABCDEF'.charAt(value - 1) } : null;
    case '4':
      return readRefusal(value);
    case '5':
      return value >= 1 ? { kind: 'talks', talkMs: value * 10_000 } : null;
    default:
      return readBehaviour(value);
  }
}

/** The refusal that a submission with this number gets, or null if it is taken (spec 2.4, `40EE`). */
export function refusedByNumber(callee: string): RefusalName | null {
  const magic = parseMagicNumber(callee);
  return magic?.kind === 'refused' ? magic.refusal : null;
}

function readResult(value: number): MagicNumber | null {
  const result = value === 99 ? -1 : value;
  return isResult(result) ? { kind: 'result', result } : null;
}

function readRefusal(value: number): MagicNumber | null {
  const refusal = REFUSALS.get(value);
  return refusal === undefined ? null : { kind: 'refused', refusal };
}

function readBehaviour(value: number): MagicNumber | null {
  const behaviour = BEHAVIOURS.get(value);
  return behaviour === undefined ? null : { kind: 'pushes', behaviour };
}
