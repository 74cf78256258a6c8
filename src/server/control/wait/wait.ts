import { z } from 'zod';
import { callAnswer } from '../call.ts';
import { writeClock } from '../clock.ts';
import { page, schema } from '../http/answer.ts';
import { ControlError } from '../http/error.ts';
import { duration, flag, integer, object } from '../http/field.ts';
import { answerAll, type ListAnswer } from '../http/page.ts';
import { defineRoute } from '../http/route.ts';
import { pushAnswer } from '../push.ts';
import { requestAnswer } from '../request-answer.ts';
import { taskAnswer } from '../task.ts';
import { explainMiss, type Wish } from './explain.ts';
import { TARGETS, type TargetName } from './target.ts';

const MAX_TIMEOUT_MS = 600_000;
const DEFAULT_TIMEOUT_MS = 5000;
const TIMEOUT_HINT = 'a duration of wall time up to 10m, such as 5s';
const FOR_HINT = `for: one of ${Object.keys(TARGETS).join(', ')}`;

function waitFor<Name extends TargetName>(name: Name) {
  return object({
    for: z.literal(name),
    where: TARGETS[name].where.default({}),
    count: integer(1, 1000).default(1),
    timeout: duration(MAX_TIMEOUT_MS, TIMEOUT_HINT).default(DEFAULT_TIMEOUT_MS),
    advance: flag.default(false),
  });
}

const waitBody = z.discriminatedUnion(
  'for',
  [waitFor('push'), waitFor('call'), waitFor('task'), waitFor('request')],
  FOR_HINT,
);

/** The items of the list that was waited for. */
const waitAnswer = schema(
  (): z.ZodType<ListAnswer, ListAnswer> =>
    z.union([page(pushAnswer)(), page(callAnswer)(), page(taskAnswer)(), page(requestAnswer)()]),
);

export const waitRoutes = [
  defineRoute({
    method: 'POST',
    path: '/wait',
    summary: 'Waits until there are so many that match; else 408 with what did happen',
    body: waitBody,
    example: { for: 'push', where: { module: 'receiveDialog' }, timeout: '5s', advance: true },
    answer: waitAnswer,
    async run({ scope, body, signal }) {
      const { for: name, count, timeout, advance } = body;
      const target = TARGETS[name];
      const where = { ...target.unlessSaid, ...body.where };
      const found = await scope.waiting.wait({
        look: async () =>
          (await target.count(scope, where, count)) >= count ? await target.list(scope, where, count) : null,
        advance,
        timeoutMs: timeout,
        stop: AbortSignal.any([signal, scope.closing]),
      });
      if (found !== null) return answerAll(found);
      if (scope.closing.aborted) throw new ControlError('closing', 'the server stops');
      const wish: Wish = { name, where, advance };
      const { texts, instead } = await explainMiss(scope, wish);
      const matching = await target.count(scope, where, count);
      throw new ControlError(
        'wait-timeout',
        `waited ${timeout / 1000} s for ${count} ${name}, found ${matching}: ${texts.join('; ')}`,
        { wanted: { for: name, where, count }, matching, instead, clock: writeClock(scope.simulation) },
      );
    },
  }),
];
