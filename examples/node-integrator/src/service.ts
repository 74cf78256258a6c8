import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { CallStore, type Push } from './call-store.ts';
import { type Customer, type YetaAccess, YetaClient } from './yeta-client.ts';

export interface ServiceOptions {
  readonly yeta: YetaAccess;
  /** 0: a free one. */
  readonly port: number;
  /** `:memory:` for one that is gone with the process. */
  readonly database: string;
}

export interface Service extends AsyncDisposable {
  readonly url: string;
}

/**
 * Has customers called, and keeps what becomes of it:
 * `POST /customers` `[{"phone","name"}]` submits them, `GET /customers` tells how far they are,
 * and `POST /yeta/<module>` is what the platform is given as the address of its pushes.
 */
export async function startService({ yeta, port, database }: ServiceOptions): Promise<Service> {
  const client = new YetaClient(yeta);
  const store = new CallStore(database);

  async function answer(request: IncomingMessage): Promise<unknown> {
    const route = `${request.method} ${request.url?.replace(/^\/yeta\/\w+$/, '/yeta')}`;
    if (route === 'POST /yeta') {
      // Kept at once, and nothing else: the answer has to be there within 3 seconds, and needs the word success.
      store.keep((await json(request)) as Push);
      return { code: 0, message: 'success' };
    }
    if (route === 'GET /customers') return store.outcomes();
    if (route !== 'POST /customers') return null;
    const customers = (await json(request)) as Customer[];
    store.addNumbers(customers, await client.callOut(customers));
    return { submitted: customers.length };
  }

  const server = createServer(async (request, response) => {
    const body = await answer(request).catch((error: Error) => error);
    response.statusCode = body instanceof Error ? 500 : body === null ? 404 : 200;
    response.setHeader('Content-Type', 'application/json;charset=UTF-8');
    response.end(JSON.stringify(body instanceof Error ? { error: body.message } : body));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      store.close();
    },
  };
}
