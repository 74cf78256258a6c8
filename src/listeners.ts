import { authorityOf } from './authority.ts';
import type { Settings } from './config.ts';
import type { Sip } from './open-sip.ts';
import type { Tls } from './read-tls.ts';
import { type Fetch, type ServerHandle, serve } from './server/serve.ts';
import { acceptTunnels } from './server/tunnel.ts';
import { acceptUpgrades } from './server/upgrade.ts';

interface ListenersOptions {
  readonly settings: Settings;
  /** Null: no HTTPS. */
  readonly tls: Tls | null;
  /** Null: no SIP. */
  readonly openSip: (() => Promise<Sip | null>) | null;
  /** Names of this server, for phones in browsers. */
  readonly hosts: readonly string[];
  /** Told what failed in answering a request. */
  onError(error: unknown): void;
}

/** Ports that are listened on. */
interface Ports {
  readonly http: number | null;
  readonly tls: number | null;
  readonly sip: number | null;
}

/** Where a server is reached: HTTP, HTTPS and SIP. */
export class Listeners {
  readonly #options: ListenersOptions;
  #http: ServerHandle | null = null;
  #https: ServerHandle | null = null;
  #sip: Sip | null = null;
  #ports: Ports = { http: null, tls: null, sip: null };

  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  get ports(): Ports {
    return this.#ports;
  }

  /** Null: it does not listen. */
  get url(): string | null {
    return this.#http === null ? null : `http://${authorityOf(this.#http)}`;
  }

  /** Null: there is no HTTPS. */
  get tlsUrl(): string | null {
    return this.#https === null ? null : `https://${authorityOf(this.#https)}`;
  }

  /** Null: there is none, or not yet. */
  get sip(): Sip | null {
    return this.#sip;
  }

  /** What does not listen yet while HTTP does; null: nothing. */
  get missing(): string | null {
    const isMissing = this.#http !== null && this.#sip === null && this.#options.openSip !== null;
    return isMissing ? 'SIP does not listen yet' : null;
  }

  /** @throws ListenError if a port is taken; what was opened before is closed by `close` */
  async open(fetch: Fetch): Promise<void> {
    const { settings, tls, onError } = this.#options;
    const { port = 0, host = '127.0.0.1', tlsPort } = settings;
    // First, so that whoever sees the HTTP port finds all that can be reached through it.
    if (tls !== null && typeof tlsPort === 'number') {
      this.#https = await serve(fetch, { port: tlsPort, host, tls, onError });
      this.#ports = { ...this.#ports, tls: this.#https.port };
    }
    this.#http = await serve(fetch, { port, host, onError });
    acceptTunnels(this.#http, this.#https);
    this.#ports = { ...this.#ports, http: this.#http.port };
    await this.#openSip(this.#http);
  }

  /** Calls end first: their records are still written, and pushed as far as there is time. */
  async close(graceMs: number): Promise<void> {
    await this.#sip?.close();
    await Promise.all([this.#http?.close(graceMs), this.#https?.close(graceMs)]);
  }

  /** Requests under way, a line each. */
  inFlight(): readonly string[] {
    return [...(this.#http?.inFlight() ?? []), ...(this.#https?.inFlight() ?? [])];
  }

  /** What is open, a line each; nothing after `close`. */
  held(): readonly string[] {
    return [
      ...(this.#http?.held() ?? []),
      ...(this.#https?.held() ?? []),
      ...(this.#sip?.front.held() ?? []),
    ];
  }

  /** Phones find us by UDP and TCP on a port of their own, and those in browsers by WebSocket on HTTP's. */
  async #openSip({ server, port }: ServerHandle): Promise<void> {
    const sip = (await this.#options.openSip?.()) ?? null;
    if (sip === null) return;
    this.#sip = sip;
    this.#ports = { ...this.#ports, sip: sip.front.port };
    const upgrade = sip.serveWebSockets(port);
    acceptUpgrades(server, { path: '/_sim/sip', hosts: this.#options.hosts, upgrade });
  }
}
