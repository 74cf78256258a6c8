import { z } from 'zod';
import { schema } from './http/answer.ts';
import { ControlError } from './http/error.ts';
import { defineRoute } from './http/route.ts';

const document = schema(() => z.looseObject({ openapi: z.string() }));
const file = schema(() => z.instanceof(Response));

/** All of it is loaded when it is first asked for; none of it tells anything of the state. */
export const docsRoutes = [
  defineRoute({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This interface as OpenAPI 3.1',
    access: 'open',
    answer: document,
    async run({ scope, params }) {
      const { describeControl } = await import('../openapi/control.ts');
      return describeControl({ version: scope.server.version, isUniverse: params.universe !== undefined });
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
