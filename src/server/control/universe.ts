import { z } from 'zod';
import type { Fixtures } from '../../sim/account/account.ts';
import { formatPath } from '../../sim/account/finding.ts';
import { parseClock } from '../../sim/config.ts';
import { DAY_MS } from '../../sim/time/calendar.ts';
import type { Universe } from '../universe/universe.ts';
import { clockAnswer, writeClock } from './clock.ts';
import { named, page, schema } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { duration, instant, integer, object, text } from './http/field.ts';
import { answerKeyedPage, keyedPageQuery } from './http/page.ts';
import { defineRoute } from './http/route.ts';

const CLOCK_HINT = 'real, manual or xN, such as x60';
const TTL_HINT = 'a duration of wall time from 1ms to 1d, such as 10m';
const DEFAULT_TTL_MS = 600_000;
/** Fixtures are larger than other bodies. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

const clock = z.string(CLOCK_HINT).transform((value, context) => {
  const parsed = parseClock(value);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: CLOCK_HINT });
  return z.NEVER;
});

const universeBody = object({
  name: text.max(100, 'at most 100 characters').optional(),
  seed: integer(0, Number.MAX_SAFE_INTEGER).optional(),
  clock: clock.optional(),
  startAt: instant.optional(),
  fixtures: z.looseObject({}, 'fixtures, as a fixtures file has them').optional(),
  ttl: duration(DAY_MS, TTL_HINT)
    .refine((ms) => ms > 0, TTL_HINT)
    .default(DEFAULT_TTL_MS),
});

const universeKeys = () => ({
  id: z.string(),
  name: z.string(),
  businessId: z.string(),
  appId: z.string(),
  appKey: z.string(),
  seed: z.int(),
  clock: clockAnswer(),
  ttlMs: z.int().meta({ description: 'wall ms without a request after which it ends' }),
});

const universeAnswer = named('Universe', () => z.object(universeKeys()));
const newUniverseAnswer = named('NewUniverse', () => z.object({ ...universeKeys(), appSecret: z.string() }));
const universePage = page(universeAnswer);
const endedAnswer = schema(() => z.object({ aborted: z.array(z.string()).readonly() }));

export const universeRoutes = [
  defineRoute({
    method: 'GET',
    path: '/universes',
    summary: 'Simulators of their own beside the default one, in the order in which they were made',
    isShared: true,
    query: keyedPageQuery,
    answer: universePage,
    run: ({ scope, query }) =>
      answerKeyedPage(scope.server.universes.all(), query, { keyOf: ({ id }) => id, write: writeUniverse }),
  }),
  defineRoute({
    method: 'POST',
    path: '/universes',
    summary:
      'Makes a simulator of its own: state, clock, seed, fixtures and journals; ids are drawn from (seed, name)',
    isShared: true,
    status: 201,
    body: universeBody,
    example: { name: 'my-test', seed: 7, clock: 'manual' },
    maxBodyBytes: MAX_BODY_BYTES,
    answer: newUniverseAnswer,
    async run({ scope: { server }, body: { ttl, fixtures, ...wish } }) {
      const read = fixtures === undefined ? undefined : await readFixtures(fixtures);
      const universe = await server.universes.create({ ...wish, ttlMs: ttl, fixtures: read }, server);
      return { ...writeUniverse(universe), appSecret: universe.app.appSecret };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/universes/:universe',
    summary: 'One of them',
    isShared: true,
    answer: universeAnswer,
    run: ({ scope, params }) => writeUniverse(scope.server.universes.require(params.universe ?? '')),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/universes/:universe',
    summary: 'Ends one at once; pushes and pulls under way are aborted, and listed',
    isShared: true,
    answer: endedAnswer,
    run: async ({ scope, params }) => ({ aborted: await scope.server.universes.end(params.universe ?? '') }),
  }),
];

/** Without the secret, which the answer to its making has. */
export function writeUniverse({ id, key, app, ttlMs, scope: { simulation } }: Universe) {
  return {
    id,
    name: key.name,
    businessId: app.businessId,
    appId: app.id,
    appKey: app.appKey,
    seed: key.seed,
    clock: writeClock(simulation),
    ttlMs,
  };
}

async function readFixtures(data: unknown): Promise<Fixtures> {
  // Loaded only now: a start reads no fixtures that it is not given.
  const { examineFixtures } = await import('../../sim/account/fixture.ts');
  const { fixtures, findings } = examineFixtures(data);
  if (fixtures !== null) return fixtures;
  const problems = findings.map(({ path, ...rest }) => ({
    place: formatPath(['fixtures', ...path]),
    ...rest,
  }));
  const texts = problems.map(
    ({ place, found, expected }) => `${place}: found ${found}, expected ${expected}`,
  );
  throw new ControlError('invalid-parameter', `body: ${texts.join('; ')}`, { in: 'body', problems });
}
