import { expect, it } from 'vitest';
import { Ask } from '../../src/library/ask.ts';
import { Controls } from '../../src/library/controls.ts';
import { UniverseControl } from '../../src/library/universe.ts';
import { CONTROL_ROUTES } from '../../src/server/control/route-list.ts';

/** Routes that are for others than a program in the same process. */
const FOR_OTHERS = new Set([
  'GET /livez', // health checks
  'GET /readyz',
  'POST /receiver/:module', // where pushes go
  'GET /openapi.json', // readers and their tools
  'GET /docs',
  'GET /docs/:file',
]);

/** A library before a control API that notes what it is asked and knows no answer. */
function stage() {
  const asked: string[] = [];
  const send = async (path: string, init?: RequestInit) => {
    asked.push(`${init?.method} ${path.split('?')[0]}`);
    return Response.json({ items: [], next: null });
  };
  const ask = new Ask({ send, prefix: '', adminToken: null });
  const nowhere = () => {
    throw new Error('nothing is simulated here');
  };
  const app = { appKey: '', appSecret: '', appId: '', businessId: '' };
  return {
    asked,
    controls: new Controls({ ask, send, app: () => app, simulation: nowhere }),
    universes: new UniverseControl({ ask, send, simulationOf: nowhere }),
  };
}

it('can do what the control API can', async () => {
  const { asked, controls: sim, universes } = stage();
  const { accounts, clock, rules, faults, receiver } = sim;
  await Promise.all([
    sim.health(),
    sim.reset(),
    sim.snapshot(),
    sim.restore(new Uint8Array(1)),
    clock.state(),
    clock.run('manual'),
    clock.advance('1m'),
    sim.requests(),
    sim.findings(),
    sim.pushes(),
    sim.push('1'),
    sim.resend('1'),
    sim.resendAll(),
    sim.closePushFiles(),
    sim.calls(),
    sim.call('1'),
    sim.callIn({ robotId: '1', appId: '1', caller: '1', callRelationId: '1' }),
    sim.hangUp('1'),
    sim.say('1', 'x'),
    sim.sip(),
    sim.tasks(),
    sim.task('1'),
    sim.rows('1'),
    sim.waitFor('call'),
    sim.events(),
    rules.list(),
    rules.add({ outcome: { result: 0 } }),
    rules.remove('1'),
    rules.clear(),
    faults.list(),
    faults.add({ on: '*', code: 10_004 }),
    faults.remove('1'),
    faults.clear(),
    receiver.list(),
    receiver.clear(),
    accounts.apps(),
    accounts.setApp('1', { enabled: true }),
    accounts.enterprises(),
    accounts.setEnterprise('1', { enabled: true }),
    accounts.tokens(),
    accounts.expireToken('1'),
    accounts.endpoints(),
    accounts.setEndpoint('task/query', 'open'),
    accounts.urls(),
    accounts.setUrls('1', []),
    universes.list(),
    universes.create(),
    universes.get('1'),
    universes.end('1'),
  ]);
  const routes = CONTROL_ROUTES.map(({ method, path }) => `${method} ${path}`);
  const unreached = routes.filter((route) => !asked.some((line) => patternOf(route).test(line)));
  expect(unreached.filter((route) => !FOR_OTHERS.has(route))).toEqual([]);
  const strange = asked.filter((line) => !routes.some((route) => patternOf(route).test(line)));
  expect(strange).toEqual([]);
});

/** Of a method and a path in Hono's form. */
function patternOf(route: string): RegExp {
  return new RegExp(`^${route.replace(/:\w+(\{[^}]*\})?/g, '[^/]+')}$`);
}
