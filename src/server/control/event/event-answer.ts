import { z } from 'zod';
import { MODULES } from '../../../sim/account/account.ts';
import type { FactName } from '../../../sim/fact.ts';
import { instants, maybeInstants, named } from '../http/answer.ts';
import { requestKeys } from '../request-answer.ts';

const callKeys = () => ({
  callUuid: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  caller: z.string(),
  callee: z.string(),
  lineNum: z.string(),
  robotId: z.string(),
  taskId: z.string().nullable(),
  taskDataId: z.string().nullable(),
  callRelationId: z.string().nullable(),
});

const effectKeys = () => ({
  id: z.string(),
  module: z.enum(MODULES),
  variant: z.enum(['basic', 'outbound', 'inbound', 'dialog', 'voice', 'context', 'semantics']),
  url: z.string().nullable(),
  ...callKeys(),
});

const attemptKeys = () => ({
  ...effectKeys(),
  number: z.int().meta({ description: 'which attempt, from 1; anew for a push that is sent again' }),
  ...instants('startedAt'),
  tookMs: z.int().meta({ description: 'wall ms' }),
  status: z.int().nullable(),
  answer: z.string().nullable().meta({ description: "the answer's start" }),
  error: z.string().nullable().meta({ description: 'why it does not count; null: it does' }),
  body: z.string().meta({ description: 'as it was sent; cut at 16 KiB, marked' }),
});

/** What each event has beside its name and its instant. */
export const EVENT_KEYS = {
  'task.created': () => ({ taskId: z.string(), name: z.string() }),
  'task.rows': () => ({ taskId: z.string(), count: z.int().meta({ description: 'rows submitted' }) }),
  'task.status': () => ({ taskId: z.string(), from: z.int(), to: z.int(), cause: z.string() }),
  'task.deleted': () => ({ taskId: z.string() }),
  'call.dialed': callKeys,
  'call.received': callKeys,
  'call.ringing': callKeys,
  'call.answered': callKeys,
  'call.ended': () => ({ ...callKeys(), result: z.string().nullable() }),
  'push.owed': () => ({ ...effectKeys(), ...instants('dueAt') }),
  'push.no-url': effectKeys,
  'push.attempt': () => ({
    ...attemptKeys(),
    state: z.enum(['owed', 'delivered', 'failed']).meta({ description: 'what the push is after it' }),
    ...maybeInstants('dueAt'),
  }),
  'pull.attempt': attemptKeys,
  'push-file.closed': () => ({
    businessId: z.string(),
    day: z.string(),
    path: z.string().meta({ description: 'below /push_download/' }),
    lines: z.int(),
  }),
  request: requestKeys,
  'clock.changed': () => ({ mode: z.enum(['real', 'manual', 'scaled']), speed: z.number() }),
  reset: () => ({ seed: z.int() }),
  restored: () => ({ seed: z.int() }),
  gap: () => ({
    lost: z
      .int()
      .nullable()
      .meta({ description: 'events of every kind that are gone; null: nobody knows how many' }),
  }),
} satisfies Record<FactName, () => z.ZodRawShape> & Record<string, () => z.ZodRawShape>;

export type EventName = keyof typeof EVENT_KEYS;

/** In the order of the documents. */
export const EVENT_NAMES = Object.keys(EVENT_KEYS) as [EventName, ...EventName[]];

/** What stands in the `data` of an event: one object on one line. */
export const eventAnswer = named('Event', () => {
  const [first, ...others] = EVENT_NAMES.map((name) =>
    z.object({ event: z.literal(name), ...instants('at'), ...EVENT_KEYS[name]() }),
  );
  if (first === undefined) throw new Error('there are no events');
  return z.discriminatedUnion('event', [first, ...others]);
});
