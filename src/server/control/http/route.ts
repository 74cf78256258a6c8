import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import { streamBody } from '../../body.ts';
import { LightResponse } from '../../light-response.ts';
import type { ControlScope } from '../scope.ts';
import { answerJson } from './error.ts';
import { nothing } from './field.ts';
import { readJson, readQuery, readText } from './input.ts';

/** What a route is handed: its simulator, and what was read from the request. */
interface Call<Query, Body> {
  readonly scope: ControlScope;
  /** By the names in the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** One of the headers that the route names. */
  header(name: string): string | undefined;
  /** The answer goes on after `run`, and keeps its simulator until then. @returns to be called when it is over */
  stay(): () => void;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

interface RouteOf<Query extends z.ZodType, Body extends z.ZodType, Answer extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/_sim`, in Hono's form. */
  readonly path: string;
  /** One line for the documents made of the routes. */
  readonly summary: string;
  /** `open`: needs no admin token. */
  readonly access?: 'open';
  /** Status of an answer that is no error, default 200. */
  readonly status?: number;
  readonly query?: Query;
  readonly body?: Body;
  /** A body, for the documents. */
  readonly example?: z.input<Body>;
  /** Request headers that it reads, and what they say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `text`: the body is handed on as it came, whatever its type; `file`: piece by piece, as it comes. */
  readonly reads?: 'text' | 'file';
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Stands once for the whole server, not again below each universe. */
  readonly isShared?: true;
  /** Of an answer that is no error, and no `Response`. */
  readonly answer: () => Answer;
  /** Type of a `Response`, which is not JSON; `answer` is then what is in it, as far as it can be told. */
  readonly produces?: string;
  /** A `Response` goes out as it is, a text as plain text, anything else as JSON. */
  run(
    call: Call<z.output<Query>, z.output<Body>>,
  ): z.input<Answer> | Response | Promise<z.input<Answer> | Response>;
}

/** One route of the control API. */
export type Route = RouteOf<z.ZodType, z.ZodType, z.ZodType>;

/** Lets the compiler know what `run` gets, and has to give, by the schemas beside it. */
export function defineRoute<
  Query extends z.ZodType = typeof nothing,
  Body extends z.ZodType = typeof nothing,
  Answer extends z.ZodType = z.ZodType,
>(route: RouteOf<Query, Body, Answer>): Route {
  return route as unknown as Route;
}

/** Where routes stand: below a prefix, each request for a simulator of its own. */
export interface Door {
  /** Empty, or begins with a slash; may name parameters. */
  readonly prefix: string;
  /** @returns the simulator, and what is called when the request is over @throws ControlError not-found */
  enter(params: Readonly<Record<string, string>>): { readonly scope: ControlScope; leave(): void };
}

export function addRoute(app: Hono, route: Route, { prefix, enter }: Door): void {
  app.on(route.method, prefix + route.path, async (c: Context) => {
    const params: Readonly<Record<string, string>> = c.req.param();
    const { scope, leave } = enter(params);
    try {
      return await answer(c, route, { scope, params, stay: () => enter(params).leave });
    } finally {
      leave();
    }
  });
}

async function answer(
  c: Context,
  route: Route,
  place: Pick<Call<unknown, unknown>, 'scope' | 'params' | 'stay'>,
): Promise<Response> {
  const body = await readAs(c, route);
  const query = readQuery(c, route.query ?? nothing);
  const { signal, method } = c.req.raw;
  const answer = await route.run({ ...place, query, body, signal, header: (name) => c.req.header(name) });
  if (answer instanceof Response) {
    // Nobody reads what a HEAD is answered.
    if (method === 'HEAD') await answer.body?.cancel();
    return answer;
  }
  if (typeof answer !== 'string') return answerJson(answer, route.status);
  return new LightResponse(answer, { headers: { 'Content-Type': 'text/plain; charset=UTF-8' } });
}

function readAs(c: Context, { reads, body = nothing, maxBodyBytes }: Route): unknown {
  switch (reads) {
    case 'text':
      return readText(c, maxBodyBytes);
    case 'file':
      return streamBody(c);
    default:
      return readJson(c, body, maxBodyBytes);
  }
}
