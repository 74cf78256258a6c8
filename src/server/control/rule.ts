import { z } from 'zod';
import { PUSH_MODULES } from '../../sim/account/account.ts';
import {
  type BehaviourName,
  NAMED_BEHAVIOURS,
  PUSH_ORDERS,
  type PushBehaviour,
} from '../../sim/push/behaviour.ts';
import type { World } from '../../sim/world.ts';
import { result } from './call.ts';
import { countedFields, countedKeys, countedRoutes } from './counted.ts';
import { named } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { id, integer, object, oneOf, text } from './http/field.ts';

const MAX_RING_MS = 600_000;
const MAX_TALK_MS = 86_400_000;

const MAX_LATE_MS = 7 * 86_400_000;
/** Each may double what is sent. */
const MAX_BEHAVIOURS = 5;

const OUTCOME_HINT = 'at least one of result, ringMs, talkMs, tag, walk, sip and pushes';
const SIP_HINT = 'beside sip only ringMs and pushes: a real phone decides the rest';
const PUSHES_HINT = `one of ${Object.keys(NAMED_BEHAVIOURS).join(', ')}, or an object with module, lateMs, againMs, lost, failing, order, or a list of these`;
const BEHAVIOUR_HINT = 'at least one of lateMs, againMs, lost, failing and order';

const behaviourName = z
  .enum(Object.keys(NAMED_BEHAVIOURS) as [BehaviourName, ...BehaviourName[]], PUSHES_HINT)
  .transform((name): PushBehaviour => NAMED_BEHAVIOURS[name]);

const behaviour = object({
  module: oneOf(PUSH_MODULES).optional(),
  lateMs: integer(1, MAX_LATE_MS).optional(),
  againMs: integer(1, MAX_LATE_MS).optional(),
  lost: z.literal(true, 'true').optional(),
  failing: z.literal(true, 'true').optional(),
  order: oneOf(PUSH_ORDERS).optional(),
}).refine(({ module: _, ...rest }) => Object.values(rest).some((part) => part !== undefined), BEHAVIOUR_HINT);

const oneBehaviour = z.union([behaviourName, behaviour], PUSHES_HINT);

const pushes = z.union(
  [
    oneBehaviour.transform((one): PushBehaviour[] => [one]),
    z.array(oneBehaviour).min(1, PUSHES_HINT).max(MAX_BEHAVIOURS, `at most ${MAX_BEHAVIOURS} of them`),
  ],
  PUSHES_HINT,
);

const ruleMatch = object({
  direction: oneOf(['inbound', 'outbound']).optional(),
  caller: id.optional(),
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
  sip: text.optional(),
  pushes: pushes.optional(),
})
  .refine((outcome) => Object.values(outcome).some((wish) => wish !== undefined), OUTCOME_HINT)
  .refine(
    ({ sip, result, talkMs, tag, walk }) =>
      sip === undefined || [result, talkMs, tag, walk].every((wish) => wish === undefined),
    SIP_HINT,
  );

const ruleBody = object({
  match: ruleMatch.default({}),
  outcome: ruleOutcome,
  ...countedFields,
});

const ruleAnswer = named('Rule', () =>
  z.object({
    id: z.string(),
    match: z.object({
      direction: z.enum(['inbound', 'outbound']).optional(),
      caller: z.string().optional(),
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
      sip: z.string().optional().meta({ description: 'user of the SIP account that is rung' }),
      pushes: z
        .array(
          z.object({
            module: z.enum(PUSH_MODULES).optional(),
            lateMs: z.int().optional(),
            againMs: z.int().optional(),
            lost: z.literal(true).optional(),
            failing: z.literal(true).optional(),
            order: z.enum(PUSH_ORDERS).optional(),
          }),
        )
        .readonly()
        .optional(),
    }),
    ...countedKeys(),
  }),
);

export const ruleRoutes = countedRoutes({
  name: 'rule',
  summaries: {
    list: 'Outcome rules; the one added last wins',
    add: 'Decides what becomes of the calls that match, and of their pushes',
  },
  body: ruleBody,
  example: { match: { callee: '13800000001' }, outcome: { result: 6 }, times: 1 },
  answer: ruleAnswer,
  listOf: (world) => world.rules,
  check(world, { outcome: { sip } }) {
    if (sip !== undefined) checkSipAccount(world, sip);
  },
  write({ id, match, outcome: { result, ...outcome }, probability, timesLeft }) {
    const written = { ...(result === undefined ? null : { result: String(result) }), ...outcome };
    return { id: String(id), match, outcome: written, probability, timesLeft };
  },
});

/** @throws ControlError */
function checkSipAccount(world: World, user: string): void {
  const users = world.accounts.fixtures.sipAccounts.map((account) => account.user);
  if (users.includes(user)) return;
  const known = users.length === 0 ? 'there is none' : users.slice(0, 8).join(', ');
  throw new ControlError(
    'invalid-parameter',
    `outcome.sip: found ${JSON.stringify(user)}, expected the user of a SIP account: ${known}`,
  );
}
