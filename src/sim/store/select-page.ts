import type { Database, SqlValue } from './database.ts';
import type { ListIndex } from './list-index.ts';

/** A page of a list: at most `limit` items whose key is greater than `after`. */
export interface PageRequest {
  readonly after: number;
  readonly limit: number;
}

export interface Page<T> {
  /** By ascending key. */
  readonly items: readonly T[];
  /** Key of the last item, if more stand behind it. */
  readonly next: number | null;
}

/** One filter of a list, as it leads the search and as it looks at rows that another one has found. */
export interface Condition {
  /** The few rows it leaves are found by these; none: by the key itself. */
  readonly indexes: readonly ListIndex[];
  readonly leads: string;
  readonly follows: string;
  readonly value: SqlValue;
}

/** A filter on a column: the unary plus keeps the planner from its index where another filter is narrower. */
export function onColumn(column: string, index: ListIndex | null, value: SqlValue): Condition {
  return {
    indexes: index === null ? [] : [index],
    leads: `${column} = ?`,
    follows: `+${column} = ?`,
    value,
  };
}

/** What has to exist before the page is selected. */
export function indexesFor(conditions: readonly Condition[]): readonly ListIndex[] {
  return conditions[0]?.indexes ?? [];
}

/** @param from `table`, whose key is `id`, and fixed conditions. @param conditions the narrowest first: it leads */
export function selectPage<Row extends { readonly id: number }>(
  database: Database,
  from: { readonly table: string; readonly where?: string },
  query: { readonly conditions: readonly Condition[]; readonly page: PageRequest },
): Page<Row> {
  const { conditions, page } = query;
  const texts = conditions.map((condition, place) => (place === 0 ? condition.leads : condition.follows));
  const where = ['id > ?', ...(from.where === undefined ? [] : [from.where]), ...texts].join(' AND ');
  const rows = database
    .prepare<Row>(`SELECT * FROM ${from.table} WHERE ${where} ORDER BY id LIMIT ?`)
    .all(page.after, ...conditions.map(({ value }) => value), page.limit + 1);
  return cutPage(rows, page.limit, (row) => row.id);
}

/** Makes a page of one row more than it may hold. */
export function cutPage<T>(found: readonly T[], limit: number, keyOf: (item: T) => number): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? keyOf(last) : null };
}
