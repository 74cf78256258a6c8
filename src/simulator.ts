import { randomBytes, randomInt } from 'node:crypto';
import type { Hono } from 'hono';
import { isLoopback, parseSettings, type Settings, simulationConfig } from './config.ts';
import { checkLeaks } from './leak.ts';
import type { AppCredentials } from './library/account.ts';
import { Ask } from './library/ask.ts';
import { Controls } from './library/controls.ts';
import { UniverseControl } from './library/universe.ts';
import { Listeners } from './listeners.ts';
import { loadFixtures } from './load-fixtures.ts';
import { readVersion } from './package.ts';
import { overlayUrls } from './push-url.ts';
import type { Tls } from './read-tls.ts';
import { createControlApp } from './server/control/control.ts';
import { openScope } from './server/control/open-scope.ts';
import type { ControlScope } from './server/control/scope.ts';
import type { PlatformEnv } from './server/platform/fault.ts';
import { FindingTally } from './server/platform/finding/tally.ts';
import { createServerApp } from './server/server-app.ts';
import type { Belonging } from './server/universe/belonging.ts';
import { Universes } from './server/universe/universes.ts';
import type { Fixtures } from './sim/account/account.ts';
import type { Simulation } from './sim/simulation.ts';
import type { FailPoint } from './sim/store/database.ts';
import { Shelf } from './sip/shelf.ts';

/** How a simulator is started: the keys of a config file, and what only a program can give. */
export interface SimulatorOptions extends Omit<Settings, 'fixtures'> {
  /** HTTP port; default 0, a free one. */
  readonly port?: number | undefined;
  /** Default true; false: nothing listens, and `request` reaches everything without a socket. */
  readonly listen?: boolean | undefined;
  /** `real`, `manual` (moves only on command) or `xN` (N times as fast as the wall); default `real`. */
  readonly clock?: string | undefined;
  /** First instant of a manual or scaled clock: ISO 8601, or ms since 1970; default `2026-01-05T10:00:00+08:00`. */
  readonly startAt?: string | number | undefined;
  /** Of every draw, from 0; default 1. `random`: another one at every start. */
  readonly seed?: number | 'random' | undefined;
  /** Where all pushes and pulls go: `{module}` is replaced, else `/<module>` appended; default: as the fixtures say. */
  readonly pushUrl?: string | undefined;
  /** Folder of durable state; default: in memory. */
  readonly dataDir?: string | undefined;
  /** A file, or what `loadFixtures` or `parseFixtures` gave; default: the built-in ones. */
  readonly fixtures?: string | Fixtures | undefined;
  /** Told what a person should see: problems, never a client's mistakes; default: stderr. */
  readonly log?: Log | undefined;
  /** For crash tests. */
  readonly failPoint?: ((point: FailPoint) => void) | undefined;
  /** For contract tests: may put itself before the app, which answers whatever comes in. */
  readonly inspect?: ((app: Hono<PlatformEnv>, hasFaults: () => boolean) => void) | undefined;
}

type Log = (message: string, error: unknown) => void;

interface SimulatorParts {
  readonly scope: ControlScope;
  readonly app: Hono<PlatformEnv>;
  readonly settings: Settings;
  readonly closing: AbortController;
  readonly log: Log;
  readonly adminToken: string | null;
  readonly listeners: Listeners;
  readonly shelf: Shelf;
}

/** Wall ms that attempts and requests in flight have to end when a simulator is closed (spec 5.1). */
const CLOSE_GRACE_MS = 5000;

/** One simulator: its own state, clock and seed, nothing global; any number of them live in one process. */
export class Simulator extends Controls implements AsyncDisposable {
  readonly settings: Settings;
  /** What `/_sim` asks for as a bearer token; null: nothing. */
  readonly adminToken: string | null;
  /** Simulators of their own inside this one. */
  readonly universes: UniverseControl;
  readonly #parts: SimulatorParts;
  readonly #ask: Ask;
  #stopDayEnd = () => {};
  #closed: Promise<readonly string[]> | null = null;

