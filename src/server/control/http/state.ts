import type { Simulation } from '../../../sim/simulation.ts';
import { createIndexes, type ListIndex, missingIndexes } from '../../../sim/store/list-index.ts';
import type { World } from '../../../sim/world.ts';
import { ControlError } from './error.ts';

type Outcome<T> = { readonly value: T } | { readonly error: ControlError };

/** Reads the state. @throws ControlError what the query throws */
export async function readState<T>(simulation: Simulation, query: (world: World) => T): Promise<T> {
  return open(await simulation.read(catchOwn(query)));
}

/** Changes the state; resolves after the commit. @throws ControlError what the command throws, before any change */
export async function changeState<T>(simulation: Simulation, command: (world: World) => T): Promise<T> {
  return open(await simulation.execute(catchOwn(command)));
}

/** Reads once the indexes that the query needs are there; the first list with a new filter makes them. */
export async function readIndexed<T>(
  simulation: Simulation,
  indexes: (world: World) => readonly ListIndex[],
  query: (world: World) => T,
): Promise<T> {
  const missing = await readState(simulation, (world) => missingIndexes(world.database, indexes(world)));
  if (missing.length > 0) await simulation.execute((world) => createIndexes(world.database, missing));
  return readState(simulation, query);
}

/** To the engine only a refusal of its own is harmless; for anything else it loads its working set again. */
function catchOwn<T>(run: (world: World) => T): (world: World) => Outcome<T> {
  return (world) => {
    try {
      return { value: run(world) };
    } catch (error) {
      if (error instanceof ControlError) return { error };
      throw error;
    }
  };
}

function open<T>(outcome: Outcome<T>): T {
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
