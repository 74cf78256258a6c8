import type { World } from '../world.ts';

/** A line's status on the wire: 1 while a task holds it (spec 1.4). */
export function lineStatus(world: World, lineNum: string): 0 | 1 {
  return world.holderOf(lineNum) === null ? 0 : 1;
}
