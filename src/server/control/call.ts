import { z } from 'zod';
import { admitInbound } from '../../sim/call/admit.ts';
import type { Call } from '../../sim/call/call.ts';
import { hangUp } from '../../sim/call/hang-up.ts';
import { receiveCall } from '../../sim/call/inbound.ts';
import {
  callConditions,
  countPrunedCalls,
  findCall,
  isLiveFilter,
  listCalls,
  listLiveCalls,
} from '../../sim/call/list.ts';
import { isResult, RESULT_NUMBERS } from '../../sim/call/result.ts';
import { sayInCall } from '../../sim/call/say.ts';
import { reachedOf, timelineOf } from '../../sim/call/timeline.ts';
import { idOfUuid } from '../../sim/call/uuid.ts';
import { indexesFor } from '../../sim/store/select-page.ts';
import type { World } from '../../sim/world.ts';
import { instants, maybeInstants, named, page } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { id, integer, object, oneOf, text } from './http/field.ts';
import { answerPage, keyedPageFields, type ListAnswer, unknownCursor } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { changeState, readIndexed, readState } from './http/state.ts';
import { times } from './http/times.ts';

/** From the first ring of a call without SIP to its answer, ms (as `sip.ringMs`, spec 4.1). */
const RING_MS = 500;

/** A `task_result`; also as a text, as it is pushed. */
export const result = integer(-1, 28).refine(isResult, `a task_result: one of ${RESULT_NUMBERS.join(', ')}`);

/** What calls can be found by. */
export const callFilterFields = {
  callUuid: text.optional(),
  direction: oneOf(['inbound', 'outbound']).optional(),
  state: oneOf(['live', 'dialing', 'ringing', 'talking', 'ended']).optional(),
  taskId: id.optional(),
  taskDataId: id.optional(),
  callRelationId: id.optional(),
  lineNum: id.optional(),
  robotId: id.optional(),
  caller: id.optional(),
  callee: id.optional(),
  result: result.optional(),
};

const callQuery = object({ ...callFilterFields, ...keyedPageFields });

const inboundBody = object({
  robotId: id,
  appId: id,
  caller: id,
  callRelationId: id,
  lineNum: id.optional(),
});

const sayBody = object({ text: text.max(1000, 'at most 1000 characters') });

const callEvent = named('CallEvent', () =>
  z
    .looseObject({
      ...instants('at'),
      event: z.enum([
        'dialed',
        'received',
        'ringing',
        'asked',
        'pulled',
        'answered',
        'robot',
        'customer',
        'said',
        'hangup',
      ]),
    })
    .meta({
      description:
        'what happened, and beside it what the event has: text, hit, tag, keys, module, values, note, by, result …',
    }),
);

export const callAnswer = named('Call', () =>
  z.object({
    callUuid: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    state: z.enum(['dialing', 'ringing', 'talking', 'ended']),
    businessId: z.string(),
    appId: z.string(),
    taskId: z.string().nullable(),
    taskDataId: z.string().nullable(),
    rowIndex: z.int().nullable(),
    tries: z.int().nullable(),
    callRelationId: z.string().nullable(),
    lineNum: z.string(),
    robotId: z.string(),
    caller: z.string(),
    callee: z.string(),
    result: z
      .string()
      .nullable()
      .meta({ description: '`task_result`; null for an inbound call, and until it has ended' }),
    ...instants('dialAt'),
    ...maybeInstants('ringAt', 'answerAt', 'hangupAt'),
    timeline: z.array(callEvent()),
  }),
);

const callPage = page(callAnswer);

