import { z } from 'zod';
import type { Rule } from '../../sim/rule/rule.ts';
import { result } from './call.ts';
import { named, page, removed } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { id, integer, object, oneOf, text } from './http/field.ts';
import { answerAll } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { changeState, readState } from './http/state.ts';

const MAX_TIMES = 1_000_000_000;
const MAX_RING_MS = 600_000;
const MAX_TALK_MS = 86_400_000;

const OUTCOME_HINT = 'at least one of result, ringMs, talkMs, tag and walk';

const ruleMatch = object({
  callee: id.optional(),
  taskId: id.optional(),
  robotId: id.optional(),
  lineNum: id.optional(),
  tries: integer(0, 1000).optional(),
});

const ruleOutcome = object({
  result: result.optional(),
  ringMs: integer(0, MAX_RING_MS).optional(),
  talkMs: integer(1, MAX_TALK_MS).optional(),
  tag: oneOf(['A', 'B', 'C', 'D', 'E', 'F']).optional(),
  walk: z.array(text, 'a list of hits').min(1, 'at least one hit').max(300, 'at most 300 hits').optional(),
}).refine((outcome) => Object.values(outcome).some((wish) => wish !== undefined), OUTCOME_HINT);

const ruleBody = object({
  match: ruleMatch.default({}),
  outcome: ruleOutcome,
  times: integer(1, MAX_TIMES).optional(),
});

const timesLeft = () => z.int().nullable().meta({ description: 'null: without end' });

const ruleAnswer = named('Rule', () =>
  z.object({
    id: z.string(),
    match: z.object({
      callee: z.string().optional(),
      taskId: z.string().optional(),
      robotId: z.string().optional(),
      lineNum: z.string().optional(),
      tries: z.int().optional(),
    }),
    outcome: z.object({
      result: z.string().optional().meta({ description: '`task_result`' }),
      ringMs: z.int().optional(),
      talkMs: z.int().optional(),
      tag: z.string().optional(),
      walk: z.array(z.string()).readonly().optional(),
    }),
    timesLeft: timesLeft(),
  }),
);

const rulePage = page(ruleAnswer);

export const ruleRoutes = [
  defineRoute({
    method: 'GET',
    path: '/rules',
    summary: 'Outcome rules; the one added last wins',
    answer: rulePage,
    run: ({ scope }) => readState(scope.simulation, (world) => answerAll(world.rules.all().map(writeRule))),
  }),
  defineRoute({
    method: 'POST',
    path: '/rules',
    summary: 'Decides what becomes of the calls that match',
    status: 201,
    body: ruleBody,
    example: { match: { callee: '13800000001' }, outcome: { result: 6 }, times: 1 },
    answer: ruleAnswer,
    run: ({ scope, body }) =>
      changeState(scope.simulation, (world) => {
        // exactOptionalPropertyTypes: what zod leaves out is left out.
        const outcome = body.outcome as Rule['outcome'];
        return writeRule(world.rules.add(body.match, outcome, body.times ?? null));
      }),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/rules',
    summary: 'Removes all outcome rules',
    answer: removed,
    run: ({ scope }) =>
      changeState(scope.simulation, (world) => {
        const removed = world.rules.all().length;
        world.rules.clear();
        return { removed };
      }),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/rules/:id',
    summary: 'Removes an outcome rule',
    answer: removed,
    run: ({ scope, params }) =>
      changeState(scope.simulation, (world) => {
        if (!world.rules.remove(Number(params.id)))
          throw new ControlError('not-found', `no rule ${params.id}`);
        return { removed: 1 };
      }),
  }),
];

/** `result` as the text of `task_result`; `timesLeft` null: without end. */
function writeRule({ id, match, outcome, timesLeft }: Rule) {
  const { result, ...rest } = outcome;
  return {
    id: String(id),
    match,
    outcome: { ...(result === undefined ? null : { result: String(result) }), ...rest },
    timesLeft,
  };
}
