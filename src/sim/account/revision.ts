import { hash } from 'node:crypto';
import type { Database } from '../store/database.ts';
import type { Robot } from './account.ts';

/** The last revision of a robot if it is as it stands in the fixtures, else a new one: the last is always the latest used. */
export function internRevision(database: Database, robot: Robot): number {
  const body = JSON.stringify(robot);
  const digest = hash('sha256', body);
  const last = database
    .prepare<{ id: number; hash: string }>(
      'SELECT id, hash FROM robot_revision WHERE robot_id = ? ORDER BY id DESC LIMIT 1',
    )
    .get(robot.robotId);
  if (last?.hash === digest) return last.id;
  database
    .prepare('INSERT INTO robot_revision(robot_id, hash, body) VALUES(?, ?, ?)')
    .run(robot.robotId, digest, body);
  return database.prepare<{ id: number }>('SELECT last_insert_rowid() AS id').get()?.id ?? 0;
}

/** The latest revision of a robot that was ever used; null if none was. */
export function lastRevision(database: Database, robotId: string): number | null {
  const row = database
    .prepare<{ id: number | null }>('SELECT max(id) AS id FROM robot_revision WHERE robot_id = ?')
    .get(robotId);
  return row?.id ?? null;
}

/** @throws if no call can have used it */
export function loadRevision(database: Database, revision: number): Robot {
  const row = database
    .prepare<{ body: string }>('SELECT body FROM robot_revision WHERE id = ?')
    .get(revision);
  if (row === undefined) throw new Error(`robot revision ${revision} is not in the store`);
  return JSON.parse(row.body) as Robot;
}
