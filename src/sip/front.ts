import type { SipConfig } from './config.ts';
import { listenSip, type SipSockets } from './listen.ts';
import type { SipServer } from './server.ts';
import type { Flow } from './transport/flow.ts';
import type { TcpEvents } from './transport/tcp.ts';

export interface FrontOptions {
  /** Makes the server. @param host the address that is bound, an IP literal */
  open(host: string): Promise<SipServer>;
  /** Told why it could not be made: what came is lost, and the next message tries again. */
  onError(error: unknown): void;
}

/**
 * Listens for SIP. Who serves it is loaded when the first message comes: a start waits for nothing that it does not
 * need yet, and most simulators never get a call.
 */
export class SipFront {
  readonly #open: (host: string) => Promise<SipServer>;
  readonly #onError: (error: unknown) => void;
  #sockets: SipSockets | null = null;
  #loading: Promise<SipServer> | null = null;
  #server: SipServer | null = null;
  /** What came before it was loaded, in order. */
  #waiting: ((server: SipServer) => void)[] = [];

  private constructor({ open, onError }: FrontOptions) {
    this.#open = open;
    this.#onError = onError;
  }

  /** @throws ListenError */
  static async listen(
    config: Pick<SipConfig, 'host' | 'port' | 'advertise'>,
    options: FrontOptions,
  ): Promise<SipFront> {
    const front = new SipFront(options);
    front.#sockets = await listenSip(config, front.events);
    return front;
  }

  /** Of UDP and TCP; null once it is closed. */
  get port(): number | null {
    return this.#sockets?.port ?? null;
  }

  /** Null: nothing has come yet. */
  get server(): SipServer | null {
    return this.#server;
  }

  /** Under which of our addresses a peer finds us. */
  addressFor(peer: string): string {
    return this.#sockets?.addressFor(peer) ?? peer;
  }

  /** Also for transports that somebody else listens on. */
  readonly events: TcpEvents = {
    onMessage: (flow, message) => this.#tell((server) => server.receive(flow, message)),
    onClosed: (flow) => this.#tell((server) => server.dropFlow(flow)),
    // The connection is closed after it: there is no time to load anything.
    onBroken: (flow: Flow, why, head) => this.#server?.refuseBroken(flow, why, head),
  };

  async load(): Promise<SipServer> {
    const host = this.#sockets?.host;
    if (host === undefined) throw new Error('SIP does not listen any more');
    this.#loading ??= this.#open(host);
    const server = await this.#loading;
    this.#server = server;
    for (const tell of this.#waiting.splice(0)) tell(server);
    return server;
  }

  async close(): Promise<void> {
    await (await this.#loading?.catch(() => null))?.close();
    await this.#sockets?.close();
    this.#sockets = null;
  }

  /** What is still open, a line each; nothing after `close`. */
  held(): readonly string[] {
    return [
      ...(this.#sockets === null ? [] : [`SIP on port ${this.#sockets.port}`]),
      ...(this.#server?.held() ?? []),
    ];
  }

  #giveUp(error: unknown): void {
    this.#loading = null;
    this.#waiting = [];
    this.#onError(error);
  }

  #tell(what: (server: SipServer) => void): void {
    if (this.#server !== null) what(this.#server);
    else if (this.#sockets !== null) {
      this.#waiting.push(what);
      if (this.#waiting.length === 1) this.load().catch((error: unknown) => this.#giveUp(error));
    }
  }
}