  constructor(parts: SimulatorParts) {
    const { scope, app, adminToken } = parts;
    const send = async (path: string, init?: RequestInit) => app.request(path, init);
    const ask = new Ask({ send, prefix: '/_sim', adminToken });
    super({ ask, send, app: () => credentialsOf(scope.simulation), simulation: () => scope.simulation });
    const simulationOf = (id: string) => scope.server.universes.require(id).scope.simulation;
    this.universes = new UniverseControl({ ask, send, simulationOf });
    this.settings = parts.settings;
    this.adminToken = adminToken;
    this.#parts = parts;
    this.#ask = ask;
  }

  /** Where it listens, such as `http://127.0.0.1:41234`. @throws Error if it does not */
  get url(): string {
    const { url } = this.#parts.listeners;
    if (url === null) throw new Error('the simulator does not listen: use request()');
    return url;
  }

  /** The same over HTTPS, such as `https://127.0.0.1:41235`; null: there is none. */
  get tlsUrl(): string | null {
    return this.#parts.listeners.tlsUrl;
  }

  /** Of SIP over UDP and TCP; null: there is none. */
  get sipPort(): number | null {
    return this.#parts.listeners.ports.sip;
  }

  /** The engine inside, for the project's own tools: its shape is no interface. */
  get simulation(): Simulation {
    return this.#parts.scope.simulation;
  }

  /** The same of what the control API works on. */
  get scope(): ControlScope {
    return this.#parts.scope;
  }

  /** The simulator that a call or a registration belongs to: a universe, or the default one for what is unknown. */
  findUniverse(by: Belonging): ControlScope {
    return this.scope.server.universes.find(by)?.scope ?? this.scope;
  }

  /** A request without a socket, to whatever it serves. @param path begins with a slash */
  async request(path: string, init?: RequestInit): Promise<Response> {
    return this.#parts.app.request(path, init);
  }

  /** Opens the ports, if it was not to listen at first. @throws ListenError if one is taken */
  async listen(): Promise<void> {
    const { app, listeners } = this.#parts;
    await listeners.open(app.fetch);
    // A start waits for nothing that it does not need: midnight is not now.
    setImmediate(() => void this.#awaitDayEnds());
  }

  async #awaitDayEnds(): Promise<void> {
    const { scheduleDayEnd } = await import('./day-end-job.ts');
    if (this.#closed === null) this.#stopDayEnd = scheduleDayEnd(this.simulation);
  }

  /**
   * Stops accepting, ends what waits, lets attempts and requests in flight end, aborts the rest and closes everything,
   * universes too. A second call waits for the first.
   * @param graceMs wall ms that they have to end, default 5,000
   * @returns what was under way, a line each
   * @throws LeakError if a socket, timer or file is still open afterwards
   */
  close(graceMs = CLOSE_GRACE_MS): Promise<readonly string[]> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  /** Closes at once, unless it is closed already: what is in flight is aborted, and listed in the log. @throws LeakError */
  async [Symbol.asyncDispose](): Promise<void> {
    const isFirst = this.#closed === null;
    const aborted = await this.close(0);
    if (!isFirst || aborted.length === 0) return;
    this.#parts.log('disposed with this under way, which was aborted', aborted.join('\n'));
  }

  async #close(graceMs: number): Promise<readonly string[]> {
    const { listeners, shelf, closing } = this.#parts;
    const { universes } = this.scope.server;
    const inFlight = [
      ...this.#ask.inFlight(),
      ...listeners.inFlight(),
      ...this.simulation.inFlight(),
      ...universes.inFlight(),
    ];
    closing.abort();
    this.#stopDayEnd();
    await listeners.close(graceMs);
    await Promise.all([universes.close(graceMs), this.simulation.close(graceMs)]);
    await shelf.close();
    await checkLeaks(() => [
      ...listeners.held(),
      ...this.simulation.held(),
      ...shelf.held(),
      ...universes.held(),
    ]);
    return inFlight;
  }
}

