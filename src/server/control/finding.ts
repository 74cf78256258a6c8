import { z } from 'zod';
import { FINDINGS, type FindingCode } from '../platform/finding/finding.ts';
import { type FindingCount, FindingTally } from '../platform/finding/tally.ts';
import type { RequestRing } from '../platform/journal.ts';
import { instants, named, page } from './http/answer.ts';
import { answerKeyedPage, keyedPageQuery } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { times } from './http/times.ts';

/** Counts the findings of the calls that the journal still holds, by their codes; the most frequent first. */
function countFindings(journal: Pick<RequestRing, 'list'>): FindingCount[] {
  const tally = new FindingTally();
  let after: string | null = null;
  do {
    const { items, next } = journal.list({ after, filter: ({ findings }) => findings.length > 0 });
    for (const entry of items) tally.add(entry);
    after = next;
  } while (after !== null);
  return tally.counts();
}

const findingPage = page(
  named('Finding', () =>
    z.object({
      code: z.enum(Object.keys(FINDINGS) as [FindingCode, ...FindingCode[]]),
      why: z.string().meta({ description: 'why it would hurt in production' }),
      count: z.int(),
      operations: z.array(z.string()).readonly(),
      last: z.object({ requestId: z.string(), ...instants('at'), message: z.string() }),
    }),
  ),
);

export const findingRoutes = [
  defineRoute({
    method: 'GET',
    path: '/findings',
    summary:
      'What in the calls to the platform would hurt in production, counted; each call with its own: /requests?findings=true',
    query: keyedPageQuery,
    answer: findingPage,
    run({ scope: { journal }, query }) {
      const counted = countFindings(journal);
      const found = answerKeyedPage(counted, query, { keyOf: ({ code }) => code, write: writeFinding });
      return { ...found, dropped: journal.dropped };
    },
  }),
];

function writeFinding({ last: { at, ...last }, ...rest }: FindingCount) {
  return { ...rest, last: { ...last, ...times({ at }) } };
}
