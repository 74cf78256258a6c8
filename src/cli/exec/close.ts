import type { Simulator } from '../../simulator.ts';

/**
 * Closes the simulator, aborting what is in flight.
 * @returns why that did not come to its end, which is a bug of ours; null: it did
 */
export async function closeSimulator(simulator: Pick<Simulator, 'close'>): Promise<string | null> {
  try {
    await simulator.close(0);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