export const callRoutes = [
  defineRoute({
    method: 'GET',
    path: '/calls',
    summary: 'Calls with their timelines; state=live is every call that has not ended',
    query: callQuery,
    answer: callPage,
    run: ({ scope, query }) =>
      readIndexed(
        scope.simulation,
        (world) => (isLiveFilter(query) ? [] : indexesFor(callConditions(world, query))),
        (world) => list(world, query),
      ),
  }),
  defineRoute({
    method: 'GET',
    path: '/calls/:uuid',
    summary: 'One call with its timeline',
    answer: callAnswer,
    run: ({ scope, params }) =>
      readState(scope.simulation, (world) => writeCall(world, requireCall(world, params.uuid))),
  }),
  defineRoute({
    method: 'POST',
    path: '/calls',
    summary: 'An inbound call without SIP, by default over the first line with a free channel',
    status: 201,
    body: inboundBody,
    example: { robotId: '719', appId: '20180739', caller: '13900000000', callRelationId: 'crm-1' },
    answer: callAnswer,
    run: ({ scope, body }) => changeState(scope.simulation, (world) => callIn(world, body)),
  }),
  defineRoute({
    method: 'POST',
    path: '/calls/:uuid/hangup',
    summary: 'The customer hangs up, or declines the call that rings, at once',
    answer: callAnswer,
    run: ({ scope, params }) =>
      changeState(scope.simulation, (world) => {
        const call = requireLiveCall(world, params.uuid);
        hangUp(world, call);
        return writeCall(world, call);
      }),
  }),
  defineRoute({
    method: 'POST',
    path: '/calls/:uuid/say',
    summary: 'Puts words into the mouth of the customer: its next answer',
    body: sayBody,
    example: { text: '我今天还款。' },
    answer: callAnswer,
    run: ({ scope, params, body }) =>
      changeState(scope.simulation, (world) => {
        const call = requireLiveCall(world, params.uuid);
        if (call.state !== 'talking')
          throw new ControlError('call-not-talking', `call ${call.uuid} is ${call.state}`);
        sayInCall(world, call, body.text);
        return writeCall(world, call);
      }),
  }),
];

/** A call as far as it has come. */
export function writeCall(world: World, call: Call) {
  const { ringAt, answerAt, hangupAt, result } = reachedOf(call);
  return {
    callUuid: call.uuid,
    direction: call.direction,
    state: call.state,
    businessId: call.businessId,
    appId: call.appId,
    taskId: call.row === null ? null : world.ids.task(call.row.taskId),
    taskDataId: call.row === null ? null : world.ids.row(call.row.rowId),
    rowIndex: call.row?.rowIndex ?? null,
    tries: call.row?.tries ?? null,
    callRelationId: call.relationId,
    lineNum: call.lineNum,
    robotId: call.robotId,
    caller: call.caller,
    callee: call.callee,
    result: result === null ? null : String(result),
    ...times({ dialAt: call.dialAt, ringAt, answerAt, hangupAt }),
    timeline: timelineOf(world, call).map(({ at, ...rest }) => ({ ...times({ at }), ...rest })),
  };
}

function list(world: World, query: z.output<typeof callQuery>): ListAnswer<ReturnType<typeof writeCall>> {
  const { limit, after, ...filter } = query;
  const page = { limit, after: after === undefined ? 0 : readCursor(world, after) };
  const found = isLiveFilter(filter)
    ? listLiveCalls(world, filter, page)
    : listCalls(world, callConditions(world, filter), page);
  return answerPage(found, {
    write: (call) => writeCall(world, call),
    cursor: () => found.items.at(-1)?.uuid ?? '',
    dropped: countPrunedCalls(world),
  });
}

/** The cursor of calls is the uuid of the last one. */
function readCursor(world: World, after: string): number {
  const key = idOfUuid(world.seed, after);
  if (key !== null) return key;
  throw unknownCursor(after);
}

function callIn(world: World, body: z.output<typeof inboundBody>) {
  const { appId, robotId, caller, callRelationId, lineNum } = body;
  const admitted = admitInbound(world, { appId, robotId, lineNum: lineNum ?? null });
  const call = receiveCall(world, { ...admitted, caller, relationId: callRelationId, ringMs: RING_MS });
  return writeCall(world, call);
}

function requireCall(world: World, uuid: string | undefined): Call {
  const call = findCall(world, uuid ?? '');
  if (call === null) throw new ControlError('not-found', `no call ${uuid}`);
  return call;
}

function requireLiveCall(world: World, uuid: string | undefined): Call {
  const call = requireCall(world, uuid);
  if (call.state === 'ended') throw new ControlError('call-ended', `call ${call.uuid} has ended`);
  return call;
}
