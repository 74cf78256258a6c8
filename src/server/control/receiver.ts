import { z } from 'zod';
import { done, instants, named, page, schema } from './http/answer.ts';
import { object, text } from './http/field.ts';
import { pageFields } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { times } from './http/times.ts';

const receiverQuery = object({ module: text.optional(), ...pageFields });

const receivedPage = page(
  named('Received', () =>
    z.object({
      id: z.string(),
      ...instants('at'),
      module: z.string(),
      body: z.string().meta({ description: 'as it came; cut at 16 KiB, marked' }),
    }),
  ),
);

const receiverAnswer = schema(() =>
  z.string().meta({ description: '`success`; or the answer to a pull, as JSON' }),
);

export const receiverRoutes = [
  defineRoute({
    method: 'GET',
    path: '/receiver',
    summary: 'What the built-in receiver got',
    query: receiverQuery,
    answer: receivedPage,
    run({ scope, query: { limit, after, module } }) {
      const filter = (item: { readonly module: string }) => module === undefined || item.module === module;
      const page = scope.receiver.list({ limit, after: after ?? null, filter });
      return { ...page, items: page.items.map(({ id, at, ...rest }) => ({ id, ...times({ at }), ...rest })) };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/receiver',
    summary: 'Forgets what the built-in receiver got',
    answer: done,
    run({ scope }) {
      scope.receiver.clear();
      return {};
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/receiver/:module',
    summary: 'The built-in receiver: answers success, or a pull with a sample',
    access: 'open',
    query: z.looseObject({}),
    body: z.string(),
    reads: 'text',
    answer: receiverAnswer,
    run: ({ scope, params, body }) => scope.receiver.receive(params.module ?? '', body),
  }),
];
