import { stripVTControlCharacters } from 'node:util';
import type { Output } from '../../../src/cli/demo/screen/screen.ts';
import { widthOf } from '../../../src/cli/demo/screen/width.ts';

const ESC = '\u001b';
const HIDE_CURSOR = `${ESC}[?25l`;
const SHOW_CURSOR = `${ESC}[?25h`;
const CLEAR_BELOW = `${ESC}[J`;
const CONTROL = new RegExp(String.raw`(${ESC}\[\d*F|${ESC}\[J|${ESC}\[\?25[lh]|\n)`);
const UP = new RegExp(String.raw`^${ESC}\[(\d*)F$`);

/** Stands for standard output: keeps what is written, and as a terminal obeys the few controls that the demo uses. */
export class Terminal implements Output {
  readonly isTTY: boolean;
  readonly columns: number;
  text = '';
  redraws = 0;
  /** Columns of the widest line that was drawn and taken away again. */
  widestFrame = 0;
  cursorIsHidden = false;
  readonly #lines: string[] = [''];

  /** @param size none: it is no terminal */
  constructor(size?: { readonly columns: number }) {
    this.isTTY = size !== undefined;
    this.columns = size?.columns ?? 80;
  }

  write(text: string): void {
    this.text += text;
    for (const part of text.split(CONTROL)) this.#take(part);
  }

  /** What stands there in the end. */
  screen(): string {
    return this.#lines.map(stripVTControlCharacters).join('\n');
  }

  #take(part: string): void {
    const up = UP.exec(part)?.[1];
    if (up !== undefined) this.#clear(Number(up));
    else if (part === HIDE_CURSOR) this.cursorIsHidden = true;
    else if (part === SHOW_CURSOR) this.cursorIsHidden = false;
    else if (part === '\n') this.#lines.push('');
    // Going up has taken away what is cleared here.
    else if (part !== CLEAR_BELOW) this.#lines.push((this.#lines.pop() ?? '') + part);
  }

  #clear(height: number): void {
    const gone = this.#lines.splice(-1 - height).map(stripVTControlCharacters);
    this.redraws++;
    this.widestFrame = Math.max(this.widestFrame, ...gone.map(widthOf));
    this.#lines.push('');
  }
}
