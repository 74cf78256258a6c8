import type { Database } from './database.ts';

/** All tables as one JSON text, in a fixed order: equal dumps are equal states. For tests and snapshots. */
export function dumpTables(database: Database): string {
  const names = database
    .prepare<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => row.name);
  const tables = names.map((name) => [name, database.prepare(`SELECT * FROM ${name} ORDER BY 1, 2`).all()]);
  return JSON.stringify(Object.fromEntries(tables));
}
