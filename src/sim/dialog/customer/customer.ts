import { type Chance, draw, drawInteger } from '../../random.ts';
import type { CompiledHit, CompiledNode, CompiledScript } from '../compile.ts';
import type { DialogueInput } from '../dialogue.ts';
import { lookAhead, planTag, type Reach, type TagPlan } from '../reach.ts';
import type { Reply, Step } from '../walk.ts';
import { chooseHit, chooseTowardsHuman, SPARE_MS } from './choose-hit.ts';
import { drawMood, type Mood } from './mood.ts';

/** The customer of one call: what is drawn or wished for before the first word. */
export interface Customer {
  readonly chance: Chance;
  readonly mood: Mood;
  readonly result: number | null;
  readonly reach: Reach;
  /** Hits to take, in order, where a node has them. */
  readonly walk: readonly string[];
  readonly plan: TagPlan | null;
  /** Exact talk time, if one is wished for. */
  readonly talkMs: number | null;
  /** Only where no result was decided does the walk alone lead to a human. */
  readonly mayAskHuman: boolean;
  /** Result 19: how many answers are given before the wish for a human; result 18: how long the silence is borne. */
  readonly patience: number;
}

/** Where in the dialogue the customer is about to answer. */
export interface Moment {
  readonly step: Step;
  /** Counts the customer's turns from 0. */
  readonly exchange: number;
  /** When the robot fell silent. */
  readonly startMs: number;
  readonly lastTag: string | undefined;
  /** How many of the wished hits were taken. */
  readonly walked: number;
}

/** What the customer does with a turn: a reply to the walk, or words that end the call. */
export type Intent =
  | Reply
  | { readonly kind: 'ask-human' }
  | { readonly kind: 'goodbye' }
  | { readonly kind: 'ignore' };

/** Later than this an ordinary customer takes leave, so that the call ends politely within 150 s (choice). */
const LEAVE_MS = 128_000;
const EXCHANGE_MS = 2500;
const PATIENCE_LIMIT = 9;

export function meetCustomer(input: DialogueInput, script: CompiledScript): Customer {
  const { chance, result, wish } = input;
  return {
    chance,
    mood: drawMood(chance),
    result,
    reach: lookAhead(script),
    walk: wish.walk ?? [],
    plan: wish.tag === undefined ? null : planTag(script, wish.tag),
    talkMs: wish.talkMs ?? null,
    mayAskHuman: result === null,
    patience:
      result === 19 ? drawInteger(chance, 'patience', [0, 3]) : drawInteger(chance, 'patience', [1, 2]),
  };
}

/** Decides what the simulated customer does at a question. Wishes come first, then the result, then chance. */
export function decideIntent(customer: Customer, moment: Moment): Intent {
  const wished = findWished(customer, moment);
  if (wished !== undefined) return { kind: 'hit', hit: wished };
  if (customer.result === 18) {
    return moment.exchange < customer.patience ? { kind: 'silence' } : { kind: 'ignore' };
  }
  if (customer.result === 19) return decideForHuman(customer, moment);
  if (customer.talkMs === null && moment.startMs > LEAVE_MS) return { kind: 'goodbye' };
  const slip = decideSlip(customer, moment);
  if (slip !== null) return slip;
  const hit = chooseHit(customer, moment);
  if (hit === null) return { kind: 'silence' };
  return fillsTime(customer, moment, hit) ? { kind: 'again' } : { kind: 'hit', hit };
}

/** With a talk time to fill, the customer wants to hear a question again: twice, or at the last one as often as it takes. */
function fillsTime(customer: Customer, { step, startMs }: Moment, { to }: CompiledHit): boolean {
  if (customer.talkMs === null) return false;
  const spareMs = customer.talkMs - startMs - EXCHANGE_MS - (customer.reach.restMs[to.index] ?? 0);
  return spareMs > SPARE_MS && (step.asks < 2 || !leadsToQuestion(to));
}

/** The next wished hit, if the node has it (spec 5.2, `walk`). */
export function findWished(
  customer: Customer,
  moment: Moment,
): Extract<Reply, { kind: 'hit' }>['hit'] | undefined {
  const wanted = customer.walk[moment.walked];
  if (wanted === undefined) return undefined;
  return moment.step.node.hits.find(({ hit }) => hit.hit === wanted);
}

/** Result 19: some answers, then a branch that asks for a human, or the plain wish for one where the script has none. */
function decideForHuman(customer: Customer, moment: Moment): Intent {
  const { node } = moment.step;
  const patient = moment.exchange < customer.patience;
  if (customer.reach.human[node.index] !== true) {
    const hit = patient ? chooseHit(customer, moment) : null;
    return hit !== null && leadsToQuestion(hit.to) ? { kind: 'hit', hit } : { kind: 'ask-human' };
  }
  const asking = node.hits.find((hit) => hit.human);
  if (asking !== undefined && !patient) return { kind: 'hit', hit: asking };
  const hit = chooseTowardsHuman(customer, moment);
  if (hit !== null && moment.exchange < PATIENCE_LIMIT) return { kind: 'hit', hit };
  return asking === undefined ? { kind: 'ask-human' } : { kind: 'hit', hit: asking };
}

/** Whether the robot will ask again before it hangs up. */
function leadsToQuestion(node: CompiledNode): boolean {
  let ahead: CompiledNode | null = node;
  for (let steps = 0; ahead !== null && ahead.kind === 'tell' && steps < PATIENCE_LIMIT; steps++)
    ahead = ahead.next;
  return ahead?.kind === 'ask';
}

/** Silence or misunderstanding now and then; never where a walk or a time is wished for, once at most where a tag is. */
function decideSlip(customer: Customer, { step, exchange }: Moment): Intent | null {
  if (customer.walk.length > 0 || customer.talkMs !== null || (customer.plan !== null && step.asks > 0))
    return null;
  const { mood } = customer;
  const point = draw(customer.chance, 'slip', exchange);
  if (point < mood.silence) return { kind: 'silence' };
  // Any answer will do at an AnyNode.
  if (point < mood.silence + mood.unclear && step.node.node.type !== 'AnyNode') return { kind: 'unclear' };
  return null;
}
