import type { z } from 'zod';
import {
  callConditions,
  countCalls,
  isLiveFilter,
  listCalls,
  listLiveCalls,
} from '../../../sim/call/list.ts';
import { countPushes, listPushes, pushConditions } from '../../../sim/push/list.ts';
import { indexesFor } from '../../../sim/store/select-page.ts';
import { countTasks, listTasks, taskConditions } from '../../../sim/task/list.ts';
import { callFilterFields, writeCall } from '../call.ts';
import { object } from '../http/field.ts';
import { readIndexed } from '../http/state.ts';
import { pushFilterFields, readPushFilter, writePush } from '../push.ts';
import { matchesRequest, requestFilterFields } from '../request.ts';
import { writeRequest } from '../request-answer.ts';
import type { ControlScope } from '../scope.ts';
import { readTaskFilter, taskFilterFields, writeTask } from '../task.ts';

/** Something as the lists show it. */
export type Item = Readonly<Record<string, unknown>>;

/** One kind of thing that can be waited for. */
interface TargetOf<Where extends z.ZodType> {
  /** What `where` takes: the filters of the list. */
  readonly where: Where;
  /** Holds where `where` says nothing else: a wait is for what is over, not for what is on its way (choice). */
  readonly unlessSaid: Partial<z.output<Where>>;
  /** What names an item. */
  readonly key: string;
  /** Counting ends at `limit`. */
  count(scope: ControlScope, where: z.output<Where>, limit: number): number | Promise<number>;
  list(
    scope: ControlScope,
    where: z.output<Where>,
    limit: number,
  ): readonly Item[] | Promise<readonly Item[]>;
}
export type Target = TargetOf<z.ZodType<Item>>;

function defineTarget<Where extends z.ZodType>(target: TargetOf<Where>): Target {
  return target as unknown as Target;
}

const FIRST = { after: 0 } as const;

export const TARGETS = {
  push: defineTarget({
    where: object(pushFilterFields),
    unlessSaid: { state: 'delivered' },
    key: 'id',
    count({ simulation }, where, limit) {
      const filter = readPushFilter(where);
      return readIndexed(
        simulation,
        (world) => indexesFor(pushConditions(world, filter)),
        (world) => countPushes(world, pushConditions(world, filter), limit),
      );
    },
    list({ simulation }, where, limit) {
      const filter = readPushFilter(where);
      return readIndexed(
        simulation,
        (world) => indexesFor(pushConditions(world, filter)),
        (world) =>
          listPushes(world, pushConditions(world, filter), { ...FIRST, limit }).items.map((push) =>
            writePush(world, push),
          ),
      );
    },
  }),

  call: defineTarget({
    where: object(callFilterFields),
    unlessSaid: { state: 'ended' },
    key: 'callUuid',
    count: ({ simulation }, where, limit) =>
      readIndexed(
        simulation,
        (world) => (isLiveFilter(where) ? [] : indexesFor(callConditions(world, where))),
        (world) =>
          isLiveFilter(where)
            ? listLiveCalls(world, where, { ...FIRST, limit }).items.length
            : countCalls(world, callConditions(world, where), limit),
      ),
    list: ({ simulation }, where, limit) =>
      readIndexed(
        simulation,
        (world) => (isLiveFilter(where) ? [] : indexesFor(callConditions(world, where))),
        (world) => {
          const page = { ...FIRST, limit };
          const found = isLiveFilter(where)
            ? listLiveCalls(world, where, page)
            : listCalls(world, callConditions(world, where), page);
          return found.items.map((call) => writeCall(world, call));
        },
      ),
  }),

  task: defineTarget({
    where: object(taskFilterFields),
    unlessSaid: { status: 'finished' },
    key: 'taskId',
    count({ simulation }, where, limit) {
      const filter = readTaskFilter(where);
      return readIndexed(
        simulation,
        (world) => indexesFor(taskConditions(world, filter)),
        (world) => countTasks(world, taskConditions(world, filter), limit),
      );
    },
    list({ simulation }, where, limit) {
      const filter = readTaskFilter(where);
      return readIndexed(
        simulation,
        (world) => indexesFor(taskConditions(world, filter)),
        (world) =>
          listTasks(world, taskConditions(world, filter), { ...FIRST, limit }).items.map((task) =>
            writeTask(world, task),
          ),
      );
    },
  }),

  request: defineTarget({
    where: object(requestFilterFields),
    unlessSaid: {},
    key: 'id',
    count: ({ journal }, where, limit) =>
      journal.list({ limit, filter: (entry) => matchesRequest(entry, where) }).items.length,
    list: ({ journal }, where, limit) =>
      journal.list({ limit, filter: (entry) => matchesRequest(entry, where) }).items.map(writeRequest),
  }),
};

export type TargetName = keyof typeof TARGETS;
