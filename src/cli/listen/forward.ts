import type { IncomingMessage } from 'node:http';
import { Agent } from 'undici';
import { nameModule } from '../../push-url.ts';
import type { Module } from '../../sim/account/account.ts';

/** What is answered to whoever sent a push. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Nobody waits so long for an answer, wall ms. */
const MOST_MS = 60_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Passes pushes on to a receiver as they came, and brings back what it answers. */
export class Forwarder implements AsyncDisposable {
  readonly #to: string;
  readonly #agent = new Agent({ headersTimeout: MOST_MS, bodyTimeout: MOST_MS });

  /** @param to `{module}` in it is replaced, else the path that was asked for is appended */
  constructor(to: string) {
    this.#to = to;
  }

  /** @throws Error if nothing came back @param signal ends it */
  async pass(
    request: IncomingMessage,
    body: Buffer,
    how: { module: Module | null; signal: AbortSignal },
  ): Promise<Reply> {
    const { origin, pathname, search } = this.#target(request.url ?? '/', how.module);
    const { 'content-type': type = '', 'user-agent': agent = '' } = request.headers;
    const answer = await this.#agent.request({
      origin,
      path: pathname + search,
      method: 'POST',
      headers: { 'content-type': type, 'user-agent': agent },
      body,
      signal: how.signal,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) throw new Error('the answer is larger than 1 MiB');
      chunks.push(chunk);
    }
    const kept = ['content-type', 'location'].flatMap((name): [string, string][] => {
      const value = answer.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    });
    return { status: answer.statusCode, headers: Object.fromEntries(kept), body: Buffer.concat(chunks) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }

  #target(path: string, module: Module | null): URL {
    const named = nameModule(this.#to, module ?? '');
    if (named !== this.#to) return new URL(named);
    return new URL(path === '/' ? this.#to : this.#to.replace(/\/$/, '') + path);
  }
}
