import { Hono } from 'hono';
import { answerError, ControlError, MethodNotAllowed } from './http/error.ts';
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
    throw refuse(c.req.method, c.req.path);
  });
  return app;
}

/** What no route takes: a path that is there says its methods, any other where all are listed. */
function refuse(method: string, path: string): ControlError {
  const message = `there is no ${method} ${path}`;
  const methods = methodsOf(path);
  return methods.length > 0
    ? new MethodNotAllowed(`${message}: it takes ${methods.join(' and ')}`, methods)
    : new ControlError('not-found', `${message}: /_sim/docs lists what there is`);
}

/** None: there is no such path. */
function methodsOf(path: string): string[] {
  const main = path.replace(/^\/_sim/, '');
  const inUniverse = main.replace(/^\/universes\/[^/]+(?=\/)/, '');
  const found = CONTROL_ROUTES.filter((route) => {
    const pattern = patternOf(route);
    return pattern.test(main) || (route.isShared !== true && pattern.test(inUniverse));
  });
  return [...new Set(found.map(({ method }) => method))];
}

/** A name in a path stands for what its braces say, or for anything without a slash. */
function patternOf({ path }: Route): RegExp {
  const pattern = path.replace(/:\w+(?:\{([^}]*)\})?/g, (_, own: string | undefined) => own ?? '[^/]+');
  return new RegExp(`^${pattern}$`);
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
