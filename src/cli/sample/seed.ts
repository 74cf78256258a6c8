import { randomInt } from 'node:crypto';
import { ConfigurationError } from '../../sim/configuration-error.ts';

/** A seed of calls that are made for a receiver: another one each time, unless told otherwise. @throws ConfigurationError */
export function readSeed(text = 'random'): number {
  if (text === 'random') return randomInt(2 ** 32);
  const seed = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(seed)) return seed;
  const expected = 'a whole number from 0 up, or random';
  throw new ConfigurationError([{ place: '--seed', found: `"${text}"`, expected }]);
}
