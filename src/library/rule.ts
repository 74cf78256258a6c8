import type { Counted, CountedControl, NewCounted } from './counted.ts';
import type { PushModule } from './push.ts';

/** Which calls a rule is for; what is left out matches everything. */
export interface RuleMatch {
  readonly direction?: 'inbound' | 'outbound' | undefined;
  readonly caller?: string | undefined;
  readonly callee?: string | undefined;
  readonly taskId?: string | undefined;
  readonly robotId?: string | undefined;
  readonly lineNum?: string | undefined;
  /** Calls of the row before this one, 0 to 1,000. */
  readonly tries?: number | undefined;
}

/** What becomes of such a call; what is left out is decided as without a rule. At least one. */
export interface RuleOutcome {
  /** `task_result`, -1 to 28. */
  readonly result?: string | number | undefined;
  /** From dial to answer or hang-up, 0 to 600,000. */
  readonly ringMs?: number | undefined;
  /** From answer to hang-up, 1 to 86,400,000. */
  readonly talkMs?: number | undefined;
  /** The intention that the dialogue ends with. */
  readonly tag?: 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | undefined;
  /** Hits that the customer takes one after the other, 1 to 300. */
  readonly walk?: readonly string[] | undefined;
  /** User of the SIP account whose real phone is rung: it decides the rest. Beside it only `ringMs`, how long it rings at most, and `pushes`. */
  readonly sip?: string | undefined;
  /** What becomes of its pushes. */
  readonly pushes?: Pushes | readonly Pushes[] | undefined;
}

type Pushes =
  | 'twice'
  | 'late'
  | 'lost'
  | 'failing'
  | 'reversed'
  | 'outbound-first'
  | 'outbound-only'
  | 'records-last'
  | 'again-after-hour'
  | PushBehaviour;

/** What becomes of pushes; all that is given holds together. */
export interface PushBehaviour {
  /** Default: all of the call's. */
  readonly module?: PushModule | undefined;
  /** So much later, 1 to 604,800,000. */
  readonly lateMs?: number | undefined;
  /** Once more, so much after the first time, 1 to 604,800,000. */
  readonly againMs?: number | undefined;
  /** Never sent. */
  readonly lost?: true | undefined;
  /** Every attempt counts as failed, whatever the receiver answers. */
  readonly failing?: true | undefined;
  readonly order?: 'outbound-first' | 'outbound-only' | 'records-last' | 'reversed' | undefined;
}

export interface NewRule extends NewCounted {
  /** Default: every call. */
  readonly match?: RuleMatch | undefined;
  readonly outcome: RuleOutcome;
}

export interface Rule extends Counted {
  readonly match: RuleMatch;
  readonly outcome: Omit<RuleOutcome, 'pushes'> & { readonly pushes?: readonly PushBehaviour[] | undefined };
}

/** What becomes of calls. The rule added last wins; magic numbers come after rules. */
export type RuleControl = CountedControl<NewRule, Rule>;
