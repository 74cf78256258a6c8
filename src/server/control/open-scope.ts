import type { Fixtures } from '../../sim/account/account.ts';
import type { SimulationConfig } from '../../sim/config.ts';
import { createHttpPort } from '../../sim/push/deliver.ts';
import { Simulation, type SimulationOptions } from '../../sim/simulation.ts';
import type { FailPoint } from '../../sim/store/database.ts';
import { createRequestJournal } from '../platform/journal.ts';
import { createReceiver } from '../receiver.ts';
import { EventFeed } from './event/event-feed.ts';
import { FactFeed } from './event/fact-feed.ts';
import type { ControlScope, ServerState } from './scope.ts';
import { Waiting } from './wait/waiting.ts';

interface ScopeOptions {
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
