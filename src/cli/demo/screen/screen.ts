import { styleText } from 'node:util';
import type { DemoReceiver } from '../demo-receiver.ts';
import type { Snapshot } from '../snapshot.ts';
import { drawFrame, summarize, timeOf } from './frame.ts';
import { cut } from './width.ts';

/** Where the day is watched. */
export interface Screen {
  /** @param at simulated instant */
  milestone(at: number, text: string): void;
  show(snapshot: Snapshot): Promise<void>;
  /** Takes away what was only for watching. */
  close(): void;
}

/** Standard output, or what stands for it in a test. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ScreenOptions {
  readonly output: Output;
  readonly receivers: readonly DemoReceiver[];
  /** Wall ms that each look stays on a terminal. */
  readonly frameMs: number;
}

/** A block that is drawn anew on a terminal; plain lines anywhere else. */
export function openScreen(options: ScreenOptions): Screen {
  return options.output.isTTY === true ? openTerminal(options) : openLog(options);
}

/** How often, in simulated time, a line says how far things are. */
const LINE_EVERY_MS = 5 * 60_000;

function openLog({ output, receivers }: ScreenOptions): Screen {
  let nextAt = 0;
  let last = '';
  const write = (at: number, text: string) => output.write(`${timeOf(at)}  ${text}\n`);
  return {
    milestone: write,
    async show(snapshot) {
      if (nextAt === 0) nextAt = snapshot.now + LINE_EVERY_MS;
      if (snapshot.now < nextAt) return;
      nextAt = snapshot.now + LINE_EVERY_MS;
      const text = summarize(snapshot, receivers);
      if (text !== last) write(snapshot.now, text);
      last = text;
    },
    close() {},
  };
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

function openTerminal({ output, receivers, frameMs }: ScreenOptions): Screen {
  let height = 0;
  let frameEnd = 0;
  const clear = () => {
    // Up over the block, and everything from there on is cleared.
    if (height > 0) output.write(`\u001b[${height}F\u001b[J`);
    height = 0;
  };
  output.write(HIDE_CURSOR);
  return {
    milestone(at, text) {
      clear();
      output.write(`${styleText('dim', timeOf(at))}  ${text}\n`);
    },
    async show(snapshot) {
      // One column stays free: some terminals break a full line.
      const lines = drawFrame(snapshot, receivers).map((line) => cut(line, (output.columns ?? 80) - 1));
      clear();
      output.write(`${lines.map((line, i) => (i === 1 ? styleText('bold', line) : line)).join('\n')}\n`);
      height = lines.length;
      const waitMs = frameEnd - performance.now();
      frameEnd = Math.max(frameEnd, performance.now()) + frameMs;
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    },
    close() {
      clear();
      output.write(SHOW_CURSOR);
    },
  };
}
