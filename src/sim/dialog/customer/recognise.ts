import type { CompiledHit, CompiledNode } from '../compile.ts';
import { fillText, type Values } from '../text.ts';

const NOISE = /[\s，。、！？；：,.!?;:"“”…~—-]+/g;
const SAME = 1000;
const PART = 2;
const LEAST_LIKENESS = 0.3;
const KEYS = /^[0-9*#A-D]+$/;

/**
 * The branch that a given text means, or undefined if none is near: the hit's name or one of its texts, else
 * whichever contains or is contained in it, else whichever shares most pairs of characters with it (choice; the
 * platform's own recognition is not documented).
 */
export function recogniseText(node: CompiledNode, text: string, values: Values): CompiledHit | undefined {
  const said = text.replace(NOISE, '');
  if (said === '') return undefined;
  let best: CompiledHit | undefined;
  let most = 0;
  for (const hit of node.hits) {
    const score = scoreHit(hit, said, values);
    if (score > most) {
      best = hit;
      most = score;
    }
  }
  return best;
}

function scoreHit(hit: CompiledHit, said: string, values: Values): number {
  let most = hit.hit.keys === said ? SAME : scorePhrase(hit.hit.hit, said);
  for (const says of hit.says) {
    const phrase = fillText(says, values).replace(NOISE, '');
    most = Math.max(most, scorePhrase(phrase, said), likeness(said, phrase));
  }
  return most;
}

function scorePhrase(phrase: string, said: string): number {
  if (phrase === '') return 0;
  if (phrase === said) return SAME;
  if (said.includes(phrase)) return PART + phrase.length;
  return said.length > 1 && phrase.includes(said) ? PART + said.length : 0;
}

/** Share of the pairs of characters that two texts have in common, 0 to 1; little counts as nothing. */
function likeness(one: string, other: string): number {
  if (one.length < 2 || other.length < 2) return 0;
  const pairs = new Set(pairsOf(one));
  const common = pairsOf(other).filter((pair) => pairs.has(pair)).length;
  const share = (2 * common) / (one.length + other.length - 2);
  return share < LEAST_LIKENESS ? 0 : share;
}

function pairsOf(text: string): string[] {
  return Array.from({ length: text.length - 1 }, (_, i) => text.slice(i, i + 2));
}

/** The branch that pressed keys take: the one with these keys, else one that takes any input. */
export function recogniseKeys(node: CompiledNode, keys: string): CompiledHit | undefined {
  const exact = node.hits.find(({ hit }) => hit.keys === keys);
  return exact ?? node.hits.find(({ hit, human }) => hit.keys === undefined && !human);
}

/** Whether a text is made of telephone keys. */
export function isKeys(text: string): boolean {
  return KEYS.test(text);
}

/** Pressed keys as the text of a turn: without the 井号 that only ends them (the sample of seed 001 has none). */
export function readKeys(keys: string): string {
  return keys.replace(/#+$/, '') || keys;
}
