import { z } from 'zod';
import { type RequestEntry, showBody } from '../platform/journal.ts';
import { instants, named, page } from './http/answer.ts';
import { flag, id, integer, object, text } from './http/field.ts';
import { pageFields } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { times } from './http/times.ts';

/** What platform calls can be found by. */
export const requestFilterFields = {
  operation: text.optional(),
  appId: id.optional(),
  code: integer(0, 9_999_999).optional(),
  findings: flag.optional(),
};
const filter = object(requestFilterFields);
export type RequestFilter = z.output<typeof filter>;

const requestQuery = object({ ...requestFilterFields, ...pageFields });

/** What is noted of a call beside its instant. */
export const requestKeys = () => ({
  id: z.string(),
  operation: z.string().meta({ description: 'its name, or the path if no operation is there' }),
  appId: z.string().nullable(),
  code: z.int().nullable().meta({ description: 'result code; null if no envelope left' }),
  tookMs: z.number().meta({ description: 'wall ms' }),
  body: z.string().meta({ description: 'as it came, secrets masked; cut at 16 KiB, marked' }),
  refusal: z.string().nullable().meta({ description: 'why it was refused, which its answer does not tell' }),
  findings: z
    .array(z.string())
    .readonly()
    .meta({ description: 'what of it would hurt in production, each with its code: `unknown-field: …`' }),
});

export const requestAnswer = named('Request', () => z.object({ ...instants('at'), ...requestKeys() }));

const requestPage = page(requestAnswer);

export const requestRoutes = [
  defineRoute({
    method: 'GET',
    path: '/requests',
    summary: 'Journal of the calls to the platform, secrets masked',
    query: requestQuery,
    answer: requestPage,
    run({ scope, query }) {
      const { limit, after, ...wanted } = query;
      const page = scope.journal.list({
        limit,
        after: after ?? null,
        filter: (entry) => matchesRequest(entry, wanted),
      });
      return { ...page, items: page.items.map(writeRequest) };
    },
  }),
];

export function matchesRequest(
  entry: RequestEntry,
  { operation, appId, code, findings }: RequestFilter,
): boolean {
  return (
    (operation === undefined || entry.operation === operation) &&
    (appId === undefined || entry.appId === appId) &&
    (code === undefined || entry.code === code) &&
    (findings === undefined || entry.findings.length > 0 === findings)
  );
}

export function writeRequest({ id, at, ...rest }: RequestEntry & { readonly id: string }) {
  return {
    id,
    ...times({ at }),
    ...rest,
    tookMs: Math.round(rest.tookMs * 100) / 100,
    body: showBody(rest.body),
  };
}
