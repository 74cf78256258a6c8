import type { CompiledNode, CompiledScript } from './compile.ts';
import { measureText } from './text.ts';

/** What lies ahead of each node, by its index; worked out once for a script. */
export interface Reach {
  /** Steps of the shortest way to an end; Infinity if there is none. */
  readonly steps: readonly number[];
  /** Whether a branch that asks for a human lies here or ahead. */
  readonly human: readonly boolean[];
  /** ms that the rest of the dialogue takes on average, from the node's first word at speed 0; a rough figure for pacing. */
  readonly restMs: readonly number[];
}

/** How to end with a given tag: a way through pairs of (node, whether the tag is the last one passed). */
export interface TagPlan {
  readonly tag: string;
  /** Whether it needs branches that ask for a human, or questions left unanswered. */
  readonly anyWay: boolean;
  /** Steps left from a node, by `index * 2 + (tag is the last passed ? 1 : 0)`; Infinity: no way. */
  readonly steps: readonly number[];
}

/** Customer's part of an exchange on average: thinking, speaking, and the robot's own pause. */
const EXCHANGE_MS = 3600;
const ROUNDS = 60;
const NO_WAY = Number.POSITIVE_INFINITY;

const reaches = new WeakMap<CompiledScript, Reach>();
const plans = new WeakMap<CompiledScript, Map<string, TagPlan | null>>();

export function lookAhead(script: CompiledScript): Reach {
  const known = reaches.get(script);
  if (known !== undefined) return known;
  const reach = { steps: countSteps(script), human: findHumans(script), restMs: expectRest(script) };
  reaches.set(script, reach);
  return reach;
}

function countSteps({ nodes }: CompiledScript): number[] {
  const steps = nodes.map((node) => (node.kind === 'end' ? 0 : NO_WAY));
  settle(nodes, (node) => {
    const least = Math.min(...waysOn(node).map((to) => at(steps, to.index) + 1), at(steps, node.index));
    return replace(steps, node.index, least);
  });
  return steps;
}

function findHumans({ nodes }: CompiledScript): boolean[] {
  const human = nodes.map((node) => node.hits.some((hit) => hit.human));
  settle(nodes, (node) => {
    const found = human[node.index] === true || waysOn(node).some((to) => human[to.index] === true);
    return replace(human, node.index, found);
  });
  return human;
}

function expectRest({ nodes }: CompiledScript): number[] {
  const rest = nodes.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    for (const node of nodes) rest[node.index] = measureText(node.text, {}) + 400 + expectNext(node, rest);
  }
  return rest;
}

function expectNext(node: CompiledNode, rest: readonly number[]): number {
  if (node.kind === 'end') return 0;
  if (node.kind === 'tell') return node.next === null ? 0 : at(rest, node.next.index);
  const hits = node.hits.filter((hit) => !hit.human);
  const total = hits.reduce((sum, { hit }) => sum + hit.weight, 0);
  const ahead = hits.reduce((sum, { hit, to }) => sum + hit.weight * at(rest, to.index), 0);
  return EXCHANGE_MS + (total > 0 ? ahead / total : 0);
}

/**
 * The plan to end with `tag`, or null if no walk does. Ways that pass no other tag are preferred, then those that
 * pass no better one, then any but through a human, then any at all, the fall-back of an unanswered node included.
 */
export function planTag(script: CompiledScript, tag: string): TagPlan | null {
  let known = plans.get(script);
  if (known === undefined) {
    known = new Map();
    plans.set(script, known);
  }
  const plan = known.get(tag);
  if (plan !== undefined) return plan;
  const fresh = findPlan(script, tag);
  known.set(tag, fresh);
  return fresh;
}

function findPlan(script: CompiledScript, tag: string): TagPlan | null {
  const tiers: readonly ((own: string) => boolean)[] = [
    (own) => own === tag,
    (own) => own >= tag,
    () => true,
  ];
  for (const anyWay of [false, true]) {
    for (const allows of tiers) {
      const steps = countTagSteps(script, { tag, allows, anyWay });
      if (isWay(at(steps, slotAfter(script.start, tag, false)))) return { tag, anyWay, steps };
    }
  }
  return null;
}

interface Tier {
  readonly tag: string;
  readonly allows: (own: string) => boolean;
  readonly anyWay: boolean;
}

function countTagSteps({ nodes, start }: CompiledScript, tier: Tier): number[] {
  const { tag, allows, anyWay } = tier;
  const open = nodes.map((node) => node === start || node.node.tag === undefined || allows(node.node.tag));
  const steps = nodes.flatMap((node) => [
    NO_WAY,
    node.kind === 'end' && open[node.index] === true ? 0 : NO_WAY,
  ]);
  settle(nodes, (node) => {
    if (open[node.index] !== true) return false;
    const ways = anyWay ? waysOn(node) : plainWaysOn(node);
    const improve = (last: boolean): boolean => {
      const slot = node.index * 2 + (last ? 1 : 0);
      const least = Math.min(...ways.map((to) => at(steps, slotAfter(to, tag, last)) + 1), at(steps, slot));
      return replace(steps, slot, least);
    };
    const changed = improve(false);
    return improve(true) || changed;
  });
  return steps;
}

/** Whether a number of steps is one that ends. */
export function isWay(steps: number | undefined): boolean {
  return steps !== undefined && steps < NO_WAY;
}

/** The slot of a plan for a node that has been entered: its own tag, if any, is now the last one. */
export function slotAfter(node: CompiledNode, tag: string, wasLast: boolean): number {
  const own = node.node.tag;
  return node.index * 2 + ((own === undefined ? wasLast : own === tag) ? 1 : 0);
}

function waysOn(node: CompiledNode): CompiledNode[] {
  const ways = node.hits.map((hit) => hit.to);
  return node.next === null ? ways : [...ways, node.next];
}

function plainWaysOn(node: CompiledNode): CompiledNode[] {
  if (node.kind === 'tell') return node.next === null ? [] : [node.next];
  return node.hits.filter((hit) => !hit.human).map((hit) => hit.to);
}

/** Runs over the nodes until a round changes nothing. */
function settle(nodes: readonly CompiledNode[], improve: (node: CompiledNode) => boolean): void {
  let changed = true;
  while (changed) {
    changed = false;
    for (const node of nodes) changed = improve(node) || changed;
  }
}

function replace<T>(list: T[], index: number, value: T): boolean {
  const changed = list[index] !== value;
  list[index] = value;
  return changed;
}

function at(list: readonly number[], index: number): number {
  return list[index] ?? NO_WAY;
}
