import type { Ask } from './ask.ts';

/** Which calls a rule is for; what is left out matches everything. */
export interface RuleMatch {
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
}

export interface NewRule {
  /** Default: every call. */
  readonly match?: RuleMatch | undefined;
  readonly outcome: RuleOutcome;
  /** How often it applies, from 1; default: without end. */
  readonly times?: number | undefined;
}

export interface Rule {
  readonly id: string;
  readonly match: RuleMatch;
  readonly outcome: RuleOutcome;
  /** Null: without end. */
  readonly timesLeft: number | null;
}

/** What becomes of calls. The rule added last wins; magic numbers come after rules. */
export class RuleControl {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  list(): Promise<Rule[]> {
    return this.#ask.items('/rules');
  }

  /** @throws SimulatorError `invalid-parameter` */
  add(rule: NewRule): Promise<Rule> {
    return this.#ask.post('/rules', rule);
  }

  /** @throws SimulatorError `not-found` */
  async remove(id: string): Promise<void> {
    await this.#ask.delete(`/rules/${encodeURIComponent(id)}`);
  }

  async clear(): Promise<void> {
    await this.#ask.delete('/rules');
  }
}
