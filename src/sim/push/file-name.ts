import { type Chance, drawHex } from '../random.ts';

/** What the path of a failure file looks like, below its folder: `150/2018-12-04/0E05….zip` (doc). */
const PATH_SHAPE = /^([0-9A-Za-z_-]{1,64})\/(\d{4}-\d{2}-\d{2})\/([0-9A-Za-z]{1,64})\.zip$/;

/** The name of a failure file without `.zip`: 16 pairs of `0` and one upper-case hex digit, as in the seed's
 * sample `0E050E000F0B000A060D0D0C0B0B0B03`. `chance` is that of one enterprise's day. */
export function pushFileName(chance: Chance): string {
  return drawHex(chance, 'push-file-name', 8)
    .toUpperCase()
    .replace(/./g, (digit) => `0${digit}`);
}

/** The parts of a failure file's path; null if it is not the path of one. */
export function readPushFilePath(path: string): { businessId: string; day: string; name: string } | null {
  const [, businessId, day, name] = PATH_SHAPE.exec(path) ?? [];
  return businessId === undefined || day === undefined || name === undefined
    ? null
    : { businessId, day, name };
}

/** One line of a failure file (doc: keys and their order), without a newline. */
export function failureLine(push: {
  /** The body: the one line of JSON that was sent, or the object it was written from. */
  readonly data: string | object;
  readonly module: string;
  /** When the push was made, ms. */
  readonly timestamp: number;
  /** Attempts made: the first and its retries, 4 by default (doc, seed 001 part 1). */
  readonly retryTimes: number;
}): string {
  const { data, module, timestamp, retryTimes } = push;
  const body = typeof data === 'string' ? data : JSON.stringify(data);
  return `{"data":${body},"module":${JSON.stringify(module)},"retryTimes":${retryTimes},"timestamp":${timestamp}}`;
}
