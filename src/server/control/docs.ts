import { z } from 'zod';
import { schema } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { defineRoute, type Route } from './http/route.ts';

const document = schema(() => z.looseObject({ openapi: z.string() }));
const file = schema(() => z.instanceof(Response));

/**
 * All of it is loaded when it is first asked for; none of it tells anything of the state.
 * @param all the routes that are described, these too
 */
export const docsRoutes = (all: () => readonly Route[]): readonly Route[] => [
  defineRoute({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This interface as OpenAPI 3.1',
    access: 'open',
    answer: document,
    async run({ scope, params }) {
      const { describeControl } = await import('../openapi/control.ts');
      const isUniverse = params.universe !== undefined;
      return describeControl(all(), { version: scope.server.version, isUniverse });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/docs',
    summary: 'A page to read it on',
    access: 'open',
    produces: 'text/html',
    answer: file,
    run: async () => (await import('../openapi/viewer/answer.ts')).answerPage(),
  }),
  defineRoute({
    method: 'GET',
    path: '/docs/:file',
    summary: 'What the page is made of',
    access: 'open',
    produces: '*/*',
    answer: file,
    async run({ params }) {
      const { answerFile } = await import('../openapi/viewer/answer.ts');
      const answer = await answerFile(params.file ?? '');
      if (answer === null) throw new ControlError('not-found', `no file ${params.file}`);
      return answer;
    },
  }),
];
