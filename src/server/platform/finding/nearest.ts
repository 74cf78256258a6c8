/** The one of `names` that a misspelt word was probably meant to be; null if none comes near. */
export function findNearest(word: string, names: readonly string[]): string | null {
  let nearest: string | null = null;
  // A third of a word may be wrong, and it costs nothing to compare a short one.
  let least = Math.floor(Math.min(word.length, 60) / 3) + 1;
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
