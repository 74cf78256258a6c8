import { draw } from '../../random.ts';
import type { CompiledHit, CompiledNode } from '../compile.ts';
import { isWay, slotAfter, type TagPlan } from '../reach.ts';
import type { Customer, Moment } from './customer.ts';

/** After this, an ordinary customer takes the branches that lead to an end (choice). */
const HURRY_MS = 95_000;
/** After this many answers, or so long, a customer who has a tag to reach goes for it by the shortest way (choice). */
const STRAY_EXCHANGES = 6;
const STRAY_MS = 45_000;
/** With a talk time to fill, a branch is too short if it leaves so much of it (choice). */
export const SPARE_MS = 9000;

/** The branch that a simulated customer takes here; null: none fits, so no answer is given. */
export function chooseHit(customer: Customer, moment: Moment): CompiledHit | null {
  const { node } = moment.step;
  const plan = customer.plan;
  if (plan !== null) {
    const way = chooseWay(plan, customer, moment);
    if (way !== undefined) return way;
  }
  const hits = node.hits.filter(({ hit, human }) => hit.weight > 0 && (!human || customer.mayAskHuman));
  if (hits.length < 2) return hits[0] ?? node.hits[0] ?? null;
  if (customer.talkMs !== null) return chooseForTime(customer, moment, hits);
  if (moment.startMs > HURRY_MS) return leastBy(hits, ({ to }) => customer.reach.steps[to.index] ?? 0);
  return drawHit(customer, moment, hits);
}

/** A branch that about fills the wished talk time, else one that overruns it (the customer hangs up), else the longest. */
function chooseForTime(customer: Customer, moment: Moment, hits: readonly CompiledHit[]): CompiledHit | null {
  const leftMs = (customer.talkMs ?? 0) - moment.startMs;
  const restOf = ({ to }: CompiledHit): number => customer.reach.restMs[to.index] ?? 0;
  const fitting = hits.filter((hit) => restOf(hit) <= leftMs && restOf(hit) > leftMs - SPARE_MS);
  if (fitting.length > 0) return drawHit(customer, moment, fitting);
  const longer = hits.filter((hit) => restOf(hit) > leftMs);
  return longer.length > 0 ? drawHit(customer, moment, longer) : leastBy(hits, (hit) => -restOf(hit));
}

/** A branch on the way to the wished tag; null: silence is the way; undefined: the walk has left every way. */
function chooseWay(plan: TagPlan, customer: Customer, moment: Moment): CompiledHit | null | undefined {
  const { node } = moment.step;
  const wasLast = moment.lastTag === plan.tag;
  const stepsOf = (to: CompiledNode): number | undefined => plan.steps[slotAfter(to, plan.tag, wasLast)];
  const hits = node.hits.filter(({ human, to }) => (!human || plan.anyWay) && isWay(stepsOf(to)));
  if (hits.length === 0)
    return plan.anyWay && node.next !== null && isWay(stepsOf(node.next)) ? null : undefined;
  if (moment.exchange >= STRAY_EXCHANGES || moment.startMs > STRAY_MS) {
    return leastBy(hits, ({ to }) => stepsOf(to) ?? 0);
  }
  return drawHit(customer, moment, hits);
}

/** A branch by weight, through one of those that still lead to a human. */
export function chooseTowardsHuman(customer: Customer, moment: Moment): CompiledHit | null {
  const { human } = customer.reach;
  const hits = moment.step.node.hits.filter(
    (hit) => !hit.human && hit.hit.weight > 0 && human[hit.to.index] === true,
  );
  return hits.length === 0 ? null : drawHit(customer, moment, hits);
}

/** One by weight; each alike if all weigh nothing. */
function drawHit(customer: Customer, moment: Moment, hits: readonly CompiledHit[]): CompiledHit | null {
  let total = 0;
  for (const { hit } of hits) total += hit.weight;
  const point = draw(customer.chance, 'hit', moment.exchange);
  if (total === 0) return hits[Math.floor(point * hits.length)] ?? null;
  let left = point * total;
  for (const hit of hits) {
    left -= hit.hit.weight;
    if (left < 0) return hit;
  }
  return hits.at(-1) ?? null;
}

function leastBy(hits: readonly CompiledHit[], measure: (hit: CompiledHit) => number): CompiledHit | null {
  let best: CompiledHit | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const hit of hits) {
    const size = measure(hit);
    if (best === null || size < least) {
      best = hit;
      least = size;
    }
  }
  return best;
}