/**
 * Starts a simulator: on a free port unless told otherwise, without SIP unless told otherwise.
 * @throws ConfigurationError with all problems at once; ListenError if a port is taken
 */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { fixtures: given, log: ownLog, failPoint, inspect, listen = true, ...rest } = options;
  const settings = parseSettings(rest, 'options');
  const log = ownLog ?? (await openLog(settings));
  const config = simulationConfig(settings, () => randomInt(2 ** 32));
  const fixtures = typeof given === 'object' ? given : await loadFixtures(given);
  const overlay = (plain: Fixtures) => overlayUrls(plain, settings);
  const closing = new AbortController();
  const tls = await openTls(settings, log);
  const hosts = hostsOf(settings);
  const version = readVersion();
  const shelf = new Shelf(settings.dataDir ?? null);
  const listeners = new Listeners({
    settings,
    tls,
    hosts,
    openSip: (settings.sipPort ?? 'off') === 'off' ? null : openPhones,
    onError: (error) => log('a request failed', error),
  });
  const universes = new Universes({
    config,
    fixtures,
    overlay,
    onOpen: (simulation) => listeners.sip?.serve(simulation),
    log,
  });
  const scope = await openScope({
    config,
    fixtures,
    overlay,
    dataDir: settings.dataDir ?? null,
    server: {
      version,
      notReady: () => listeners.missing,
      ports: () => listeners.ports,
      sip: (simulation) => listeners.sip?.view(simulation) ?? null,
      universes,
      findings: new FindingTally(),
    },
    closing: closing.signal,
    log,
    salvage: (callUuid) => shelf.salvage(callUuid),
    ...(failPoint === undefined ? {} : { failPoint }),
  });
  const simulations = () =>
    [scope, ...universes.all().map((universe) => universe.scope)].map(({ simulation }) => simulation);
  const findUniverse = (by: Belonging) => universes.find(by)?.scope ?? scope;
  async function openPhones() {
    // Loaded only now: a simulator without SIP does without its modules.
    const { openSip } = await import('./open-sip.ts');
    const fixturesFile = typeof given === 'string' ? given : null;
    return openSip({ settings, fixturesFile, shelf, version, findUniverse, simulations, log });
  }
  const adminToken =
    settings.adminToken ??
    (isLoopback(settings.host ?? '127.0.0.1') ? null : randomBytes(16).toString('hex'));
  const control = createControlApp({ scope, adminToken, hosts, log });
  const app = createServerApp({ findUniverse, control, shelf, version, closing: closing.signal, log });
  inspect?.(app, () => simulations().some((simulation) => simulation.hasFaults()));
  const simulator = new Simulator({ scope, app, settings, closing, log, adminToken, listeners, shelf });
  try {
    if (listen) await simulator.listen();
  } catch (error) {
    await simulator.close();
    throw error;
  }
  return simulator;
}

/** Null: no HTTPS is wanted. @throws ConfigurationError */
async function openTls(settings: Settings, log: Log): Promise<Tls | null> {
  if (typeof settings.tlsPort !== 'number') return null;
  // Loaded only now: most simulators do without it.
  const { readTls } = await import('./read-tls.ts');
  return readTls(settings, log);
}

/** Names and addresses that the control API answers to, beside the loopback's. */
function hostsOf({ host, allowedHosts = [] }: Settings): readonly string[] {
  return host === undefined ? allowedHosts : [host, ...allowedHosts];
}

/** Loaded only where none is given. */
async function openLog(settings: Settings): Promise<Log> {
  const { createLog } = await import('./cli/log.ts');
  return createLog(settings);
}

/** The first app of the fixtures. */
function credentialsOf({ fixtures: { apps } }: Simulation): AppCredentials {
  const [app] = apps;
  if (app === undefined) return { appKey: '', appSecret: '', appId: '', businessId: '' };
  return { appKey: app.appKey, appSecret: app.appSecret, appId: app.id, businessId: app.businessId };
}
