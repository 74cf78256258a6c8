import type { Fact } from '../../../sim/fact.ts';
import type { Simulation } from '../../../sim/simulation.ts';

type Listener = (facts: readonly Fact[]) => void;

/** Shares the simulation's one place for a listener. Nobody listens, nothing is built. */
export class FactFeed {
  readonly #simulation: Simulation;
  readonly #listeners = new Set<Listener>();
  #stop: (() => void) | null = null;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** Facts are told in order, after their commit. @returns how to stop */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#stop ??= this.#simulation.onFacts((facts) => {
      for (const tell of this.#listeners) tell(facts);
    });
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = null;
    };
  }
}
