import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createSimulator } from '../src/simulator.ts';
import { ROOT, startProgram, stopProgram } from './process.ts';

const RUNS = 7;
const UNIVERSES = 200;

/** ms from the start of the process to its ready line, from `dist` and without npm; null if nothing is built. */
export async function measureStart(): Promise<number[] | null> {
  if (!existsSync(join(ROOT, 'dist', 'cli', 'main.js'))) return null;
  process.env.YETA_SIM_DIST = '1';
  const times: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const startedAt = performance.now();
    const { child } = await startProgram(
      [join(ROOT, 'bin', 'yeta-sim.mjs'), 'start', '--port', '0', '--sip-port', '0'],
      /ready on/,
    );
    // The first run fills the compile cache.
    if (run > 0) times.push(performance.now() - startedAt);
    await stopProgram(child);
  }
  delete process.env.YETA_SIM_DIST;
  return times;
}

/** ms of a reset in memory. */
export async function measureReset(): Promise<number[]> {
  await using sim = await createSimulator({ clock: 'manual', listen: false });
  const times: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const startedAt = performance.now();
    await sim.simulation.reset();
    if (run > 0) times.push(performance.now() - startedAt);
  }
  return times;
}

/** ms of making each of 200 universes, side by side in one process. */
export async function measureUniverses(): Promise<number[]> {
  await using sim = await createSimulator({ clock: 'manual', listen: false });
  // The first one loads what all of them need.
  await sim.universes.create();
  const times: number[] = [];
  for (let run = 0; run < UNIVERSES; run++) {
    const startedAt = performance.now();
    await sim.universes.create();
    times.push(performance.now() - startedAt);
  }
  return times;
}
