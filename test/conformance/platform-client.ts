/** What these tests need of a simulator; `startSimulator` of test/support gives it. */
export interface App {
  request(path: string, init: RequestInit): Response | Promise<Response>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly code: number;
  readonly message: string;
  readonly result: Record<string, unknown>;
}

export interface Sent {
  /** Taken as they are; anything else is sent as JSON. */
  readonly body?: string | Uint8Array<ArrayBuffer> | object;
  /** None if null. */
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
  readonly method?: string;
}

/** Key and secret of an app of the default fixtures (spec 7). */
export const APPS = {
  /** Type 2, enterprise 167. */
  full: ['ODM1ZTk4ODAtYTMyZC00ZjBiLTkzMDQtY2VjNWU0ZDUyZWQ5', 'MTM5NUM3NjlGQ0M2REUwN0FBREE3QjUxMkU1Qzg5NUQ='],
  /** Type 1, enterprise 167. */
  inbound: [
    'MjIyMjIyMjItMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAx',
    'MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDE=',
  ],
  /** Disabled, enterprise 167. */
  disabled: [
    'MjIyMjIyMjItMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAy',
    'MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDI=',
  ],
  /** Type 2, enterprise 168, whose balance is 0. */
  poor: ['MjIyMjIyMjItMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAz', 'MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDM='],
} as const;

export const PATHS = {
  token: '/openapi/oauth/v1/token',
  config: '/openapi/config/v1/query',
  callout: '/openapi/outbound/v1/task/callout',
  create: '/openapi/outbound/v1/task/create',
  insert: '/openapi/outbound/v1/task/insert',
  start: '/openapi/outbound/v1/task/start',
  pause: '/openapi/outbound/v1/task/pause',
  delete: '/openapi/outbound/v1/task/delete',
  query: '/openapi/outbound/v1/task/query',
  failed: '/openapi/download/v1/push/failed',
} as const;

/** A request of the platform, in process. */
export async function send(app: App, path: string, sent: Sent = {}): Promise<Answer> {
  const { body = {}, token = null, headers = {}, method = 'POST' } = sent;
  const response = await app.request(token === null ? path : `${path}?token=${token}`, {
    method,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const envelope = JSON.parse(text) as Pick<Answer, 'code' | 'message' | 'result'>;
  return { ...envelope, status: response.status, headers: response.headers, text };
}

/** An app's client: gets a token once and sends it with every call. */
export class PlatformClient {
  readonly token: string;
  readonly #app: App;

  private constructor(app: App, token: string) {
    this.#app = app;
    this.token = token;
  }

  static async open(app: App, [app_key, app_secret]: readonly [string, string]): Promise<PlatformClient> {
    const { result } = await send(app, PATHS.token, { body: { app_key, app_secret } });
    return new PlatformClient(app, String(result.token));
  }

  call(operation: keyof typeof PATHS, body: Sent['body'] = {}, more: Sent = {}): Promise<Answer> {
    return send(this.#app, PATHS[operation], { body, token: this.token, ...more });
  }
}
