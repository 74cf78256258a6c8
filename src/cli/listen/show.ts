import { type Seen, writeSeen } from './line.ts';
import type { Lost } from './live-view.ts';

/** How what is seen comes to stdout. */
export interface Show {
  /** @param forward where pushes are passed on to; null: nowhere */
  /** A receiver of its own is there. */
  listening(url: string, forward: string | null): void;
  /** What the simulator there pushes is shown from now on. */
  watching(url: string): void;
  push(seen: Seen): void;
  gap(lost: Lost): void;
}

export const showWords: Show = {
  listening: (url, forward) =>
    print(`yeta-sim listens on ${url}${forward === null ? '' : `, and passes on to ${forward}`}`),
  watching: (url) => print(`shows what the simulator at ${url} pushes`),
  push: (seen) => print(writeSeen(seen)),
  gap: ({ lost }) => print(`${lost ?? 'some'} events were lost on the way: too many came at once`),
};

export const showJson: Show = {
  listening: (url, forward) => print(JSON.stringify({ event: 'listening', url, forward })),
  watching: (url) => showJson.listening(url, null),
  push: (seen) => print(JSON.stringify({ event: 'push', ...seen })),
  gap: ({ lost }) => print(JSON.stringify({ event: 'gap', lost })),
};

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
