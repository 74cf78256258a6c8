import type { Hono } from 'hono';
import { LightResponse } from '../../../src/server/light-response.ts';
import type { PlatformEnv } from '../../../src/server/platform/fault.ts';
import { report } from './breach.ts';
import { checkControl } from './control.ts';
import type { Exchange } from './exchange.ts';
import { checkPlatform, checkPushed } from './platform.ts';

/* Holds everything that goes over the wire in tests to the published contract; a test that sees a breach fails. */

const LOOKED_AT = /^(application\/json|text\/plain)/;

/** Looks at every request that the app answers, in process and over a socket. @param hasFaults whether fault rules stand */
export function holdToContract(app: Pick<Hono<PlatformEnv>, 'fetch'>, hasFaults: () => boolean): void {
  const answer = app.fetch;
  app.fetch = async (request, env, context) => {
    // A socket's request is read once, by the app.
    const isInProcess = (env as PlatformEnv['Bindings'] | undefined)?.incoming === undefined;
    const sent = isInProcess ? readSent(request.clone()) : null;
    const faultsBefore = hasFaults();
    const response = await answer(request, env, context);
    const type = response.headers.get('content-type') ?? '';
    if (response.type === 'error' || response.headers.has('x-hono-already-sent')) return response;
    const got = LOOKED_AT.test(type) ? await response.text() : null;
    const url = new URL(request.url);
    look({
      method: request.method,
      path: url.pathname.replace(/\/{2,}/g, '/'),
      query: url.searchParams,
      sent: await sent,
      status: response.status,
      contentType: type,
      got,
      hasFaults: faultsBefore || hasFaults(),
    });
    if (got === null) return response;
    return new LightResponse(got, { status: response.status, headers: response.headers });
  };
}

/** Null for bytes that are no text. */
async function readSent(request: Request): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await request.arrayBuffer());
  } catch {
    return null;
  }
}

/** Looks at what a receiver got. */
export function holdPush(module: string, body: unknown): void {
  for (const problem of checkPushed(module, body)) {
    report(`push ${module}: ${problem}, in ${JSON.stringify(body).slice(0, 500)}`);
  }
}

function look(exchange: Exchange): void {
  const { method, path, status, got } = exchange;
  for (const problem of check(exchange)) {
    report(`${method} ${path} answered ${status}: ${problem}, in ${got?.slice(0, 300)}`);
  }
}

function check(exchange: Exchange): string[] {
  if (exchange.path.startsWith('/openapi/')) return checkPlatform(exchange);
  return exchange.path.startsWith('/_sim/') ? checkControl(exchange) : [];
}
