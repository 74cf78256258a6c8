import type { Page, PageRequest } from '../../../sim/store/select-page.ts';
import { ControlError } from './error.ts';
import { integer, object, text } from './field.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

const CURSOR_HINT = 'the next of a page before';

/** What every list takes beside its filters; `after` is the `next` of the page before. */
export const pageFields = {
  limit: integer(1, MAX_LIMIT).default(DEFAULT_LIMIT),
  after: text.regex(/^\d{1,15}$/, CURSOR_HINT).optional(),
};

/** What a list takes whose cursor is the key of its last item, whatever that looks like. */
export const keyedPageFields = { ...pageFields, after: text.optional() };

/** The query of a list without filters, by numbers and by keys. */
export const pageQuery = object(pageFields);
export const keyedPageQuery = object(keyedPageFields);

interface PageQuery {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** A page as it is answered. */
export interface ListAnswer<T = unknown> {
  readonly items: readonly T[];
  /** `after` of the next page; null: nothing stands behind this one. */
  readonly next: string | null;
  /** Items that are gone because there was no room, or their time was over. */
  readonly dropped: number;
}

export function pageOf(query: PageQuery): PageRequest {
  return { after: Number(query.after ?? 0), limit: query.limit };
}

export function answerPage<T, Written>(
  page: Page<T>,
  how: {
    readonly write: (item: T) => Written;
    readonly cursor?: (key: number) => string;
    readonly dropped?: number;
  },
): ListAnswer<Written> {
  const { write, cursor = String, dropped = 0 } = how;
  return { items: page.items.map(write), next: page.next === null ? null : cursor(page.next), dropped };
}

/** A page of what is in memory in an order of its own; the cursor is the key of the last item. @throws ControlError invalid-parameter */
export function answerKeyedPage<T, Written>(
  all: readonly T[],
  { limit, after }: PageQuery,
  how: { readonly keyOf: (item: T) => string; readonly write: (item: T) => Written },
): ListAnswer<Written> {
  const first = after === undefined ? 0 : all.findIndex((item) => how.keyOf(item) === after) + 1;
  if (after !== undefined && first === 0) throw unknownCursor(after);
  const items = all.slice(first, first + limit);
  const last = items.at(-1);
  const next = last !== undefined && all.length > first + limit ? how.keyOf(last) : null;
  return { items: items.map(how.write), next, dropped: 0 };
}

/** For an `after` that was never a `next`, or whose item is gone. */
export function unknownCursor(after: string): ControlError {
  return new ControlError(
    'invalid-parameter',
    `after: found ${JSON.stringify(after)}, expected ${CURSOR_HINT}`,
  );
}

/** All of a list, as if it had one page. */
export function answerAll<T>(items: readonly T[]): ListAnswer<T> {
  return { items, next: null, dropped: 0 };
}
