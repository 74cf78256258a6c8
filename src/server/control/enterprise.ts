import { z } from 'zod';
import type { Enterprise } from '../../sim/account/account.ts';
import { changeEnterprise } from '../../sim/account/change.ts';
import { named, page } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { flag, object } from './http/field.ts';
import { answerKeyedPage, keyedPageQuery } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { changeState, readState } from './http/state.ts';

const BALANCE_HINT = 'minutes from 0 up, or null for unlimited';

const enterpriseBody = object({
  enabled: flag.optional(),
  balance: z.number(BALANCE_HINT).min(0, BALANCE_HINT).nullable().optional(),
}).refine(
  ({ enabled, balance }) => enabled !== undefined || balance !== undefined,
  'at least one of enabled and balance',
);

const enterpriseAnswer = named('Enterprise', () =>
  z.object({
    businessId: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    balance: z.number().nullable().meta({ description: 'minutes; null: unlimited' }),
  }),
);

const enterprisePage = page(enterpriseAnswer);

export const enterpriseRoutes = [
  defineRoute({
    method: 'GET',
    path: '/enterprises',
    summary: 'Enterprises with their balances',
    query: keyedPageQuery,
    answer: enterprisePage,
    run: ({ scope, query }) =>
      readState(scope.simulation, (world) =>
        answerKeyedPage(world.accounts.enterprises(), query, {
          keyOf: ({ id }) => id,
          write: writeEnterprise,
        }),
      ),
  }),
  defineRoute({
    method: 'POST',
    path: '/enterprises/:id',
    summary: 'Enables or disables an enterprise, or sets its balance',
    body: enterpriseBody,
    example: { balance: 0 },
    answer: enterpriseAnswer,
    run: ({ scope, params, body }) =>
      changeState(scope.simulation, (world) => {
        const enterprise = world.accounts.enterprise(params.id ?? '');
        if (enterprise === undefined) throw new ControlError('not-found', `no enterprise ${params.id}`);
        changeEnterprise(world, enterprise, body);
        return writeEnterprise(enterprise);
      }),
  }),
];

/** `balance` in minutes; null: unlimited. */
function writeEnterprise({ id, name, enabled, balance }: Enterprise) {
  return { businessId: id, name, enabled, balance };
}
