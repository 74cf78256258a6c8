import type { Database } from './database.ts';

/** All tables as one JSON text, in a fixed order: equal dumps are equal states. For tests. */
export function dumpTables(database: Database): string {
  const tables = database
    .tables()
    .map(({ name }) => [name, database.prepare(`SELECT * FROM ${name} ORDER BY 1, 2`).all()]);
  return JSON.stringify(Object.fromEntries(tables));
}
