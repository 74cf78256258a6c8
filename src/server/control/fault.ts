import { z } from 'zod';
import { OPERATIONS } from '../../sim/account/endpoint.ts';
import { NETWORK_FAULTS } from '../../sim/fault/fault.ts';
import { RESULT_CODES } from '../platform/envelope.ts';
import { countedFields, countedKeys, countedRoutes } from './counted.ts';
import { named } from './http/answer.ts';
import { integer, object, oneOf } from './http/field.ts';

const MAX_DELAY_MS = 600_000;
const CODES: ReadonlySet<number> = new Set(Object.values(RESULT_CODES).map(({ code }) => code));
const CODE_HINT = `a code of the platform: one of ${[...CODES].sort((a, b) => a - b).join(', ')}`;

const faultBody = object({
  on: oneOf([...OPERATIONS, '*', 'push', 'sip']),
  code: integer(0, 9_999_999)
    .refine((code) => CODES.has(code), CODE_HINT)
    .optional(),
  httpStatus: integer(200, 599).optional(),
  delayMs: integer(0, MAX_DELAY_MS).optional(),
  network: oneOf(NETWORK_FAULTS).optional(),
  ...countedFields,
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
    ...countedKeys(),
  }),
);

export const faultRoutes = countedRoutes({
  name: 'fault',
  summaries: {
    list: 'Faults; the one added last strikes first',
    add: 'Lets platform operations, pushes or SIP go wrong',
  },
  body: faultBody,
  example: { on: 'task/callout', code: 10004, times: 2 },
  answer: faultAnswer,
  listOf: (world) => world.faults,
  write: ({ id, drawn: _, timesLeft, ...rest }) => ({ id: String(id), ...rest, timesLeft }),
});
