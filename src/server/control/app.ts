import type { App } from '../../sim/account/account.ts';
import { ControlError } from './http/error.ts';
import { flag, object } from './http/field.ts';
import { answerAll } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { changeState, readState } from './http/state.ts';

const appBody = object({ enabled: flag });

export const appRoutes = [
  defineRoute({
    method: 'GET',
    path: '/apps',
    summary: 'Apps, without their secrets',
    run: ({ scope }) =>
      readState(scope.simulation, (world) => answerAll(world.accounts.apps().map(writeApp))),
  }),
  defineRoute({
    method: 'POST',
    path: '/apps/:id',
    summary: 'Enables or disables an app',
    body: appBody,
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
