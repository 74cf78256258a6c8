import type { App } from '../../sim/account/account.ts';
import type { UniverseKey } from '../../sim/account/universe.ts';
import type { ControlScope } from '../control/scope.ts';

export interface UniverseParts {
  readonly id: string;
  readonly key: UniverseKey;
  readonly scope: ControlScope;
  /** Ends what waits in it. */
  readonly closing: AbortController;
  /** Wall ms without a request after which it ends. */
  readonly ttlMs: number;
  /** Called once, when its time is over. */
  onIdle(): void;
}

/** One of many simulators in a process. It ends when nobody asks anything of it for a while, whatever it does by itself. */
export class Universe {
  readonly id: string;
  readonly key: UniverseKey;
  readonly scope: ControlScope;
  readonly ttlMs: number;
  readonly #closing: AbortController;
  readonly #timer: NodeJS.Timeout;
  /** Requests under way: a wait may be longer than the time to live. */
  #guests = 0;

  constructor({ id, key, scope, closing, ttlMs, onIdle }: UniverseParts) {
    this.id = id;
    this.key = key;
    this.scope = scope;
    this.ttlMs = ttlMs;
    this.#closing = closing;
    this.#timer = setTimeout(() => (this.#guests === 0 ? onIdle() : this.touch()), ttlMs);
    // Nobody has to wait for a universe that nobody asks.
    this.#timer.unref();
  }

  /** The first app of its fixtures: what an integrator's client is configured with. */
  get app(): App {
    const [app] = this.scope.simulation.fixtures.apps;
    if (app === undefined) throw new Error('the fixtures have no app');
    return app;
  }

  /** Somebody asked something of it: its time begins anew. */
  touch(): void {
    // A timer that was cleared would begin anew.
    if (!this.#closing.signal.aborted) this.#timer.refresh();
  }

  /** A request that may take its time. @returns to be called when it is over */
  enter(): () => void {
    this.#guests++;
    this.touch();
    return () => {
      this.#guests--;
      this.touch();
    };
  }

  /** Ends what waits, lets attempts in flight end for `graceMs` of wall time, closes everything. */
  async close(graceMs: number): Promise<void> {
    clearTimeout(this.#timer);
    this.#closing.abort();
    await this.scope.simulation.close(graceMs);
  }
}
