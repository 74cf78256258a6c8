import type { Ask } from './ask.ts';

/** What an integrator's client is configured with. */
export interface AppCredentials {
  readonly appKey: string;
  readonly appSecret: string;
  readonly appId: string;
  readonly businessId: string;
}

export interface App {
  readonly appId: string;
  readonly businessId: string;
  /** 0 outbound, 1 inbound, 2 both. */
  readonly type: 0 | 1 | 2;
  readonly enabled: boolean;
}

export interface Enterprise {
  readonly businessId: string;
  readonly name: string;
  readonly enabled: boolean;
  /** Minutes left; null: unlimited. */
  readonly balance: number | null;
}

export interface Token {
  readonly token: string;
  readonly appId: string;
  /** ISO 8601 with +08:00. */
  readonly expiresAt: string;
  readonly expiresAtMs: number;
  readonly valid: boolean;
}

export interface Endpoint {
  /** An operation such as `task/callout`. */
  readonly name: string;
  /** `maintenance` answers 10020, `disabled` 10021. */
  readonly state: 'open' | 'maintenance' | 'disabled';
}

/** Where a module's pushes or pulls go; the most specific one wins. */
export interface Url {
  readonly module:
    | 'receiveCallRecord'
    | 'receiveVoice'
    | 'receiveDialog'
    | 'getDialogContext'
    | 'getSemantics';
  readonly appId?: string | undefined;
  readonly robotId?: string | undefined;
  /** `http:`, `https:`, or below `/_sim/`. */
  readonly url: string;
  /** Default true. */
  readonly enabled?: boolean | undefined;
}

export interface UrlList {
  readonly businessId: string;
  readonly urls: readonly Url[];
}

/** Enterprises, their apps, tokens and addresses, and the platform's operations. */
export class AccountControl {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  apps(): Promise<App[]> {
    return this.#ask.all('/apps');
  }

  /** A disabled app's calls answer 10003. @throws SimulatorError `not-found` */
  setApp(appId: string, change: { readonly enabled: boolean }): Promise<App> {
    return this.#ask.post(`/apps/${encodeURIComponent(appId)}`, change);
  }

  enterprises(): Promise<Enterprise[]> {
    return this.#ask.all('/enterprises');
  }

  /** @param change `balance` in minutes from 0, null: unlimited @throws SimulatorError `not-found` */
  setEnterprise(
    businessId: string,
    change: { readonly enabled?: boolean | undefined; readonly balance?: number | null | undefined },
  ): Promise<Enterprise> {
    return this.#ask.post(`/enterprises/${encodeURIComponent(businessId)}`, change);
  }

  /** Tokens that were given out, and when they expire. */
  tokens(): Promise<Token[]> {
    return this.#ask.all('/tokens');
  }

  /** Ends a token now: it answers 10001. @throws SimulatorError `not-found` */
  async expireToken(token: string): Promise<void> {
    await this.#ask.post(`/tokens/${encodeURIComponent(token)}/expire`);
  }

  endpoints(): Promise<Endpoint[]> {
    return this.#ask.all('/endpoints');
  }

  /** @throws SimulatorError `not-found` */
  setEndpoint(name: string, state: Endpoint['state']): Promise<Endpoint> {
    return this.#ask.put(`/endpoints/${encodeURIComponent(name)}`, { state });
  }

  /** @param businessId default: every enterprise */
  urls(businessId?: string): Promise<UrlList[]> {
    return this.#ask.all('/urls', { businessId });
  }

  /** Replaces an enterprise's addresses; pushes that are owed keep theirs. @throws SimulatorError `invalid-parameter` */
  setUrls(businessId: string, urls: readonly Url[]): Promise<UrlList> {
    return this.#ask.put('/urls', { businessId, urls });
  }
}
