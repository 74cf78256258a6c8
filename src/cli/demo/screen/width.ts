/** Code points that take two columns of a terminal: Chinese characters, their punctuation, full-width forms. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{20000}-\u{3fffd}]/u;

/** Columns that a text takes in a terminal. */
export function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + widthOfOne(character), 0);
}

/** The text with blanks behind it up to `width` columns. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** As much of the text as fits in `width` columns; what is cut off is marked. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let left = width - 1;
  for (const character of text) {
    left -= widthOfOne(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Never the first on a line: it stays with what it follows. */
const CLOSING = /[，。？！：；、」』）…]/u;

/** The text in lines of at most `width` columns and a mark; breaks at any character, as Chinese does. */
export function wrap(text: string, width: number): string[] {
  const lines = [''];
  let used = 0;
  for (const character of text) {
    const one = widthOfOne(character);
    if (used + one > width && !CLOSING.test(character)) {
      lines.push('');
      used = 0;
    }
    lines.push((lines.pop() ?? '') + character);
    used += one;
  }
  return lines;
}

function widthOfOne(character: string): number {
  return WIDE.test(character) ? 2 : 1;
}
