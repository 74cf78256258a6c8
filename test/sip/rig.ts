import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Call } from '../../src/sim/call/call.ts';
import { findCall } from '../../src/sim/call/list.ts';
import { sayInCall } from '../../src/sim/call/say.ts';
import { breakOff } from '../../src/sim/call/step.ts';
import type { World } from '../../src/sim/world.ts';
import { DEFAULT_SIP_CONFIG, type SipConfig } from '../../src/sip/config.ts';
import { SipFront } from '../../src/sip/front.ts';
import { SipServer } from '../../src/sip/server.ts';
import { Shelf } from '../../src/sip/shelf.ts';
import { Stage, type StageOptions } from '../support/stage.ts';
import { Peer, type Transport, type Wish } from './peer.ts';

/** RFC 3261's timers 50 times as fast: what takes 32 s takes 0.64. */
const T1 = 10;

/** A simulation with a SIP server in front of it, for one test. Everybody may call unless told otherwise. */
export class SipRig implements AsyncDisposable {
  readonly stage: Stage;
  readonly server: SipServer;
  readonly #front: SipFront;
  readonly folder: string;
  /** What the SIP server logged: nothing, if all is well. */
  readonly logged: unknown[];
  readonly #peers: Peer[] = [];

  private constructor(parts: {
    stage: Stage;
    front: SipFront;
    server: SipServer;
    folder: string;
    logged: unknown[];
  }) {
    this.stage = parts.stage;
    this.#front = parts.front;
    this.server = parts.server;
    this.folder = parts.folder;
    this.logged = parts.logged;
  }

  static async open(options: Partial<SipConfig> & { readonly stage?: StageOptions } = {}): Promise<SipRig> {
    const { stage: stageOptions, ...config } = options;
    const stage = await Stage.open(stageOptions);
    const shelf = new Shelf(mkdtempSync(join(tmpdir(), 'yeta-sim-sip-')));
    const { folder } = shelf;
    const logged: unknown[] = [];
    const defaults: Partial<SipConfig> = { port: 0, t1: T1, ringMs: 10, inviteAuth: 'none' };
    const whole: SipConfig = { ...DEFAULT_SIP_CONFIG, ...defaults, ...config };
    const { simulation } = stage;
    const log = (message: string, error: unknown) => void logged.push(message, error);
    const front = await SipFront.listen(whole, {
      onError: (error) => log('no server', error),
      open: async (host) =>
        new SipServer({
          config: whole,
          host,
          directory: {
            simulationOf: () => simulation,
            accountOf: (user) => simulation.fixtures.sipAccounts.find((one) => one.user === user) ?? null,
          },
          userAgent: 'yeta-sim/test',
          shelf,
          promptFolder: dirname(folder),
          log,
        }),
    });
    const server = await front.load();
    simulation.servePhones({
      isReachable: (user) => server.isReachable(user),
      changed: (callIds) => server.changed(simulation, callIds),
    });
    return new SipRig({ stage, front, server, folder, logged });
  }

  /** From where WAV files of scripts are looked for. */
  get promptFolder(): string {
    return dirname(this.folder);
  }

  get port(): number {
    return this.#front.port ?? 0;
  }

  async peer(transport: Transport = 'udp'): Promise<Peer> {
    const peer = await Peer.open(transport, this.port);
    this.#peers.push(peer);
    return peer;
  }

  /** The status that a request comes to. */
  async statusOf(wish: Wish, transport: Transport = 'udp'): Promise<number> {
    return (await (await this.peer(transport)).ask(wish)).status;
  }

  read<T>(query: (world: World) => T): Promise<T> {
    return Promise.resolve(this.stage.simulation.read(query));
  }

  /** The only call that there was. */
  async call(): Promise<Call> {
    const uuid = await this.read(
      (world) => world.database.prepare<{ uuid: string }>('SELECT uuid FROM call').all()[0]?.uuid ?? '',
    );
    const call = await this.read((world) => findCall(world, uuid));
    if (call === null) throw new Error('there is no call');
    return call;
  }

  /** Somebody ends the only call, but not its phone. */
  async hangUp(): Promise<void> {
    const { uuid } = await this.call();
    await this.stage.simulation.execute((world) => {
      const call = findCall(world, uuid);
      if (call !== null) breakOff(world, call, { by: 'customer', result: 15 });
    });
  }

  /** A test says something for the caller of the only call. */
  async say(text: string): Promise<void> {
    const { uuid } = await this.call();
    await this.stage.simulation.execute((world) => {
      const call = findCall(world, uuid);
      if (call !== null) sayInCall(world, call, text);
    });
  }

  /** No call is left. */
  async idle(): Promise<void> {
    await until(
      () => this.server.calls().length,
      (count) => count === 0,
    );
  }

  /** @throws if anything is left of what came in */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) await peer[Symbol.asyncDispose]();
    await this.#front.close();
    expect(this.#front.held()).toEqual([]);
    await this.stage[Symbol.asyncDispose]();
    rmSync(this.promptFolder, { recursive: true });
    expect(this.logged).toEqual([]);
  }
}

/** Waits until something holds; fails by the test's time-out, saying what was seen last. */
export async function until<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
