import { z } from 'zod';
import { codeOfFinding, FINDINGS, type FindingCode } from '../platform/finding/finding.ts';
import type { RequestRing } from '../platform/journal.ts';
import { instants, named, page } from './http/answer.ts';
import { answerAll } from './http/page.ts';
import { defineRoute } from './http/route.ts';
import { times } from './http/times.ts';

/** One kind of finding, as often as the journal has it. */
interface FindingCount {
  readonly code: FindingCode;
  /** Why it would hurt in production. */
  readonly why: string;
  readonly count: number;
  /** Operations that it was found at. */
  readonly operations: readonly string[];
  /** The last one: its request, its instant, and what was found. */
  readonly last: { readonly requestId: string; readonly at: number; readonly message: string };
}

/** Counts the findings of the calls that the journal still holds, by their codes; the most frequent first. */
function countFindings(journal: Pick<RequestRing, 'list'>): FindingCount[] {
  const counts = new Map<string, FindingCount>();
  let after: string | null = null;
  do {
    const { items, next } = journal.list({ after, filter: ({ findings }) => findings.length > 0 });
    for (const { id, at, operation, findings } of items) {
      for (const written of findings) {
        const code = codeOfFinding(written) as FindingCode;
        const known = counts.get(code);
        counts.set(code, {
          code,
          why: FINDINGS[code],
          count: (known?.count ?? 0) + 1,
          operations: [...new Set([...(known?.operations ?? []), operation])],
          last: { requestId: id, at, message: written.slice(code.length + 2) },
        });
      }
    }
    after = next;
  } while (after !== null);
  return [...counts.values()].sort((a, b) => b.count - a.count);
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
    answer: findingPage,
    run({ scope: { journal } }) {
      const counted = countFindings(journal).map(({ last: { at, ...last }, ...rest }) => ({
        ...rest,
        last: { ...last, ...times({ at }) },
      }));
      return { ...answerAll(counted), dropped: journal.dropped };
    },
  }),
];
