import { z } from 'zod';
import { clockAnswer, writeClock } from './clock.ts';
import { named, schema } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { defineRoute } from './http/route.ts';
import { readState } from './http/state.ts';
import type { ControlScope } from './scope.ts';

const alive = (status: 'alive' | 'ready') =>
  schema(() => z.object({ status: z.literal(status), version: z.string() }));

const port = () => z.int().nullable();

const health = named('Health', () =>
  z.object({
    status: z.enum(['ready', 'not-ready']),
    why: z.string().nullable().meta({ description: 'what is still missing; null if ready' }),
    version: z.string(),
    clock: clockAnswer(),
    seed: z.int(),
    ports: z.object({ http: port(), tls: port(), sip: port() }),
    counts: z.object({
      tasks: z.int(),
      liveCalls: z.int(),
      owed: z.int().meta({ description: 'pushes and pulls' }),
      rules: z.int(),
      faults: z.int(),
      requests: z.int(),
      received: z.int().meta({ description: 'by the built-in receiver' }),
    }),
  }),
);

export const healthRoutes = [
  defineRoute({
    method: 'GET',
    path: '/livez',
    summary: 'Answers as long as the process does',
    access: 'open',
    answer: alive('alive'),
    run: ({ scope }) => ({ status: 'alive' as const, version: scope.server.version }),
  }),
  defineRoute({
    method: 'GET',
    path: '/readyz',
    summary: '200 once everything listens and recovery is done, else 503',
    access: 'open',
    answer: alive('ready'),
    run({ scope }) {
      const why = whyNotReady(scope);
      if (why !== null) throw new ControlError('not-ready', why);
      return { status: 'ready' as const, version: scope.server.version };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/health',
    summary: 'State, version, clock, seed, ports and counts',
    answer: health,
    run: ({ scope }) => describe(scope),
  }),
];

/** Null: ready. */
function whyNotReady({ server, simulation }: ControlScope): string | null {
  if (simulation.fault !== null) return 'the simulation stopped at a fault of its own';
  if (!simulation.isWriting) return 'the store cannot be written';
  return server.notReady();
}

async function describe(scope: ControlScope) {
  const { simulation, server, journal, receiver } = scope;
  const why = whyNotReady(scope);
  const counts = await readState(simulation, (world) => ({
    tasks: world.database.prepare<{ n: number }>('SELECT count(*) AS n FROM task').get()?.n ?? 0,
    liveCalls: world.calls.size,
    owed: world.outbox.owed,
    rules: world.rules.all().length,
    faults: world.faults.all().length,
  }));
  return {
    status: why === null ? ('ready' as const) : ('not-ready' as const),
    why,
    version: server.version,
    clock: writeClock(simulation),
    seed: simulation.config.seed,
    ports: server.ports(),
    counts: { ...counts, requests: journal.count, received: receiver.count },
  };
}
