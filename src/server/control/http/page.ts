import type { Page, PageRequest } from '../../../sim/store/select-page.ts';
import { integer, text } from './field.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

const CURSOR_HINT = 'the next of a page before';

/** What every list takes beside its filters; `after` is the `next` of the page before. */
export const pageFields = {
  limit: integer(1, MAX_LIMIT).default(DEFAULT_LIMIT),
  after: text.regex(/^\d{1,15}$/, CURSOR_HINT).optional(),
};

/** A page as it is answered. */
export interface ListAnswer<T = unknown> {
  readonly items: readonly T[];
  /** `after` of the next page; null: nothing stands behind this one. */
  readonly next: string | null;
  /** Items that are gone because there was no room, or their time was over. */
  readonly dropped: number;
}

export function pageOf(query: { readonly limit: number; readonly after?: string | undefined }): PageRequest {
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

/** A list that has one page. */
export function answerAll<T>(items: readonly T[]): ListAnswer<T> {
  return { items, next: null, dropped: 0 };
}
