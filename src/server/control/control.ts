import { Hono } from 'hono';
import type { Simulation } from '../../sim/simulation.ts';
import type { RequestEntry } from '../platform/journal.ts';
import type { Receiver } from '../receiver.ts';
import type { Ring } from '../ring.ts';
import { appRoutes } from './app.ts';
import { callRoutes } from './call.ts';
import { clockRoutes } from './clock.ts';
import { endpointRoutes } from './endpoint.ts';
import { enterpriseRoutes } from './enterprise.ts';
import { faultRoutes } from './fault.ts';
import { healthRoutes } from './health.ts';
import { answerError, ControlError } from './http/error.ts';
import { guardHost, guardToken } from './http/guard.ts';
import { addRoute, type Route } from './http/route.ts';
import { pushRoutes } from './push.ts';
import { pushFileRoutes } from './push-file.ts';
import { receiverRoutes } from './receiver.ts';
import { requestRoutes } from './request.ts';
import { resetRoutes } from './reset.ts';
import { ruleRoutes } from './rule.ts';
import type { ControlScope, ServerState } from './scope.ts';
import { taskRoutes } from './task.ts';
import { tokenRoutes } from './token.ts';
import { urlRoutes } from './url.ts';
import { FactFeed } from './wait/fact-feed.ts';
import { waitRoutes } from './wait/wait.ts';
import { Waiting } from './wait/waiting.ts';

/** Every route of the control API, in the order of spec 5.2; documents are made of them. */
export const CONTROL_ROUTES: readonly Route[] = [
  ...healthRoutes,
  ...resetRoutes,
  ...clockRoutes,
  ...requestRoutes,
  ...pushRoutes,
  ...callRoutes,
  ...taskRoutes,
  ...ruleRoutes,
  ...faultRoutes,
  ...endpointRoutes,
  ...tokenRoutes,
  ...appRoutes,
  ...enterpriseRoutes,
  ...urlRoutes,
  ...receiverRoutes,
  ...pushFileRoutes,
  ...waitRoutes,
];

export interface ControlOptions {
  readonly simulation: Simulation;
  readonly journal: Ring<RequestEntry>;
  readonly receiver: Receiver;
  readonly version: string;
  /** Null: none is needed. */
  readonly adminToken: string | null;
  /** The host that is listened on and other names of the server, beside the loopback's. */
  readonly hosts?: readonly string[];
  /** What is still missing before requests should come; null: ready. */
  readonly notReady?: () => string | null;
  readonly ports?: ServerState['ports'];
  /** Aborted when the server stops: ends what waits. */
  readonly closing?: AbortSignal;
  /** Told of every bug that reached the edge. */
  readonly log?: (message: string, error: unknown) => void;
}

/** What no platform has: the simulator's own interface, to be mounted under `/_sim` (spec 5.2). */
export function createControlApp(options: ControlOptions): Hono {
  const { adminToken, hosts = [], log = () => {} } = options;
  const scope = openScope(options);
  const app = new Hono();
  app.onError((error, c) => answerError(error, (bug) => log(`${c.req.method} ${c.req.path} failed`, bug)));
  app.use(guardHost(hosts));
  for (const route of CONTROL_ROUTES) if (route.access === 'open') addRoute(app, route, scope);
  if (adminToken !== null) app.use(guardToken(adminToken));
  for (const route of CONTROL_ROUTES) if (route.access !== 'open') addRoute(app, route, scope);
  app.all('*', (c) => {
    throw new ControlError('not-found', `there is no ${c.req.method} ${c.req.path}`);
  });
  return app;
}

function openScope(options: ControlOptions): ControlScope {
  const { simulation, journal, receiver, version } = options;
  const { notReady = () => null, ports = () => ({ http: null, sip: null }) } = options;
  return {
    simulation,
    journal,
    receiver,
    waiting: new Waiting({ simulation, journal, facts: new FactFeed(simulation) }),
    server: { version, notReady, ports },
    firstSeed: simulation.config.seed,
    closing: options.closing ?? new AbortController().signal,
  };
}
