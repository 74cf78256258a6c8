/**
 * The one of `names` that a misspelt word was probably meant to be; null if none comes near.
 * @param mostEdits letters that may be wrong: a third of the word, and of a long one no more than costs nothing to compare
 */
export function findNearest(
  word: string,
  names: readonly string[],
  mostEdits = Math.floor(Math.min(word.length, 60) / 3),
): string | null {
  let nearest: string | null = null;
  let least = mostEdits + 1;
  for (const name of names) {
    if (Math.abs(name.length - word.length) >= least) continue;
    const distance = countEdits(word, name);
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest;
}

/** Letters to put in, take out, exchange, or swap with their neighbour. */
function countEdits(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      const [left = 0, above = 0, corner = 0] = [row[j - 1], last[j], last[j - 1]];
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row[j] = Math.min(left + 1, above + 1, corner + same, swapped ? (before[j - 2] ?? 0) + 1 : Infinity);
    }
    [before, last] = [last, row];
  }
  return last[to.length] ?? 0;
}
