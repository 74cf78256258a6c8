/** Where the platform is, and who calls it: from its console, or from the simulator. */
export interface YetaAccess {
  readonly url: string;
  readonly appKey: string;
  readonly appSecret: string;
}

export interface Customer {
  readonly phone: string;
  readonly name: string;
}

/** More numbers than this in one request are refused (200213). */
const MOST_ROWS = 50;
const TOKEN_EXPIRED = 10001;
/** A token is not used in its last minute: the request may take a while. */
const MARGIN_MS = 60_000;

/** The few calls of the platform that this service needs. */
export class YetaClient {
  readonly #access: YetaAccess;
  #token = { text: '', expiresAt: 0 };

  constructor(access: YetaAccess) {
    this.#access = access;
  }

  /** Submits numbers for direct callout. @returns the platform's ids of them, in the same order */
  async callOut(customers: readonly Customer[]): Promise<string[]> {
    const ids: string[] = [];
    for (let first = 0; first < customers.length; first += MOST_ROWS) {
      const { task_data_ids } = await this.#call('/openapi/outbound/v1/task/callout', {
        line_num: '69101338',
        robot_id: '719',
        call_column: ['客户手机号码', '姓名'],
        call_list: customers.slice(first, first + MOST_ROWS).map(({ phone, name }) => [phone, name]),
      });
      ids.push(...(task_data_ids as string[]));
    }
    return ids;
  }

  async #call(path: string, fields: object): Promise<Record<string, unknown>> {
    if (Date.now() > this.#token.expiresAt) await this.#renewToken();
    let answer = await this.#post(`${path}?token=${this.#token.text}`, fields);
    if (answer.code === TOKEN_EXPIRED) {
      await this.#renewToken();
      answer = await this.#post(`${path}?token=${this.#token.text}`, fields);
    }
    // Any other code would be the same the next time: it is for a person.
    if (answer.code !== 0) throw new Error(`${path}: ${answer.code} ${answer.message}`);
    return answer.result;
  }

  /** One token serves for an hour; asking for one before each call is a habit that hurts. */
  async #renewToken(): Promise<void> {
    const { appKey, appSecret } = this.#access;
    const { code, message, result } = await this.#post('/openapi/oauth/v1/token', {
      app_key: appKey,
      app_secret: appSecret,
    });
    if (code !== 0) throw new Error(`no token: ${code} ${message}`);
    const { token, time_expire } = result as { token: string; time_expire: number };
    this.#token = { text: token, expiresAt: Date.now() + time_expire * 1000 - MARGIN_MS };
  }

  async #post(path: string, fields: object) {
    const response = await fetch(this.#access.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json;charset=UTF-8' },
      body: JSON.stringify(fields),
    });
    return JSON.parse(await response.text(), keepIds) as {
      code: number;
      message: string;
      result: Record<string, unknown>;
    };
  }
}

/** Ids of rows have 18 digits, more than a number holds: they stay texts. */
function keepIds(_key: string, value: unknown, { source = '' }: { source?: string } = {}): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) ? source : value;
}
