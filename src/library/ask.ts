/** What a simulator said no to, or what a wait missed; `code` says it to a program. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError';
  /** `invalid-parameter`, `not-found`, `wait-timeout`, `clock-busy` and so on, as `/_sim` answers it. */
  readonly code: string;
  /** The HTTP status that it has on the wire. */
  readonly status: number;
  /** What belongs to the code: of a `wait-timeout`, what came instead. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, error: WrittenError) {
    super(error.message);
    this.code = error.code;
    this.status = status;
    this.details = error.details;
  }
}

interface WrittenError {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Sends a request in process, as `fetch` does over a socket. @param path begins with a slash */
export type Send = (path: string, init?: RequestInit) => Promise<Response>;

export interface AskOptions {
  readonly send: Send;
  /** Where this simulator's interface stands: `/_sim`, or a universe's. */
  readonly prefix: string;
  readonly adminToken: string | null;
}

/** The most that a page of a list takes. */
const PAGE = 1000;

/**
 * Asks the control API in process: what a program wants of a simulator goes the way that a request goes, with the
 * same checks and the same errors.
 */
export class Ask {
  readonly #options: AskOptions;
  readonly #underWay: Set<{ readonly line: string }>;

  constructor(options: AskOptions, underWay: Set<{ readonly line: string }> = new Set()) {
    this.#options = options;
    this.#underWay = underWay;
  }

  /** Asks what stands below a path; what is under way there is under way here. */
  below(path: string): Ask {
    return new Ask({ ...this.#options, prefix: this.#options.prefix + path }, this.#underWay);
  }

  /** Questions that are not answered yet, a line each. */
  inFlight(): readonly string[] {
    return [...this.#underWay].map(({ line }) => line);
  }

  get<T>(path: string, query: object = {}): Promise<T> {
    return this.#ask('GET', path + writeQuery(query));
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.#ask('POST', path, body);
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.#ask('PUT', path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.#ask('DELETE', path);
  }

  /** All items of a list, page after page. */
  async all<T>(path: string, query: object = {}): Promise<T[]> {
    const found: T[] = [];
    let after: string | null | undefined;
    do {
      const page: { items: T[]; next: string | null } = await this.get(path, {
        ...query,
        after,
        limit: PAGE,
      });
      found.push(...page.items);
      after = page.next;
    } while (after !== null);
    return found;
  }

  getBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#send('GET', path, null, async (response) => new Uint8Array(await response.arrayBuffer()));
  }

  putBytes<T>(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<T> {
    return this.#send<T>('PUT', path, bytes, readJson);
  }

  /** An answer that goes on, once it has begun. @throws SimulatorError */
  async stream(path: string, query: object = {}): Promise<ReadableStream<Uint8Array>> {
    return this.#send('GET', path + writeQuery(query), null, async ({ body }) => {
      if (body === null) throw new Error(`${path} answered nothing`);
      return body;
    });
  }

  #ask<T>(method: string, path: string, body?: object): Promise<T> {
    return this.#send<T>(method, path, body === undefined ? null : JSON.stringify(body), readJson);
  }

  /** @throws SimulatorError */
  async #send<T>(
    method: string,
    path: string,
    body: string | Uint8Array<ArrayBuffer> | null,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const { send, prefix, adminToken } = this.#options;
    const target = prefix + path;
    const question = { line: `${method} ${target}${typeof body === 'string' ? ` ${body}` : ''}` };
    this.#underWay.add(question);
    try {
      const headers = adminToken === null ? {} : { Authorization: `Bearer ${adminToken}` };
      const response = await send(target, { method, headers, body });
      if (response.ok) return await read(response);
      const { error } = (await response.json()) as { error: WrittenError };
      throw new SimulatorError(response.status, error);
    } finally {
      this.#underWay.delete(question);
    }
  }
}

function readJson<T>(response: Response): Promise<T> {
  return response.json() as Promise<T>;
}

function writeQuery(query: object): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
