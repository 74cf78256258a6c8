import { Hono } from 'hono';
import { answerError, ControlError } from './http/error.ts';
import { guardHost, guardToken } from './http/guard.ts';
import { addRoute, type Door, type Route } from './http/route.ts';
import { CONTROL_ROUTES } from './route-list.ts';
import type { ControlScope } from './scope.ts';

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
