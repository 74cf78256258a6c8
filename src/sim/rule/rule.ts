import type { RuleOutcome } from '../call/outcome.ts';
import type { Database } from '../store/database.ts';
import type { NumberTable } from '../store/number-table.ts';

/** Which calls a rule is for; absent fields match everything. */
export interface RuleMatch {
  readonly callee?: string | undefined;
  /** Wire id. */
  readonly taskId?: string | undefined;
  readonly robotId?: string | undefined;
  readonly lineNum?: string | undefined;
  /** Recall rounds already run for the row. */
  readonly tries?: number | undefined;
}

export interface Rule {
  readonly id: number;
  readonly match: RuleMatch;
  readonly outcome: RuleOutcome;
  /** How many calls it is still for; null = without end. */
  timesLeft: number | null;
}

export interface RuleFacts {
  readonly callee: string;
  readonly taskId: string | null;
  readonly robotId: string;
  readonly lineNum: string;
  readonly tries: number;
}

/** Outcome rules set through the control API; the one added last wins (spec 5.2). */
export class RuleList {
  readonly #database: Database;
  readonly #numbers: NumberTable;
  readonly #rules: Rule[];

  constructor(database: Database, numbers: NumberTable) {
    this.#database = database;
    this.#numbers = numbers;
    this.#rules = database
      .prepare<{ id: number; body: string; times_left: number | null }>('SELECT * FROM rule ORDER BY id')
      .all()
      .map((row) => ({
        id: row.id,
        ...(JSON.parse(row.body) as Pick<Rule, 'match' | 'outcome'>),
        timesLeft: row.times_left,
      }));
  }

  all(): readonly Rule[] {
    return this.#rules;
  }

  add(match: RuleMatch, outcome: RuleOutcome, times: number | null): Rule {
    const rule = { id: this.#numbers.take('rule'), match, outcome, timesLeft: times };
    this.#rules.push(rule);
    this.#database
      .prepare('INSERT INTO rule VALUES(?, ?, ?)')
      .run(rule.id, JSON.stringify({ match, outcome }), times);
    return rule;
  }

  remove(id: number): boolean {
    const index = this.#rules.findIndex((rule) => rule.id === id);
    if (index < 0) return false;
    this.#rules.splice(index, 1);
    this.#database.prepare('DELETE FROM rule WHERE id = ?').run(id);
    return true;
  }

  clear(): void {
    this.#rules.length = 0;
    this.#database.prepare('DELETE FROM rule').run();
  }

  /** The outcome for a call, counted down; null if no rule is for it. */
  take(facts: RuleFacts): RuleOutcome | null {
    for (let i = this.#rules.length - 1; i >= 0; i--) {
      const rule = this.#rules[i];
      if (rule === undefined || rule.timesLeft === 0 || !matches(rule.match, facts)) continue;
      if (rule.timesLeft !== null) {
        rule.timesLeft--;
        this.#database.prepare('UPDATE rule SET times_left = ? WHERE id = ?').run(rule.timesLeft, rule.id);
      }
      return rule.outcome;
    }
    return null;
  }
}

function matches(match: RuleMatch, facts: RuleFacts): boolean {
  return (
    (match.callee === undefined || match.callee === facts.callee) &&
    (match.taskId === undefined || match.taskId === facts.taskId) &&
    (match.robotId === undefined || match.robotId === facts.robotId) &&
    (match.lineNum === undefined || match.lineNum === facts.lineNum) &&
    (match.tries === undefined || match.tries === facts.tries)
  );
}
