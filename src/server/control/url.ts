import { z } from 'zod';
import { MODULES } from '../../sim/account/account.ts';
import type { World } from '../../sim/world.ts';
import { named, page } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { flag, id, object, oneOf } from './http/field.ts';
import { answerKeyedPage, keyedPageFields } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { changeState, readState } from './http/state.ts';

const URL_HINT = 'an http or https address, or one below /_sim/';

const urlQuery = object({ businessId: id.optional(), ...keyedPageFields });

const urlBody = object({
  businessId: id,
  urls: z.array(
    object({
      module: oneOf(MODULES),
      appId: id.optional(),
      robotId: id.optional(),
      url: z.string(URL_HINT).refine(isAddress, URL_HINT),
      enabled: flag.default(true),
    }),
    'a list of urls',
  ),
});
type UrlBody = z.output<typeof urlBody>;

const urlsAnswer = named('Urls', () =>
  z.object({
    businessId: z.string(),
    urls: z.array(
      z.object({
        module: z.enum(MODULES),
        appId: z.string().optional(),
        robotId: z.string().optional(),
        url: z.string(),
        enabled: z.boolean(),
      }),
    ),
  }),
);

const urlsPage = page(urlsAnswer);

export const urlRoutes = [
  defineRoute({
    method: 'GET',
    path: '/urls',
    summary: 'Push and pull addresses of each enterprise',
    query: urlQuery,
    answer: urlsPage,
    run: ({ scope, query }) =>
      readState(scope.simulation, (world) => {
        const ids = world.accounts.enterprises().map(({ id }) => id);
        const wanted = ids.filter((id) => query.businessId === undefined || query.businessId === id);
        return answerKeyedPage(wanted, query, { keyOf: (id) => id, write: (id) => writeUrls(world, id) });
      }),
  }),
  defineRoute({
    method: 'PUT',
    path: '/urls',
    summary: "Replaces an enterprise's list of addresses; pushes that are owed keep theirs",
    body: urlBody,
    example: {
      businessId: '167',
      urls: [{ module: 'receiveDialog', url: 'http://127.0.0.1:9000/yeta/receiveDialog' }],
    },
    answer: urlsAnswer,
    run: ({ scope, body }) =>
      changeState(scope.simulation, (world) => {
        checkOwners(world, body);
        world.accounts.setUrls(body.businessId, body.urls);
        return writeUrls(world, body.businessId);
      }),
  }),
];

function writeUrls(world: World, businessId: string) {
  return {
    businessId,
    urls: world.accounts
      .urls(businessId)
      .map(({ module, appId, robotId, url, enabled }) => ({ module, appId, robotId, url, enabled })),
  };
}

/** An app or robot that is not there would match nothing, which nobody means. */
function checkOwners(world: World, { businessId, urls }: UrlBody): void {
  if (world.accounts.enterprise(businessId) === undefined) {
    throw new ControlError('invalid-parameter', `businessId: found "${businessId}", expected an enterprise`);
  }
  for (const [index, { appId, robotId }] of urls.entries()) {
    if (appId !== undefined && world.accounts.app(appId)?.businessId !== businessId) {
      throw new ControlError(
        'invalid-parameter',
        `urls[${index}].appId: found "${appId}", expected an app of enterprise ${businessId}`,
      );
    }
    if (robotId !== undefined && world.accounts.robot(robotId)?.businessId !== businessId) {
      throw new ControlError(
        'invalid-parameter',
        `urls[${index}].robotId: found "${robotId}", expected a robot of enterprise ${businessId}`,
      );
    }
  }
}

function isAddress(text: string): boolean {
  if (text.startsWith('/_sim/')) return true;
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '';
}
