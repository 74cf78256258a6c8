import type { Simulation } from '../../sim/simulation.ts';
import type { FindingTally } from '../platform/finding/tally.ts';
import type { RequestRing } from '../platform/journal.ts';
import type { Receiver } from '../receiver.ts';
import type { Universes } from '../universe/universes.ts';
import type { EventFeed } from './event/event-feed.ts';
import type { Waiting } from './wait/waiting.ts';

/** What the server around its simulators says of itself. */
export interface ServerState {
  readonly version: string;
  /** What is still missing before requests should come; null: ready. */
  notReady(): string | null;
  /** Ports that are listened on. */
  ports(): { readonly http: number | null; readonly tls: number | null; readonly sip: number | null };
  /** Phones of a simulator; null: no SIP is served. */
  sip(simulation: Simulation): SipView | null;
  /** The simulators beside the default one. */
  readonly universes: Universes;
  /** Of all its simulators since it started, whatever was reset and ended meanwhile. */
  readonly findings: FindingTally;
}

/** Registrations and calls of phones, as they stand. */
export interface SipView {
  /** Null: it does not listen any more. */
  readonly port: number | null;
  readonly registrations: readonly {
    readonly user: string;
    readonly contact: string;
    readonly transport: 'udp' | 'tcp' | 'ws';
    readonly source: string;
    /** Wall ms. */
    readonly expiresAt: number;
    readonly userAgent: string | null;
  }[];
  readonly calls: readonly {
    readonly callUuid: string | null;
    readonly callId: string | null;
    readonly direction: 'inbound' | 'outbound';
    readonly caller: string;
    readonly callee: string;
    readonly callRelationId: string | null;
    readonly state: 'arriving' | 'calling' | 'ringing' | 'answered' | 'talking' | 'over';
    readonly transport: 'udp' | 'tcp' | 'ws';
    readonly source: string;
  }[];
  /** What signalling still keeps. */
  readonly signalling: { readonly dialogs: number; readonly servers: number; readonly clients: number };
}

/** One simulator with its journals: what every route works on. */
export interface ControlScope {
  readonly simulation: Simulation;
  readonly journal: RequestRing;
  readonly receiver: Receiver;
  readonly waiting: Waiting;
  readonly events: EventFeed;
  readonly server: ServerState;
  /** What a snapshot may have, bytes. */
  readonly snapshotBytes: number;
  /** The seed it was started with. */
  readonly firstSeed: number;
  /** Aborted when this simulator ends. */
  readonly closing: AbortSignal;
}
