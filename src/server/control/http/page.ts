import type { Simulation } from '../../../sim/simulation.ts';
import { createIndexes, type ListIndex, missingIndexes } from '../../../sim/store/list-index.ts';
import type { Page, PageRequest } from '../../../sim/store/select-page.ts';
import type { World } from '../../../sim/world.ts';
import { integer, text } from './field.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** What every list takes beside its filters; `after` is the `next` of the page before. */
export const pageFields = {
  limit: integer(1, MAX_LIMIT).default(DEFAULT_LIMIT),
  after: text.optional(),
};

/** A page as it is answered. */
export interface ListAnswer {
  readonly items: readonly unknown[];
  /** `after` of the next page; null: nothing stands behind this one. */
  readonly next: string | null;
  /** Items that are gone because there was no room, or their time was over. */
  readonly dropped: number;
}

/** Takes a cursor apart: one that nobody gave out begins at the start. */
export function pageOf(query: { readonly limit: number; readonly after?: string | undefined }): PageRequest {
  const after = Number(query.after ?? 0);
  return { after: Number.isSafeInteger(after) && after > 0 ? after : 0, limit: query.limit };
}

export function answerPage<T>(
  page: Page<T>,
  how: {
    readonly write: (item: T) => unknown;
    readonly cursor?: (key: number) => string;
    readonly dropped?: number;
  },
): ListAnswer {
  const { write, cursor = String, dropped = 0 } = how;
  return { items: page.items.map(write), next: page.next === null ? null : cursor(page.next), dropped };
}

/** Reads once the indexes that the query needs are there; the first list with a new filter makes them. */
export async function readIndexed<T>(
  simulation: Simulation,
  indexes: (world: World) => readonly ListIndex[],
  query: (world: World) => T,
): Promise<T> {
  const missing = await simulation.read((world) => missingIndexes(world.database, indexes(world)));
  if (missing.length > 0) await simulation.execute((world) => createIndexes(world.database, missing));
  return simulation.read(query);
}
