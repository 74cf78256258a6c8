import { Hono } from 'hono';
import { appRoutes } from './app.ts';
import { callRoutes } from './call.ts';
import { clockRoutes } from './clock.ts';
import { docsRoutes } from './docs.ts';
import { endpointRoutes } from './endpoint.ts';
import { enterpriseRoutes } from './enterprise.ts';
import { eventRoutes } from './event/event.ts';
import { faultRoutes } from './fault.ts';
import { findingRoutes } from './finding.ts';
import { healthRoutes } from './health.ts';
import { answerError, ControlError } from './http/error.ts';
import { guardHost, guardToken } from './http/guard.ts';
import { addRoute, type Door, type Route } from './http/route.ts';
import { pushRoutes } from './push.ts';
import { pushFileRoutes } from './push-file.ts';
import { receiverRoutes } from './receiver.ts';
import { requestRoutes } from './request.ts';
import { resetRoutes } from './reset.ts';
import { ruleRoutes } from './rule.ts';
import type { ControlScope } from './scope.ts';
import { sipRoutes } from './sip.ts';
import { snapshotRoutes } from './snapshot.ts';
import { taskRoutes } from './task.ts';
import { tokenRoutes } from './token.ts';
import { universeRoutes } from './universe.ts';
import { urlRoutes } from './url.ts';
import { waitRoutes } from './wait/wait.ts';

/** Every route of the control API, in the order of spec 5.2; documents are made of them and of their schemas. */
export const CONTROL_ROUTES: readonly Route[] = [
  ...healthRoutes,
  ...resetRoutes,
  ...clockRoutes,
  ...requestRoutes,
  ...findingRoutes,
  ...pushRoutes,
  ...callRoutes,
  ...sipRoutes,
  ...snapshotRoutes,
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
  ...eventRoutes,
  ...universeRoutes,
  ...docsRoutes,
];

export interface ControlOptions {
  /** The default simulator. */
  readonly scope: ControlScope;
  /** Null: none is needed. */
  readonly adminToken: string | null;
  /** The host that is listened on and other names of the server, beside the loopback's. */
  readonly hosts?: readonly string[];
  /** Told of every bug that reached the edge. */
  readonly log?: (message: string, error: unknown) => void;
}

/** What no platform has: the simulator's own interface, to be mounted under `/_sim` (spec 5.2), and once more below each universe. */
export function createControlApp(options: ControlOptions): Hono {
  const { adminToken, hosts = [], log = () => {} } = options;
  const app = new Hono();
  app.onError((error, c) => answerError(error, (bug) => log(`${c.req.method} ${c.req.path} failed`, bug)));
  app.use(guardHost(hosts));
  const doors = openDoors(options.scope);
  addRoutes(app, doors, (route) => route.access === 'open');
  if (adminToken !== null) app.use(guardToken(adminToken));
  addRoutes(app, doors, (route) => route.access !== 'open');
  app.all('*', (c) => {
    throw new ControlError(
      'not-found',
      `there is no ${c.req.method} ${c.req.path}${sayWhatThereIs(c.req.path)}`,
    );
  });
  return app;
}

/** The methods of a path that is there; of any other, where all are listed. */
function sayWhatThereIs(path: string): string {
  const below = path.replace(/^\/_sim/, '');
  const inUniverse = below.replace(/^\/universes\/[^/]+(?=\/)/, '');
  const methods = CONTROL_ROUTES.filter((route) => {
    const pattern = new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}$`);
    return pattern.test(below) || pattern.test(inUniverse);
  }).map(({ method }) => method);
  return methods.length > 0
    ? `: it takes ${[...new Set(methods)].join(' and ')}`
    : ': /_sim/docs lists what there is';
}

function openDoors(scope: ControlScope): { main: Door; universe: Door } {
  const { universes } = scope.server;
  return {
    main: { prefix: '', enter: () => ({ scope, leave() {} }) },
    universe: {
      prefix: '/universes/:universe',
      enter(params) {
        const universe = universes.require(params.universe ?? '');
        return { scope: universe.scope, leave: universe.enter() };
      },
    },
  };
}

function addRoutes(app: Hono, doors: { main: Door; universe: Door }, which: (route: Route) => boolean): void {
  for (const route of CONTROL_ROUTES.filter(which)) {
    addRoute(app, route, doors.main);
    if (route.isShared !== true) addRoute(app, route, doors.universe);
  }
}
