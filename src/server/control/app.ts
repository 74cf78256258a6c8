import { z } from 'zod';
import type { App } from '../../sim/account/account.ts';
import { named, page } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { flag, object } from './http/field.ts';
import { answerKeyedPage, keyedPageQuery } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { changeState, readState } from './http/state.ts';

const appBody = object({ enabled: flag });

const appAnswer = named('App', () =>
  z.object({
    appId: z.string(),
    businessId: z.string(),
    type: z.int().meta({ description: '0 outbound, 1 inbound, 2 both' }),
    enabled: z.boolean(),
  }),
);

const appPage = page(appAnswer);

export const appRoutes = [
  defineRoute({
    method: 'GET',
    path: '/apps',
    summary: 'Apps, without their secrets',
    query: keyedPageQuery,
    answer: appPage,
    run: ({ scope, query }) =>
      readState(scope.simulation, (world) =>
        answerKeyedPage(world.accounts.apps(), query, { keyOf: ({ id }) => id, write: writeApp }),
      ),
  }),
  defineRoute({
    method: 'POST',
    path: '/apps/:id',
    summary: 'Enables or disables an app',
    body: appBody,
    example: { enabled: false },
    answer: appAnswer,
    run: ({ scope, params, body }) =>
      changeState(scope.simulation, (world) => {
        const app = world.accounts.app(params.id ?? '');
        if (app === undefined) throw new ControlError('not-found', `no app ${params.id}`);
        world.accounts.setAppEnabled(app, body.enabled);
        return writeApp(app);
      }),
  }),
];

/** `type`: 0 outbound, 1 inbound, 2 both. */
function writeApp({ id, businessId, type, enabled }: App) {
  return { appId: id, businessId, type, enabled };
}
