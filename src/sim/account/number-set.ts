/** Characters at the end of a number that tell it from others quickly. */
const END_LENGTH = 6;

/** Values that `markOf` gives: 0 to this, less one. */
export const MARKS = 1 << 14;

/** A small number made of a number's last digits; different for most numbers that differ. */
export function markOf(number: string): number {
  let mark = 0;
  for (let i = Math.max(0, number.length - END_LENGTH); i < number.length; i++)
    mark = (mark * 31 + number.charCodeAt(i)) & (MARKS - 1);
  return mark;
}

/**
 * Numbers that each row of a submission is looked up in, and hardly one is found: a look at its end is enough for
 * most of them, many times cheaper than to hash a string that was just read.
 */
export class NumberSet {
  readonly #numbers: ReadonlySet<string>;
  readonly #marks = new Uint8Array(MARKS);

  constructor(numbers: readonly string[]) {
    this.#numbers = new Set(numbers);
    for (const number of numbers) this.#marks[markOf(number)] = 1;
  }

  has(number: string): boolean {
    return this.#marks[markOf(number)] === 1 && this.#numbers.has(number);
  }
}
