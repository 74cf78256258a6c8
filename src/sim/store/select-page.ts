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

/** A table whose key is `id`, and conditions that always hold. */
export interface PageSource {
  readonly table: string;
  readonly where?: string;
}

/** @param query conditions, the narrowest first: it leads */
export function selectPage<Row extends { readonly id: number }>(
  database: Database,
  source: PageSource,
  query: { readonly conditions: readonly Condition[]; readonly page: PageRequest },
): Page<Row> {
  const { conditions, page } = query;
  const rows = database
    .prepare<Row>(`SELECT * FROM ${source.table} WHERE ${writeWhere(source, conditions)} ORDER BY id LIMIT ?`)
    .all(page.after, ...conditions.map(({ value }) => value), page.limit + 1);
  return cutPage(rows, page.limit, (row) => row.id);
}

/** How many rows match; counting ends at `limit`. */
export function countRows(
  database: Database,
  source: PageSource,
  query: { readonly conditions: readonly Condition[]; readonly limit: number },
): number {
  const { conditions, limit } = query;
  const where = writeWhere(source, conditions);
  return (
    database
      .prepare<{ n: number }>(
        `SELECT count(*) AS n FROM (SELECT 1 FROM ${source.table} WHERE ${where} LIMIT ?)`,
      )
      .get(0, ...conditions.map(({ value }) => value), limit)?.n ?? 0
  );
}

function writeWhere({ where }: PageSource, conditions: readonly Condition[]): string {
  const texts = conditions.map((condition, place) => (place === 0 ? condition.leads : condition.follows));
  return ['id > ?', ...(where === undefined ? [] : [where]), ...texts].join(' AND ');
}

/** Makes a page of one row more than it may hold. */
export function cutPage<T>(found: readonly T[], limit: number, keyOf: (item: T) => number): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? keyOf(last) : null };
}
