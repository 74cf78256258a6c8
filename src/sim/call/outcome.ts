import { NAMED_BEHAVIOURS, type PushBehaviour } from '../push/behaviour.ts';
import type { Chance } from '../random.ts';
import type { ScriptWish } from './call.ts';
import { type MagicNumber, parseMagicNumber } from './magic-number.ts';
import { drawResult, type Weights } from './weight.ts';

/** What becomes of a call, decided at the dial. */
export interface Outcome {
  /** `task_result` as a number: -1 to 28. */
  readonly result: number;
  /** From dial to answer or hang-up; absent: drawn. */
  readonly ringMs?: number;
  readonly wish: ScriptWish;
  readonly pushBehaviour: readonly PushBehaviour[] | null;
  /** The registered account whose real phone is rung instead (spec 4.4). */
  readonly sip?: string;
}

/** The outcome of a rule that matched the call; what it leaves out is decided by what comes after rules. */
export interface RuleOutcome extends ScriptWish {
  readonly result?: number | undefined;
  readonly ringMs?: number | undefined;
  readonly pushes?: readonly PushBehaviour[] | undefined;
  readonly sip?: string | undefined;
}

export interface OutcomeInput {
  readonly rule: RuleOutcome | null;
  /** The SIP account that the rule, or the number, names (spec 4.4); absent: none. */
  readonly phone?: { readonly user: string; readonly isReachable: boolean } | undefined;
  readonly callee: string;
  /** Recall rounds already run for the row. */
  readonly tries: number;
  /** The robot's or the line's; null: the default ones. */
  readonly weights: Weights | null;
  readonly chance: Chance;
  /** 0–23 in Asia/Shanghai; only the default weights vary with it. */
  readonly timeOfDayHour?: number;
}

/** Decides what becomes of an outbound call: rule, magic number, weights, default weights; first match wins (spec 2.4). */
export function decideOutcome(input: OutcomeInput): Outcome {
  const magic = parseMagicNumber(input.callee);
  const { rule } = input;
  const sip = rule?.result === undefined && input.phone?.isReachable === true ? input.phone.user : undefined;
  return {
    result: decideResult(input, magic),
    wish: rule === null ? wishOfNumber(magic) : { ...wishOfNumber(magic), ...wishOfRule(rule) },
    pushBehaviour: rule?.pushes ?? (magic?.kind === 'pushes' ? [NAMED_BEHAVIOURS[magic.behaviour]] : null),
    ...(rule?.ringMs === undefined ? null : { ringMs: rule.ringMs }),
    ...(sip === undefined ? null : { sip }),
  };
}

/** Of a phone that nobody has registered (spec 4.4). */
const SWITCHED_OFF = 4;

function decideResult(input: OutcomeInput, magic: MagicNumber | null): number {
  const { rule, phone, tries, chance, weights } = input;
  if (rule?.result !== undefined) return rule.result;
  // A phone that is there decides for itself, when it has rung.
  if (phone !== undefined) return phone.isReachable ? 0 : SWITCHED_OFF;
  switch (magic?.kind) {
    case 'ordinary':
    case 'tag':
    case 'talks':
    case 'pushes':
      return 0;
    case 'result':
      return magic.result;
    case 'answers-late':
      return tries < magic.tries ? 20 : 0;
    default:
      return drawResult(chance, weights, input.timeOfDayHour ?? null);
  }
}

function wishOfNumber(magic: MagicNumber | null): ScriptWish {
  if (magic?.kind === 'tag') return { tag: magic.tag };
  if (magic?.kind === 'talks') return { talkMs: magic.talkMs };
  return {};
}

/** What a rule wants of the talk. */
export function wishOfRule(rule: RuleOutcome): ScriptWish {
  return {
    ...(rule.talkMs === undefined ? null : { talkMs: rule.talkMs }),
    ...(rule.tag === undefined ? null : { tag: rule.tag }),
    ...(rule.walk === undefined ? null : { walk: rule.walk }),
  };
}
