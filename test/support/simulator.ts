import type { Simulation } from '../../src/sim/simulation.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator.ts';
import { holdToContract } from './contract/hold.ts';

/** A simulator for one test: manual clock, seed 1, no socket unless asked for. */
export interface TestSimulator {
  readonly sim: Simulator;
  readonly simulation: Simulation;
  /** `app.request(path, init)` without a socket. */
  readonly app: Pick<Simulator, 'request'>;
  /** Only with `listen: true`. */
  readonly url: string;
  /** Errors that were logged; a test that expects none can say so. */
  readonly logged: unknown[];
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Posts JSON to a path and reads the JSON answer. */
  post(path: string, body?: unknown): Promise<Json>;
  /** Moves the clock by ms, or until idle. */
  advance(by: number | 'idle'): Promise<void>;
  stop(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape, looked at by assertions
export type Json = any;

export async function startSimulator(options: SimulatorOptions = {}): Promise<TestSimulator> {
  const logged: unknown[] = [];
  const sim = await createSimulator({
    clock: 'manual',
    listen: false,
    log: (_message, error) => logged.push(error),
    inspect: holdToContract,
    ...options,
  });
  const request = async (path: string, init?: RequestInit) => sim.request(path, init);
  return {
    sim,
    simulation: sim.simulation,
    app: sim,
    get url() {
      return sim.url;
    },
    logged,
    request,
    async post(path, body) {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body ?? {}),
      };
      return (await request(path, init)).json();
    },
    async advance(by) {
      const { clock } = sim.simulation;
      const untilIdle = by === 'idle';
      const to = untilIdle ? clock.target + 366 * 86_400_000 : clock.target + by;
      await sim.simulation.advance({ to, untilIdle, overlap: false });
    },
    async stop() {
      await sim.close();
    },
  };
}
