import { z } from 'zod';
import { clockAnswer, writeClock } from './clock.ts';
import { schema } from './http/answer.ts';
import { integer, object } from './http/field.ts';
import { defineRoute } from './http/route.ts';

const resetBody = object({ seed: integer(0, Number.MAX_SAFE_INTEGER).optional() });

const resetAnswer = schema(() => z.object({ seed: z.int(), clock: clockAnswer() }));

export const resetRoutes = [
  defineRoute({
    method: 'POST',
    path: '/reset',
    summary: 'Back to the fixtures: state and journals are emptied, every draw begins anew',
    body: resetBody,
    example: { seed: 7 },
    answer: resetAnswer,
    async run({ scope, body }) {
      const { simulation, journal, receiver } = scope;
      // Whatever seed an earlier reset asked for, one without begins as the start did.
      await simulation.reset(body.seed ?? scope.firstSeed);
      journal.clear();
      receiver.clear();
      return { seed: simulation.config.seed, clock: writeClock(simulation) };
    },
  }),
];
