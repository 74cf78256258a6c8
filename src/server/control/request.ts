import type { z } from 'zod';
import type { RequestEntry } from '../platform/journal.ts';
import { page } from './http/answer.ts';
import { flag, id, integer, object, text } from './http/field.ts';
import { pageFields } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { requestAnswer, writeRequest } from './request-answer.ts';

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
