import { z } from 'zod';
import { MODULES, PUSH_MODULES } from '../../sim/account/account.ts';
import {
  countPrunedPushes,
  findPush,
  listPushes,
  type PushFilter,
  type PushView,
  pushConditions,
} from '../../sim/push/list.ts';
import { OUTBOX_STATE, type OutboxState } from '../../sim/push/outbox.ts';
import { resendPage, resendPush } from '../../sim/push/resend.ts';
import { indexesFor } from '../../sim/store/select-page.ts';
import type { World } from '../../sim/world.ts';
import { instants, maybeInstants, named, page, schema } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { flag, id, instant, object, oneOf, text } from './http/field.ts';
import { answerPage, pageFields, pageOf } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { changeState, readIndexed, readState } from './http/state.ts';
import { times } from './http/times.ts';

/** Its place is the number in the store. */
const STATES = ['owed', 'delivered', 'failed', 'no-url', 'dropped', 'lost'] as const;
const pushModule = oneOf(PUSH_MODULES);
const PUSH_VARIANTS = ['basic', 'outbound', 'inbound', 'dialog', 'voice'] as const;

/** What pushes can be found by. */
export const pushFilterFields = {
  id: id.optional(),
  module: pushModule.optional(),
  variant: oneOf(PUSH_VARIANTS).optional(),
  callUuid: text.optional(),
  callee: id.optional(),
  taskId: id.optional(),
  taskDataId: id.optional(),
  callRelationId: id.optional(),
  state: oneOf(STATES).optional(),
  url: text.optional(),
};
const filter = object(pushFilterFields);
export type WrittenPushFilter = z.output<typeof filter>;

const pushQuery = object({ ...pushFilterFields, ...pageFields });

const resendBody = object({
  since: instant.default(0),
  module: pushModule.optional(),
  failedOnly: flag.default(false),
});

const attempt = named('Attempt', () =>
  z.object({
    ...instants('at'),
    tookMs: z.number().meta({ description: 'wall ms' }),
    status: z.int().nullable().meta({ description: 'HTTP status of the answer' }),
    answer: z.string().nullable().meta({ description: 'its start' }),
    error: z.string().nullable().meta({ description: 'why the attempt does not count; null: delivered' }),
  }),
);

export const pushAnswer = named('Push', () =>
  z.object({
    id: z.string(),
    module: z.enum(MODULES).meta({ description: 'where it goes' }),
    variant: z
      .enum(['basic', 'outbound', 'inbound', 'dialog', 'voice', 'context', 'semantics'])
      .meta({ description: 'which body' }),
    url: z.string().nullable(),
    callUuid: z.string(),
    callee: z.string(),
    taskId: z.string().nullable(),
    taskDataId: z.string().nullable(),
    callRelationId: z.string().nullable(),
    state: z.enum(STATES),
    ...instants('dueAt', 'createdAt'),
    ...maybeInstants('failedAt'),
    body: z
      .looseObject({})
      .meta({ description: 'as it is sent: see the webhooks of the platform’s contract' }),
    attempts: z.array(attempt()),
  }),
);

const pushPage = page(pushAnswer);
const resentAnswer = schema(() => z.object({ resent: z.int() }));

export const pushRoutes = [
  defineRoute({
    method: 'GET',
    path: '/pushes',
    summary: 'Pushes with every attempt at them',
    query: pushQuery,
    answer: pushPage,
    run({ scope, query }) {
      const wanted = readPushFilter(query);
      return readIndexed(
        scope.simulation,
        (world) => indexesFor(pushConditions(world, wanted)),
        (world) =>
          answerPage(listPushes(world, pushConditions(world, wanted), pageOf(query)), {
            write: (push) => writePush(world, push),
            dropped: countPrunedPushes(world),
          }),
      );
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/pushes/:id',
    summary: 'One push',
    answer: pushAnswer,
    run: ({ scope, params }) =>
      readState(scope.simulation, (world) => writePush(world, requirePush(world, params.id))),
  }),
  defineRoute({
    method: 'POST',
    path: '/pushes/resend',
    summary: 'Owes settled pushes once more, from now',
    body: resendBody,
    example: { failedOnly: true },
    answer: resentAnswer,
    async run({ scope, body }) {
      const which = { ...body, module: body.module ?? null };
      let resent = 0;
      for (let after: number | null = 0; after !== null; ) {
        const from: number = after;
        const page = await changeState(scope.simulation, (world) => resendPage(world, which, from));
        resent += page.resent;
        after = page.after;
      }
      return { resent };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/pushes/:id/resend',
    summary: 'Owes one push once more, from now, with four attempts ahead of it',
    answer: pushAnswer,
    run: ({ scope, params }) => changeState(scope.simulation, (world) => resend(world, params.id)),
  }),
];

export function readPushFilter({ state, ...rest }: WrittenPushFilter): PushFilter {
  return state === undefined ? rest : { ...rest, state: STATES.indexOf(state) as OutboxState };
}

export function writePush(world: World, { row, call, url, body, attempts }: PushView) {
  return {
    id: String(row.id),
    module: row.module,
    variant: row.variant,
    url,
    callUuid: call.uuid,
    callee: call.callee,
    taskId: call.row === null ? null : world.ids.task(call.row.taskId),
    taskDataId: call.row === null ? null : world.ids.row(call.row.rowId),
    callRelationId: call.relationId,
    state: STATES[row.state],
    ...times({ dueAt: row.due_at, createdAt: row.created_at, failedAt: row.failed_at }),
    body: body as Readonly<Record<string, unknown>>,
    attempts: attempts.map(({ at, ...rest }) => ({ ...times({ at }), ...rest })),
  };
}

function requirePush(world: World, id: string | undefined): PushView {
  const push = findPush(world, id ?? '');
  if (push === null) throw new ControlError('not-found', `no push ${id}`);
  return push;
}

function resend(world: World, id: string | undefined) {
  const { row } = requirePush(world, id);
  if (row.state === OUTBOX_STATE.owed) throw new ControlError('push-owed', `push ${id} is owed anyway`);
  const resent = resendPush(world, row);
  if (resent === 'no-url') throw new ControlError('no-url', `no url is set for ${row.module}`);
  if (resent === 'being-filed') {
    const hint = 'it can be sent again once that is written';
    throw new ControlError(
      'push-being-filed',
      `push ${id} is a line of a failure file that is not written yet: ${hint}`,
    );
  }
  return writePush(world, requirePush(world, id));
}
