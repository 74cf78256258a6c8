import { z } from 'zod';
import { expireToken, listTokens } from '../../sim/account/token.ts';
import { instants, named, page, schema } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { keyedPageQuery } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { changeState, readState } from './http/state.ts';
import { times } from './http/times.ts';

const tokenPage = page(
  named('Token', () =>
    z.object({ token: z.string(), appId: z.string(), ...instants('expiresAt'), valid: z.boolean() }),
  ),
);
const expiredAnswer = schema(() => z.object({ token: z.string(), valid: z.literal(false) }));

export const tokenRoutes = [
  defineRoute({
    method: 'GET',
    path: '/tokens',
    summary: 'Tokens of the platform and when they expire',
    query: keyedPageQuery,
    answer: tokenPage,
    run: ({ scope, query: { limit, after = '' } }) =>
      readState(scope.simulation, (world) => {
        const found = listTokens(world, { after, limit: limit + 1 });
        const items = found.slice(0, limit);
        return {
          items: items.map(({ expiresAt, ...rest }) => ({
            ...rest,
            ...times({ expiresAt }),
            valid: world.now < expiresAt,
          })),
          next: found.length > limit ? (items.at(-1)?.token ?? null) : null,
          dropped: 0,
        };
      }),
  }),
  defineRoute({
    method: 'POST',
    path: '/tokens/:token/expire',
    summary: 'Ends a token now',
    answer: expiredAnswer,
    run: ({ scope, params: { token = '' } }) =>
      changeState(scope.simulation, (world) => {
        if (!expireToken(world, token)) throw new ControlError('not-found', `no token ${token}`);
        return { token, valid: false as const };
      }),
  }),
];
