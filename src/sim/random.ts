/**
 * Chance, drawn by key: every draw hashes its own arguments, so a new draw shifts no other,
 * order and concurrency do not matter and a restart has no generator state to restore.
 */

/** The seed of a whole simulation: an integer from 0 to 2^53 - 1. */
export type Seed = number;

/** The root of a family of draws: an integer of 53 bits. */
export type Chance = number;

const TWO_32 = 2 ** 32;
const TWO_21 = 2 ** 21;

/** Roots a new family in an older one: `deriveChance(seed, "call", taskId, rowIndex, tries)`. */
export function deriveChance(root: Chance, ...parts: readonly (string | number)[]): Chance {
  let high = (root / TWO_32) | 0;
  let low = root | 0;
  for (const part of parts) {
    if (typeof part === 'string') {
      for (let i = 0; i < part.length; i++) {
        const unit = part.charCodeAt(i);
        high = Math.imul(high ^ unit, 0x9e3779b1);
        low = Math.imul(low ^ unit, 0x5f356495);
      }
    } else {
      high = Math.imul(high ^ (part | 0), 0x9e3779b1);
      low = Math.imul(low ^ (part / TWO_32), 0x5f356495) ^ (part | 0);
    }
    // A separator, so that ("ab", "c") and ("a", "bc") differ.
    high = mix(high ^ low, 0x85ebca6b);
    low = mix(low ^ high, 0xc2b2ae35);
  }
  high = mix(high ^ (low >>> 15), 0xc2b2ae35);
  low = mix(low ^ (high >>> 13), 0x85ebca6b);
  return ((high >>> 0) % TWO_21) * TWO_32 + (low >>> 0);
}

function mix(value: number, by: number): number {
  const spread = Math.imul(value ^ (value >>> 16), by);
  return Math.imul(spread ^ (spread >>> 13), 0x297a2d39) ^ (spread >>> 16);
}

/** A fraction in [0, 1). */
export function draw(root: Chance, purpose: string, index = 0): number {
  return deriveChance(root, purpose, index) / 2 ** 53;
}

/** An integer in [min, max], both included. */
export function drawInteger(
  root: Chance,
  purpose: string,
  range: readonly [number, number],
  index = 0,
): number {
  const [min, max] = range;
  return min + Math.floor(draw(root, purpose, index) * (max - min + 1));
}

/** One of `choices`, each as likely as its weight; the last one stands if all weights are 0. */
export function drawWeighted<T>(
  root: Chance,
  purpose: string,
  choices: readonly { readonly value: T; readonly weight: number }[],
  index = 0,
): T {
  const last = choices.at(-1);
  if (last === undefined) throw new Error(`nothing to draw from for "${purpose}"`);
  const total = choices.reduce((sum, choice) => sum + choice.weight, 0);
  let left = draw(root, purpose, index) * total;
  for (const choice of choices) {
    left -= choice.weight;
    if (left < 0) return choice.value;
  }
  return last.value;
}

/** `bytes` lower-case hexadecimal pairs. */
export function drawHex(root: Chance, purpose: string, bytes: number): string {
  let hex = '';
  for (let i = 0; hex.length < bytes * 2; i++) {
    hex += ((deriveChance(root, purpose, i) / TWO_21) >>> 0).toString(16).padStart(8, '0');
  }
  return hex.slice(0, bytes * 2);
}
