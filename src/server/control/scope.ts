import type { Simulation } from '../../sim/simulation.ts';
import type { RequestEntry } from '../platform/journal.ts';
import type { Receiver } from '../receiver.ts';
import type { Ring } from '../ring.ts';
import type { Waiting } from './wait/waiting.ts';

/** What the server around a simulator says of itself. */
export interface ServerState {
  readonly version: string;
  /** What is still missing before requests should come; null: ready. */
  notReady(): string | null;
  /** Ports that are listened on. */
  ports(): { readonly http: number | null; readonly sip: number | null };
}

/** One simulator with its journals: what every route works on. */
export interface ControlScope {
  readonly simulation: Simulation;
  readonly journal: Ring<RequestEntry>;
  readonly receiver: Receiver;
  readonly waiting: Waiting;
  readonly server: ServerState;
  /** The seed it was started with. */
  readonly firstSeed: number;
  /** Aborted when the server stops. */
  readonly closing: AbortSignal;
}
