import type { Direction } from '../call/call.ts';
import type { RuleOutcome } from '../call/outcome.ts';
import type { Chance } from '../random.ts';
import type { World } from '../world.ts';

/** Which calls a rule is for; absent fields match everything. */
interface RuleMatch {
  readonly direction?: Direction | undefined;
  readonly caller?: string | undefined;
  readonly callee?: string | undefined;
  /** Wire id. */
  readonly taskId?: string | undefined;
  readonly robotId?: string | undefined;
  readonly lineNum?: string | undefined;
  /** Recall rounds already run for the row. */
  readonly tries?: number | undefined;
}

/** What becomes of calls, set through the control API (spec 5.2). */
export interface Rule {
  readonly match: RuleMatch;
  readonly outcome: RuleOutcome;
  /** 0 to 1, drawn for each call; absent = always. */
  readonly probability?: number | undefined;
}

/** What a rule looks at; `taskId` null: an inbound call. */
export type RuleFacts = { readonly [Key in keyof Required<RuleMatch>]: NonNullable<RuleMatch[Key]> | null };

/** The outcome that a rule has for a call, counted down; null if none is for it. */
export function takeRule(world: World, facts: RuleFacts, call: Chance): RuleOutcome | null {
  if (world.rules.all().length === 0) return null;
  return world.rules.take(world, (rule) => isFor(rule, facts), [call])?.outcome ?? null;
}

function isFor({ match, outcome }: Rule, facts: RuleFacts): boolean {
  if (facts.direction === 'inbound' && !saysOfInbound(outcome)) return false;
  return (Object.keys(match) as (keyof RuleMatch)[]).every(
    (key) => match[key] === undefined || match[key] === facts[key],
  );
}

/** Who calls in is there already: neither its result nor its ringing is left to decide. */
function saysOfInbound({ talkMs, tag, walk, pushes }: RuleOutcome): boolean {
  return [talkMs, tag, walk, pushes].some((wish) => wish !== undefined);
}
