import { dirname, resolve } from 'node:path';
import { type Settings, sipConfig } from './config.ts';
import type { SipView } from './server/control/scope.ts';
import type { Belonging } from './server/universe/belonging.ts';
import type { SipAccount } from './sim/account/account.ts';
import { idOfUuid } from './sim/call/uuid.ts';
import type { Simulation } from './sim/simulation.ts';
import { SipFront } from './sip/front.ts';
import type { Shelf } from './sip/shelf.ts';
import type { WebSocketTransport } from './sip/transport/websocket.ts';
import { viewSip } from './sip/view.ts';

export interface OpenSipOptions {
  readonly settings: Settings;
  /** The file of the fixtures; null: the built-in ones, which name no other files. */
  readonly fixturesFile: string | null;
  readonly shelf: Shelf;
  readonly version: string;
  readonly findUniverse: (by: Belonging) => { readonly simulation: Simulation };
  readonly simulations: () => readonly Simulation[];
  readonly log: (message: string, error: unknown) => void;
}

/** SIP beside HTTP, for all simulators of a server. */
export interface Sip {
  readonly front: SipFront;
  /** To be called with each simulation that is made from now on. */
  serve(simulation: Simulation): void;
  view(simulation: Simulation): SipView;
  /** @param port of the HTTP server that accepts them @returns to be called with each */
  serveWebSockets(port: number): WebSocketTransport['upgrade'];
  close(): Promise<void>;
}

/** How often recordings of calls that were pruned are removed. */
const SWEEP_MS = 3_600_000;

/** @returns null if no SIP is wanted @throws ConfigurationError, ListenError */
export async function openSip(options: OpenSipOptions): Promise<Sip | null> {
  const { settings, fixturesFile, shelf, version, findUniverse, log } = options;
  const config = sipConfig(settings);
  if (config === null) return null;
  let isClosed = false;
  const sweep = async () => {
    try {
      // A reset is told of before it is done.
      await Promise.resolve();
      await shelf.sweep((callUuid) => isClosed || isKnown(callUuid, options.simulations()));
    } catch (error) {
      if (!isClosed) log('recordings could not be removed', error);
    }
  };
  const open = async (host: string) => {
    const { SipServer } = await import('./sip/server.ts');
    return new SipServer({
      config,
      host,
      directory: {
        simulationOf: (businessId) => findUniverse({ businessId }).simulation,
        accountOf: (user) => findAccount(findUniverse({ sipUser: user }).simulation, user),
      },
      userAgent: `yeta-sim/${version}`,
      shelf,
      promptFolder: fixturesFile === null ? '.' : dirname(resolve(fixturesFile)),
      log,
    });
  };
  const front = await SipFront.listen(config, {
    open,
    onError: (error) => log('SIP cannot be served', error),
  });
  const serve = (simulation: Simulation) =>
    simulation.servePhones({
      // Nobody has registered yet where nothing has come.
      isReachable: (user) => front.server?.isReachable(user) ?? false,
      changed(callIds) {
        front.server?.changed(simulation, callIds);
        if (callIds === null) void sweep();
      },
    });
  for (const simulation of options.simulations()) serve(simulation);
  void sweep();
  const timer = setInterval(() => void sweep(), SWEEP_MS);
  timer.unref();
  let sockets: Promise<WebSocketTransport> | null = null;
  return {
    front,
    serve,
    serveWebSockets: (port) => (request, socket, head) => {
      sockets ??= openWebSockets(front, port);
      sockets.then(
        (transport) => transport.upgrade(request, socket, head),
        () => socket.destroy(),
      );
    },
    view: (simulation) => viewSip(front, simulation),
    async close() {
      isClosed = true;
      clearInterval(timer);
      await front.close();
      await (await sockets)?.close();
    },
  };
}

async function openWebSockets(front: SipFront, port: number): Promise<WebSocketTransport> {
  const { createWebSocketTransport } = await import('./sip/transport/websocket.ts');
  const localFor = (peer: string) => ({ address: front.addressFor(peer), port });
  return createWebSocketTransport({ localFor }, front.events);
}

function findAccount({ fixtures }: Simulation, user: string): SipAccount | null {
  return fixtures.sipAccounts.find((account) => account.user === user) ?? null;
}

/** Whether a call with this uuid is in the store of any of them. */
async function isKnown(callUuid: string, simulations: readonly Simulation[]): Promise<boolean> {
  for (const simulation of simulations) {
    const isHere = await simulation.read((world) => {
      const id = idOfUuid(world.seed, callUuid);
      return id !== null && Number.isSafeInteger(id) && world.call(id)?.uuid === callUuid;
    });
    if (isHere) return true;
  }
  return false;
}
