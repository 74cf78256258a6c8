import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from '../sim/configuration-error.ts';
import { parseDuration } from '../sim/time/duration.ts';
import { explainFailure, findUrl, URL_FLAG } from './connect.ts';
import { readFlags } from './flag.ts';
import { EXIT_FAILED, type Verb } from './verb.ts';

/** Between two looks, wall ms. */
const PAUSE_MS = 100;
const DEFAULT_TIMEOUT = '30s';
/** One look at a server that takes the connection and says nothing ends after this, wall ms. */
const LOOK_MS = 5000;

export const readyzVerb: Verb = {
  name: 'readyz',
  usage: '[--wait] [--url URL] [--timeout 30s] [--json]',
  summary: 'asks a simulator whether it is ready; for health checks',
  flags: [
    { name: '--wait', help: 'asks until it is, or the time is over' },
    URL_FLAG,
    {
      name: '--timeout',
      value: 'TIME',
      help: `how long --wait waits, such as 500ms or 2m (${DEFAULT_TIMEOUT})`,
    },
    { name: '--json', help: 'answers in JSON: {"ready","url","why"}' },
  ],
  exits: [
    { code: 0, when: 'it is ready' },
    { code: EXIT_FAILED, when: 'it is not, or nothing listens there' },
  ],
  run: readyz,
};

interface Look {
  readonly ready: boolean;
  /** Why not; null: ready. */
  readonly why: string | null;
}

async function readyz(args: readonly string[]): Promise<number> {
  const { flags } = readFlags(args, readyzVerb.flags, null);
  const timeoutMs = readTimeout(flags.get('--timeout') ?? DEFAULT_TIMEOUT);
  const url = await findUrl(flags);
  const { ready, why } = flags.has('--wait')
    ? await waitForReady(url, timeoutMs)
    : await look(url, timeoutMs);
  if (flags.has('--json')) process.stdout.write(`${JSON.stringify({ ready, url, why })}\n`);
  else if (ready) process.stdout.write(`ready: ${url}\n`);
  else process.stderr.write(`not ready: ${url}: ${why}\n`);
  return ready ? 0 : EXIT_FAILED;
}

async function waitForReady(url: string, timeoutMs: number): Promise<Look> {
  const endAt = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look(url, Math.max(1, endAt - performance.now()));
    if (seen.ready || performance.now() + PAUSE_MS >= endAt) return seen;
    await sleep(PAUSE_MS);
  }
}

async function look(url: string, mostMs: number): Promise<Look> {
  const signal = AbortSignal.timeout(Math.ceil(Math.min(mostMs, LOOK_MS)));
  try {
    // Not fetch(), which refuses some ports, such as 6000.
    const { request } = await import('undici');
    const { statusCode, body } = await request(`${url}/_sim/readyz`, { signal });
    const text = await body.text();
    return statusCode === 200
      ? { ready: true, why: null }
      : { ready: false, why: explainAnswer(statusCode, text) };
  } catch (error) {
    return { ready: false, why: signal.aborted ? 'no answer in time' : explainFailure(error) };
  }
}

function explainAnswer(status: number, text: string): string {
  try {
    const { message } = (JSON.parse(text) as { error: { message: string } }).error;
    return message;
  } catch {
    return `HTTP ${status}, which is no answer of a simulator`;
  }
}

function readTimeout(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new ConfigurationError([
    { place: '--timeout', found: `"${text}"`, expected: 'a time such as 30s, 500ms or 2m' },
  ]);
}
