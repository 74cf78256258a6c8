import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { addressFor, parseSettings, type Settings, simulationConfig } from './config.ts';
import { createControlApp } from './server/control/control.ts';
import { createRecordingSource } from './server/files/recording-source.ts';
import type { PlatformEnv } from './server/platform/fault.ts';
import type { RequestEntry } from './server/platform/journal.ts';
import { createReceiver } from './server/receiver.ts';
import { createRing } from './server/ring.ts';
import { type ServerHandle, serve } from './server/serve.ts';
import { createServerApp } from './server/server-app.ts';
import { type App, type Fixtures, MODULES, type UrlEntry } from './sim/account/account.ts';
import { readFixtures } from './sim/account/read-fixtures.ts';
import { createHttpPort } from './sim/push/deliver.ts';
import { Simulation } from './sim/simulation.ts';
import type { FailPoint } from './sim/store/database.ts';

/** How a simulator is started: the keys of a config file, and what only a program can give. */
export interface SimulatorOptions extends Omit<Settings, 'fixtures'> {
  /** A file, or fixtures read already; default: the built-in ones. */
  readonly fixtures?: string | Fixtures;
  /** Told what a person should see: problems, never a client's mistakes. */
  readonly log?: Log;
  readonly failPoint?: (point: FailPoint) => void;
}

type Log = (message: string, error: unknown) => void;

/** Ports that are listened on. */
interface Ports {
  http: number | null;
  sip: number | null;
}

const PACKAGE_ROOT = join(import.meta.dirname, '..');

/** The package's version, as `package.json` has it. */
export function readVersion(): string {
  const manifest = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

/** One simulator, in process: `app.request` works without a socket; `listen` opens one. */
export class Simulator implements AsyncDisposable {
  readonly simulation: Simulation;
  readonly app: Hono<PlatformEnv>;
  readonly settings: Settings;
  readonly #log: Log;
  readonly #closing: AbortController;
  readonly #ports: Ports;
  #server: ServerHandle | null = null;
  #stopDayEnd = () => {};
  /** What `/_sim` asks for as a bearer token; null = nothing. */
  readonly adminToken: string | null;

  constructor(parts: {
    simulation: Simulation;
    app: Hono<PlatformEnv>;
    settings: Settings;
    closing: AbortController;
    log: Log;
    adminToken: string | null;
    ports: Ports;
  }) {
    this.simulation = parts.simulation;
    this.app = parts.app;
    this.settings = parts.settings;
    this.#log = parts.log;
    this.#closing = parts.closing;
    this.adminToken = parts.adminToken;
    this.#ports = parts.ports;
  }

  /** Where it listens. @throws Error before `listen` */
  get url(): string {
    if (this.#server === null) throw new Error('the simulator does not listen');
    const { host, port } = this.#server;
    const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
    return `http://${shown}:${port}`;
  }

  /** The first app of the fixtures: what an integrator's client is configured with. */
  get credentials(): App {
    const app = this.simulation.fixtures.apps[0];
    if (app === undefined) throw new Error('the fixtures have no app');
    return app;
  }

  /** @throws ListenError if the port is taken */
  async listen(): Promise<void> {
    const { port = 8720, host = '127.0.0.1' } = this.settings;
    const onError = (error: unknown) => this.#log('a request failed', error);
    this.#server = await serve(this.app.fetch, { port, host, onError });
    // Loaded only now: a start waits for nothing that it does not need.
    const { scheduleDayEnd } = await import('./day-end-job.ts');
    this.#stopDayEnd = scheduleDayEnd(this.simulation);
    this.#ports.http = this.#server.port;
  }

  /** Stops accepting, lets attempts in flight end (at most 5 s), closes. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopDayEnd();
    await this.#server?.close();
    await this.simulation.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Builds a simulator and lets its clock run; nothing listens yet.
 * @throws ConfigurationError
 */
export async function openSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { fixtures: given, log = () => {}, failPoint, ...rest } = options;
  const settings = parseSettings(rest, 'options');
  const config = simulationConfig(settings, () => randomInt(2 ** 32));
  const fixtures = overlayUrls(typeof given === 'object' ? given : loadFixtures(given), settings);
  const closing = new AbortController();
  const version = readVersion();
  const receiver = createReceiver({ now: () => simulation.clock.target });
  const journal = createRing<RequestEntry>({ count: 10_000, bytes: 16 * 1024 * 1024, sizeOf: sizeOfRequest });
  const simulation: Simulation = await Simulation.open({
    config,
    fixtures,
    dataDir: settings.dataDir ?? null,
    http: createHttpPort({
      userAgent: `yeta-sim/${version}`,
      inProcess: async (path, body) => ({
        status: 200,
        text: receiver.receive(readModule(path), body),
      }),
    }),
    log,
    ...(failPoint === undefined ? {} : { failPoint }),
  });
  const adminToken =
    settings.adminToken ?? (isLoopback(settings.host) ? null : randomBytes(16).toString('hex'));
  const ports: Ports = { http: null, sip: null };
  const control = createControlApp({
    simulation,
    journal,
    receiver,
    version,
    adminToken,
    hosts: settings.host === undefined ? [] : [settings.host],
    closing: closing.signal,
    ports: () => ports,
    log,
  });
  const voice = createRecordingSource(simulation);
  const app = createServerApp({ simulation, journal, control, voice, closing: closing.signal, log });
  return new Simulator({ simulation, app, settings, closing, log, adminToken, ports });
}

/**
 * Opens a simulator and listens.
 * @throws ConfigurationError, ListenError
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await openSimulator(options);
  try {
    await simulator.listen();
  } catch (error) {
    await simulator.close();
    throw error;
  }
  return simulator;
}

/** @throws ConfigurationError */
export function loadFixtures(file: string | undefined): Fixtures {
  const path = file ?? join(PACKAGE_ROOT, 'fixtures', 'default.yaml');
  return readFixtures(readFileSync(path, 'utf8'), path);
}

/** `--push-url` and its kin replace the fixtures' addresses of all enterprises (spec 5.1). */
function overlayUrls(fixtures: Fixtures, settings: Settings): Fixtures {
  const set = MODULES.map((module) => ({ module, url: addressFor(settings, module) })).filter(
    (entry): entry is UrlEntry & { url: string } => entry.url !== null,
  );
  if (set.length === 0) return fixtures;
  const kept = fixtures.urls.filter((entry) => !set.some(({ module }) => module === entry.module));
  const own = fixtures.enterprises.flatMap(({ id }) =>
    set.map(({ module, url }) => ({ businessId: id, module, url, enabled: true })),
  );
  return { ...fixtures, urls: [...kept, ...own] };
}

function sizeOfRequest(entry: RequestEntry): number {
  return 200 + 2 * (entry.body.length + entry.findings.reduce((sum, finding) => sum + finding.length, 0));
}

/** The module of a relative url such as `/_sim/receiver/receiveDialog?x=1`. */
function readModule(path: string): string {
  return path.split('?')[0]?.split('/').at(-1) ?? '';
}

function isLoopback(host: string | undefined): boolean {
  return host === undefined || host === 'localhost' || host === '::1' || host.startsWith('127.');
}
