import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import type { AttemptOutcome } from '../../sim/port.ts';
import { explainError, explainTimeout } from '../../sim/push/error-words.ts';

const PIECES = 15;
const PAUSE_MS = 100;
/** Bytes of an answer that are read. */
const MAX_ANSWER_BYTES = 64 * 1024;

export interface SlowRequest {
  readonly url: string;
  readonly body: string;
  /** Wall ms for all of it, the sending too. */
  readonly timeoutMs: number;
  readonly userAgent: string;
}

/** Sends a body in pieces, as over a poor connection. `tookMs` counts from its last byte. */
export async function sendSlowly({ url, body, timeoutMs, userAgent }: SlowRequest): Promise<AttemptOutcome> {
  const bytes = Buffer.from(body);
  let sentAt = performance.now();
  async function* pieces() {
    const size = Math.ceil(bytes.length / PIECES);
    for (let at = 0; at < bytes.length; at += size) {
      await sleep(PAUSE_MS);
      sentAt = performance.now();
      yield bytes.subarray(at, at + size);
    }
  }
  const { origin, pathname, search, hostname } = new URL(url);
  const signal = AbortSignal.timeout(timeoutMs);
  const agent = new Agent();
  const outcome = { status: null, answer: null, error: null, timedOut: false };
  const tookMs = () => Math.round(performance.now() - sentAt);
  try {
    const response = await agent.request({
      origin,
      path: pathname + search,
      method: 'POST',
      headers: {
        'Content-Type': 'application/json;charset=UTF-8',
        'Content-Length': String(bytes.length),
        'User-Agent': userAgent,
      },
      body: Readable.from(pieces()),
      signal,
    });
    const answer = await readStart(response.body);
    return { ...outcome, status: response.statusCode, answer, tookMs: tookMs() };
  } catch (error) {
    const timedOut = signal.aborted;
    const why = timedOut
      ? explainTimeout(timeoutMs)
      : explainError(error as Error, { hostname, begun: false });
    return { ...outcome, error: why, timedOut, tookMs: tookMs() };
  } finally {
    await agent.destroy();
  }
}

async function readStart(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString();
}
