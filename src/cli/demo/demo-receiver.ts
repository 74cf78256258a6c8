import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What was told of a call: by a push, or by a line of a failure file. */
export interface Told {
  readonly module: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A push that the receiver took: answered with `success`. */
export interface Taken extends Told {
  /** Wall ms. */
  readonly arrivedAt: number;
}

/** An integrator's receiver on a socket of its own, with a count of its own. */
export class DemoReceiver implements AsyncDisposable {
  readonly taken: Taken[] = [];
  /** Requests that came in all. */
  requests = 0;
  /** Those of them that were answered with HTTP 503. */
  refused = 0;
  /** While it is down, it refuses everything. */
  isDown = false;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<DemoReceiver> {
    const server = createServer();
    const receiver = new DemoReceiver(server);
    server.on('request', (request, response) => void receiver.#receive(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.requests++;
    if (this.isDown) {
      this.refused++;
      response.writeHead(503).end('down for maintenance');
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Told['body'];
    this.taken.push({ module: request.url?.split('/').at(-1) ?? '', body, arrivedAt: performance.now() });
    response.end('{"code":0,"message":"success"}');
  }
}
