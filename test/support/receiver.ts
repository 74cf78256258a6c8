import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { holdPush } from './contract/hold.ts';

/** One request that a receiver got, in the order of arrival. */
export interface Got {
  readonly module: string;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly headers: IncomingMessage['headers'];
}

/** What a receiver answers: a text, or whatever it does to the response itself. */
export type Answer = (got: Got, response: ServerResponse) => string | null | Promise<string | null>;

/** An integrator's receiver on a real socket. */
export class TestReceiver implements AsyncDisposable {
  readonly got: Got[] = [];
  answer: Answer = () => 'success';
  /** Requests whose answer has not been given yet. */
  open = 0;
  /** The most of them at a time. */
  mostOpen = 0;
  readonly #waiting = new Set<() => void>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<TestReceiver> {
    const server = createServer();
    const receiver = new TestReceiver(server);
    server.on('request', (request, response) => void receiver.#receive(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  of(module: string): Got[] {
    return this.got.filter((got) => got.module === module);
  }

  /** Resolves once this holds, looked at whenever something came or was answered. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const got = {
      module: request.url?.split('/').at(-1) ?? '',
      text,
      body: JSON.parse(text) as Record<string, unknown>,
      headers: request.headers,
    };
    holdPush(got.module, got.body);
    this.got.push(got);
    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    this.#look();
    const answer = await this.answer(got, response);
    if (answer !== null) response.end(answer);
    this.open--;
    this.#look();
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}
