import type { World } from '../../../sim/world.ts';
import { findUncutId } from '../../platform/finding/cut-id.ts';
import type { Item } from './target.ts';

/** The ids that are looked for, and whether somebody has one. */
const KNOWN: Readonly<Record<string, (world: World, wire: string) => boolean>> = {
  taskId(world, wire) {
    const id = world.ids.parseTask(wire);
    return id !== null && world.task(id) !== null;
  },
  taskDataId(world, wire) {
    const id = world.ids.parseRow(wire);
    if (id === null) return false;
    const before = world.database
      .prepare<{ id: number; count: number }>(
        'SELECT id, count FROM submission WHERE id <= ? ORDER BY id DESC LIMIT 1',
      )
      .get(id);
    return before !== undefined && id < before.id + before.count;
  },
};

/** Ids that nobody has, and that somebody would have if a JavaScript number had not cut them, a line each. */
export function explainCutIds(world: World, where: Item): string[] {
  return Object.entries(KNOWN).flatMap(([key, isKnown]) => {
    const sent = where[key];
    const uncut = typeof sent === 'string' ? findUncutId(sent, (wire) => isKnown(world, wire)) : null;
    return uncut === null
      ? []
      : [`${key} ${sent} is unknown; ${uncut} cut to a double by a JavaScript number`];
  });
}
