import { join } from 'node:path';
import { createSimulator, type Simulator } from '../../../src/simulator.ts';
import { holdToContract } from '../../support/contract/hold.ts';
import { DEFAULT_FIXTURES } from '../../support/dialogue.ts';
import { aLine } from '../../support/stage.ts';
import { Actor } from './actor.ts';

/** The last of them is a universe in the middle of a night in which a month ends. */
const UNIVERSES = [
  { name: 'one', seed: 3, startAt: '2026-01-05T09:59:00+08:00' },
  { name: 'two', seed: 3, startAt: '2026-03-31T23:58:00+08:00' },
];
/** The default simulator and the universes beside it. */
export const ACTORS = UNIVERSES.length + 1;

const LINES = [
  aLine('A', 2),
  aLine('B', 1, ['09:00:00-10:03:00', '10:30:00-11:00:00']),
  { ...aLine('C', 3), weights: { '0': 2, '20': 2, '4': 1, '16': 1 } },
];

/** A simulator with universes, and somebody at each of them. */
export interface Scene extends AsyncDisposable {
  readonly sim: Simulator;
  readonly actors: readonly Actor[];
  /** Problems that a person would be told of. */
  readonly logged: readonly unknown[];
}

/** As all scenes have it. @param dataDir default: in memory */
function openSimulator(seed: number, logged: unknown[], dataDir?: string): Promise<Simulator> {
  return createSimulator({
    listen: false,
    clock: 'manual',
    seed,
    dataDir,
    // Everything is kept, so that all of it can be counted.
    keep: { days: 4000, calls: 100_000 },
    fixtures: { ...DEFAULT_FIXTURES, lines: LINES, tasks: [] },
    inspect: holdToContract,
    // Without an error it is a remark: a store keeps the seed that a reset gave it.
    log: (_message, error) => void (error !== null && logged.push(error)),
  });
}

export async function openScene(
  seed: number,
  how: { readonly isWatched: boolean; readonly isRushed?: boolean },
): Promise<Scene> {
  const logged: unknown[] = [];
  const sim = await openSimulator(seed, logged);
  const common = { door: sim, lines: LINES, ...how };
  const { app } = sim;
  const first = new Actor({
    ...common,
    prefix: '/_sim',
    app,
    simulation: () => sim.simulation,
    universe: null,
  });
  const actors = [first];
  for (const universe of UNIVERSES) {
    const { id, app } = await sim.universes.create(universe);
    const simulation = () => sim.scope.server.universes.require(id).scope.simulation;
    actors.push(new Actor({ ...common, prefix: `/_sim/universes/${id}`, app, simulation, universe }));
  }
  return { sim, actors, logged, [Symbol.asyncDispose]: () => sim[Symbol.asyncDispose]() };
}

/**
 * The default simulator once more, from the tables that it would leave if it were killed now.
 * @param folder empty
 */
export async function reopenScene(scene: Scene, seed: number, folder: string): Promise<Scene> {
  const file = join(folder, 'state.sqlite');
  await scene.sim.simulation.read((world) => void world.database.prepare(`VACUUM INTO '${file}'`).run());
  const logged: unknown[] = [];
  const sim = await openSimulator(seed, logged, folder);
  const actors = scene.actors
    .slice(0, 1)
    .map((one) => one.goOn({ door: sim, simulation: () => sim.simulation }));
  return { sim, actors, logged, [Symbol.asyncDispose]: () => sim[Symbol.asyncDispose]() };
}
