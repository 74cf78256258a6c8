import { MODULES, type Module } from '../../sim/account/account.ts';
import { padEnd } from '../demo/screen/width.ts';
import { plainText } from '../plain-text.ts';

/** A push or pull, and what it was answered with. */
export interface Seen {
  /** ISO 8601 with +08:00, of the simulator's clock or, at a receiver, the wall's. */
  readonly at: string;
  readonly atMs: number;
  readonly module: Module | null;
  /** The customer's; null: nobody said it so far. */
  readonly number: string | null;
  readonly callUuid: string | null;
  /** What it tells of the call, in a few words. */
  readonly result: string;
  /** Bytes of the body. */
  readonly size: number;
  readonly delivered: boolean;
  /** Why it does not count; null: it does. */
  readonly error: string | null;
  readonly answer: { readonly status: number | null; readonly tookMs: number; readonly text: string | null };
  readonly body: unknown;
}

const MODULE_WIDTH = Math.max(...MODULES.map((module) => module.length));
const NUMBER_WIDTH = 12;
const RESULT_WIDTH = 42;

/** A push in a line. */
export function writeSeen({
  at,
  module,
  number,
  callUuid,
  result,
  size,
  delivered,
  error,
  answer,
}: Seen): string {
  const who = number ?? (callUuid === null ? '' : `${callUuid.slice(0, 8)}…`);
  const status = answer.status === null ? '' : `${answer.status} `;
  const cells = [
    at.slice(11, 19),
    (module ?? '?').padEnd(MODULE_WIDTH),
    who.padEnd(NUMBER_WIDTH),
    padEnd(result, RESULT_WIDTH),
    writeSize(size).padStart(8),
    `${status}in ${answer.tookMs} ms ${delivered ? 'ok' : `NOT DELIVERED: ${error}`}`,
  ];
  return plainText(cells.join('  ')).replaceAll('\n', ' ');
}

function writeSize(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}
