import { z } from 'zod';
import type { Counted, CountedList } from '../../sim/rule/counted-list.ts';
import { cutPage } from '../../sim/store/select-page.ts';
import type { World } from '../../sim/world.ts';
import { page, removed } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { integer } from './http/field.ts';
import { answerPage, pageOf, pageQuery } from './http/page.ts';
import { defineRoute, type Route } from './http/route.ts';
import { changeState, readState } from './http/state.ts';

const MAX_TIMES = 1_000_000_000;
const PROBABILITY_HINT = 'a number from 0 to 1';

/** What everything takes that wears out. */
export const countedFields = {
  probability: z.number(PROBABILITY_HINT).min(0, PROBABILITY_HINT).max(1, PROBABILITY_HINT).optional(),
  times: integer(1, MAX_TIMES).optional(),
};

/** And what its answer has of it. */
export const countedKeys = () => ({
  probability: z.number().optional(),
  timesLeft: z.int().nullable().meta({ description: 'null: without end' }),
});

interface CountedKind<Body extends { readonly probability?: number | undefined }, Input, Written> {
  readonly name: 'rule' | 'fault';
  readonly summaries: { readonly list: string; readonly add: string };
  readonly body: z.ZodType<Body & { readonly times?: number | undefined }, Input>;
  readonly example: Input;
  readonly answer: () => z.ZodType<unknown, Written>;
  listOf(world: World): CountedList<Body>;
  /** What is wrong with a new one that only the state can tell. @throws ControlError */
  check?(world: World, body: Body): void;
  write(entry: Counted<Body>): Written;
}

/** The routes of rules, and of faults. */
export function countedRoutes<Body extends { readonly probability?: number | undefined }, Input, Written>(
  kind: CountedKind<Body, Input, Written>,
): Route[] {
  const { name, summaries, body, example, answer, listOf, check, write } = kind;
  const path = `/${name}s`;
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: summaries.list,
      query: pageQuery,
      answer: page(answer),
      run: ({ scope, query }) =>
        readState(scope.simulation, (world) => {
          const { after, limit } = pageOf(query);
          const behind = listOf(world)
            .all()
            .filter((entry) => entry.id > after);
          return answerPage(
            cutPage(behind, limit, (entry) => entry.id),
            { write },
          );
        }),
    }),
    defineRoute({
      method: 'POST',
      path,
      summary: summaries.add,
      status: 201,
      body,
      example,
      answer,
      run: ({ scope, body: { times = null, ...rest } }) =>
        changeState(scope.simulation, (world) => {
          const entry = rest as unknown as Body;
          check?.(world, entry);
          return write(listOf(world).add(entry, times));
        }),
    }),
    defineRoute({
      method: 'DELETE',
      path,
      summary: `Removes all ${name}s`,
      answer: removed,
      run: ({ scope }) =>
        changeState(scope.simulation, (world) => {
          const list = listOf(world);
          const count = list.all().length;
          list.clear();
          return { removed: count };
        }),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/:id`,
      summary: `Removes a ${name}`,
      answer: removed,
      run: ({ scope, params }) =>
        changeState(scope.simulation, (world) => {
          if (!listOf(world).remove(Number(params.id)))
            throw new ControlError('not-found', `no ${name} ${params.id}`);
          return { removed: 1 };
        }),
    }),
  ];
}
