import { request } from 'undici';
import type { AppCredentials } from '../../library/account.ts';
import { type DemoTask, RECALL_WAIT_S } from './plan.ts';

/** The most rows of one submission. */
const ROWS = 50;
const PAGE = 1000;
const INVALID_TOKEN = 10001;
/** A long way on may take its time. */
const NO_TIMEOUT = { headersTimeout: 0, bodyTimeout: 0 };

/** What a task query tells of a task. */
export interface QueriedTask {
  readonly task_id: string;
  readonly task_type: number;
  readonly status: number;
  readonly count_total_task: number;
  readonly count_recalled?: number;
  readonly process_count: number;
  readonly process_tel_count: number;
  readonly process_through_count: number;
}

/** A client of the simulator over HTTP, as an integrator would write one: the platform's operations, and `/_sim`. */
export class DemoClient {
  readonly #url: string;
  readonly #app: AppCredentials;
  #token = '';

  constructor(url: string, app: AppCredentials) {
    this.#url = url;
    this.#app = app;
  }

  /** Creates, fills and starts a task, or calls out directly. @returns the task's id; null: the app's pool */
  async submit(task: DemoTask, now: number): Promise<string | null> {
    const { robotId: robot_id, lineNum: line_num, columns: call_column, rows } = task;
    if (task.key === 'pool') {
      for (const call_list of inPieces(rows)) {
        await this.#call('outbound/v1/task/callout', { robot_id, line_num, call_column, call_list });
      }
      return null;
    }
    const { task_id } = await this.#call<{ task_id: string }>('outbound/v1/task/create', {
      task_name: task.name,
      robot_id,
      line_num,
      recall_count: task.recallCount,
      time_recall_wait: RECALL_WAIT_S,
      time_begin: now,
    });
    for (const call_list of inPieces(rows)) {
      await this.#call('outbound/v1/task/insert', { task_id, call_column, call_list });
    }
    await this.start(task_id);
    return task_id;
  }

  async start(task_id: string): Promise<void> {
    await this.#call('outbound/v1/task/start', { task_id });
  }

  async pause(task_id: string): Promise<void> {
    await this.#call('outbound/v1/task/pause', { task_id });
  }

  async tasks(): Promise<readonly QueriedTask[]> {
    const answer = await this.#call<{ rows: readonly QueriedTask[] }>('outbound/v1/task/query', {});
    return answer.rows;
  }

  /** Paths of the failure files of a day that is over. */
  async failureFiles(date: string): Promise<readonly string[]> {
    return (await this.#call<{ url: readonly string[] }>('download/v1/push/failed', { date })).url;
  }

  async download(path: string): Promise<Buffer> {
    const { statusCode, body } = await request(`${this.#url}/push_download/${path}`);
    if (statusCode !== 200) throw new Error(`GET /push_download/${path}: HTTP ${statusCode}`);
    return Buffer.from(await body.arrayBuffer());
  }

  /** One request to `/_sim`. */
  async control<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    // Not fetch(), which refuses some ports, such as 6000.
    const response = await request(`${this.#url}/_sim${path}`, { ...init, ...NO_TIMEOUT });
    const text = await response.body.text();
    if (response.statusCode !== 200)
      throw new Error(`${method} /_sim${path}: HTTP ${response.statusCode}: ${text}`);
    return JSON.parse(text) as T;
  }

  /** All items of a list of `/_sim`, page by page. */
  async list<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let after = ''; ; ) {
      const query = `?limit=${PAGE}${after === '' ? '' : `&after=${after}`}`;
      const page = await this.control<{ items: T[]; next: string | null }>('GET', path + query);
      items.push(...page.items);
      if (page.next === null) return items;
      after = page.next;
    }
  }

  /** A token lives an hour; a client that is told so gets a new one and asks again. */
  async #call<T>(operation: string, body: object): Promise<T> {
    let answer = await this.#post<T>(operation, body);
    if (answer.code === INVALID_TOKEN) {
      await this.#login();
      answer = await this.#post<T>(operation, body);
    }
    const { code, message, result } = answer;
    if (code !== 0) throw new Error(`${operation} was answered with ${code}: ${message}`);
    return result;
  }

  async #login(): Promise<void> {
    const { appKey, appSecret } = this.#app;
    const answer = await this.#post<{ token: string }>('oauth/v1/token', {
      app_key: appKey,
      app_secret: appSecret,
    });
    this.#token = answer.result.token;
  }

  async #post<T>(operation: string, body: object): Promise<{ code: number; message: string; result: T }> {
    const response = await request(`${this.#url}/openapi/${operation}?token=${this.#token}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return (await response.body.json()) as { code: number; message: string; result: T };
  }
}

function inPieces<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / ROWS) }, (_, i) =>
    list.slice(i * ROWS, (i + 1) * ROWS),
  );
}
