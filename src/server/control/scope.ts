import type { Fixtures } from '../../sim/account/account.ts';
import type { SimulationConfig } from '../../sim/config.ts';
import { createHttpPort } from '../../sim/push/deliver.ts';
import { Simulation, type SimulationOptions } from '../../sim/simulation.ts';
import type { FailPoint } from '../../sim/store/database.ts';
import type { FindingTally } from '../platform/finding/tally.ts';
import { createRequestJournal, type RequestRing } from '../platform/journal.ts';
import { createReceiver, type Receiver } from '../receiver.ts';
import type { Universes } from '../universe/universes.ts';
import { EventFeed } from './event/event-feed.ts';
import { FactFeed } from './event/fact-feed.ts';
import { Waiting } from './wait/waiting.ts';

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

export interface ScopeOptions {
  readonly config: SimulationConfig;
  readonly fixtures: Fixtures;
  /** Lays over fixtures what the server was told about addresses. */
  readonly overlay: (fixtures: Fixtures) => Fixtures;
  /** Folder of durable state; null = in memory. */
  readonly dataDir: string | null;
  readonly server: ServerState;
  readonly closing: AbortSignal;
  /** Told of bugs, and of a store that cannot be written. */
  readonly log: (message: string, error: unknown) => void;
  readonly failPoint?: (point: FailPoint) => void;
  readonly salvage?: SimulationOptions['salvage'];
  /** Default: those of a server's one simulator. */
  readonly bounds?: Bounds;
}

/** What a simulator holds in memory at most. */
interface Bounds {
  /** Page cache of its database. */
  readonly cacheMb: number;
  /** Items in each journal. */
  readonly count: number;
  /** Of platform calls in their journal. */
  readonly requestBytes: number;
  /** Of what the built-in receiver got. */
  readonly receivedBytes: number;
  /** Of live events that a reader may still come back for. */
  readonly eventBytes: number;
  /** Of a snapshot that is put. */
  readonly snapshotBytes: number;
}

const MIB = 1024 * 1024;
const ALONE: Bounds = {
  cacheMb: 64,
  count: 10_000,
  requestBytes: 16 * MIB,
  receivedBytes: 32 * MIB,
  eventBytes: 16 * MIB,
  snapshotBytes: 1024 * MIB,
};

/** For one of many: a thousand full ones need 10 GB (choice). */
export const AMONG_MANY: Bounds = {
  cacheMb: 4,
  count: 2000,
  requestBytes: 2 * MIB,
  receivedBytes: 4 * MIB,
  eventBytes: 2 * MIB,
  snapshotBytes: 64 * MIB,
};

/** Opens a simulator with its own receiver and journals beside it. @throws ConfigurationError */
export async function openScope(options: ScopeOptions): Promise<ControlScope> {
  const { config, fixtures, overlay, dataDir, server, closing, log, failPoint, salvage } = options;
  const { bounds = ALONE } = options;
  const { count, requestBytes, receivedBytes, eventBytes, snapshotBytes, cacheMb } = bounds;
  const receiver = createReceiver({ now: () => simulation.clock.target, count, bytes: receivedBytes });
  const journal = createRequestJournal({ count, bytes: requestBytes, findings: server.findings });
  const simulation: Simulation = await Simulation.open({
    config,
    fixtures: overlay(fixtures),
    overlay,
    dataDir,
    cacheMb,
    http: createHttpPort({
      userAgent: `yeta-sim/${server.version}`,
      inProcess: async (path, body) => ({ status: 200, text: receiver.receive(readModule(path), body) }),
    }),
    log,
    salvage,
    ...(failPoint === undefined ? {} : { failPoint }),
  });
  const facts = new FactFeed(simulation);
  const waiting = new Waiting({ simulation, journal, facts });
  const events = new EventFeed({ simulation, journal, facts, bounds: { count, bytes: eventBytes } });
  const firstSeed = config.seed;
  return { simulation, journal, receiver, waiting, events, server, snapshotBytes, firstSeed, closing };
}

/** The module of a relative url such as `/_sim/receiver/receiveDialog?x=1`. */
function readModule(path: string): string {
  return path.split('?')[0]?.split('/').at(-1) ?? '';
}
