import { z } from 'zod';
import { OPERATIONS } from '../../sim/account/endpoint.ts';
import { type Fault, NETWORK_FAULTS } from '../../sim/fault/fault.ts';
import { RESULT_CODES } from '../platform/envelope.ts';
import { named, page, removed } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { integer, object, oneOf } from './http/field.ts';
import { answerAll } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { changeState, readState } from './http/state.ts';

const MAX_TIMES = 1_000_000_000;
const MAX_DELAY_MS = 600_000;
const CODES: ReadonlySet<number> = new Set(Object.values(RESULT_CODES).map(({ code }) => code));
const CODE_HINT = `a code of the platform: one of ${[...CODES].sort((a, b) => a - b).join(', ')}`;
const PROBABILITY_HINT = 'a number from 0 to 1';

const faultBody = object({
  on: oneOf([...OPERATIONS, '*', 'push', 'sip']),
  code: integer(0, 9_999_999)
    .refine((code) => CODES.has(code), CODE_HINT)
    .optional(),
  httpStatus: integer(200, 599).optional(),
  delayMs: integer(0, MAX_DELAY_MS).optional(),
  network: oneOf(NETWORK_FAULTS).optional(),
  probability: z.number(PROBABILITY_HINT).min(0, PROBABILITY_HINT).max(1, PROBABILITY_HINT).optional(),
  times: integer(1, MAX_TIMES).optional(),
})
  .refine(
    ({ code, httpStatus, delayMs, network }) =>
      [code, httpStatus, delayMs, network].some((part) => part !== undefined),
    'at least one of code, httpStatus, delayMs and network',
  )
  .refine(({ on, code }) => code === undefined || (on !== 'push' && on !== 'sip'), {
    path: ['code'],
    message: 'none: only an operation of the platform answers with a code',
  });

const faultAnswer = named('Fault', () =>
  z.object({
    id: z.string(),
    on: z.string(),
    code: z.int().optional(),
    httpStatus: z.int().optional(),
    delayMs: z.int().optional(),
    network: z.enum(NETWORK_FAULTS).optional(),
    probability: z.number().optional(),
    timesLeft: z.int().nullable().meta({ description: 'null: without end' }),
  }),
);

const faultPage = page(faultAnswer);

export const faultRoutes = [
  defineRoute({
    method: 'GET',
    path: '/faults',
    summary: 'Faults; the one added last strikes first',
    answer: faultPage,
    run: ({ scope }) => readState(scope.simulation, (world) => answerAll(world.faults.all().map(writeFault))),
  }),
  defineRoute({
    method: 'POST',
    path: '/faults',
    summary: 'Lets platform operations, pushes or SIP go wrong',
    status: 201,
    body: faultBody,
    example: { on: 'task/callout', code: 10004, times: 2 },
    answer: faultAnswer,
    run: ({ scope, body: { times, ...fault } }) =>
      changeState(scope.simulation, (world) => writeFault(world.faults.add(fault, times ?? null))),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/faults',
    summary: 'Removes all faults',
    answer: removed,
    run: ({ scope }) =>
      changeState(scope.simulation, (world) => {
        const removed = world.faults.all().length;
        world.faults.clear();
        return { removed };
      }),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/faults/:id',
    summary: 'Removes a fault',
    answer: removed,
    run: ({ scope, params }) =>
      changeState(scope.simulation, (world) => {
        if (!world.faults.remove(Number(params.id)))
          throw new ControlError('not-found', `no fault ${params.id}`);
        return { removed: 1 };
      }),
  }),
];

/** `timesLeft` null: without end. */
function writeFault({ id, drawn: _, timesLeft, ...rest }: Fault) {
  return { id: String(id), ...rest, timesLeft };
}
