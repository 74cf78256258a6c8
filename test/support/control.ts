import { APPS, PlatformClient } from '../conformance/platform-client.ts';
import type { Json, TestSimulator } from './simulator.ts';

export interface ControlAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed, or the text itself if it is no JSON. */
  readonly body: Json;
}

/** Talks to `/_sim` in process. */
export class ControlClient {
  readonly #simulator: TestSimulator;

  constructor(simulator: TestSimulator) {
    this.#simulator = simulator;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<ControlAnswer> {
    return this.send('GET', path, { headers });
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<ControlAnswer> {
    return this.send('POST', path, { body: typeof body === 'string' ? body : JSON.stringify(body), headers });
  }

  put(path: string, body: unknown): Promise<ControlAnswer> {
    return this.send('PUT', path, { body: JSON.stringify(body) });
  }

  delete(path: string): Promise<ControlAnswer> {
    return this.send('DELETE', path, {});
  }

  async send(method: string, path: string, init: RequestInit): Promise<ControlAnswer> {
    const response = await this.#simulator.request(`/_sim${path}`, { ...init, method });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) };
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Submits numbers to the pool with robot 719. @returns their wire ids, as texts */
export async function callOut(
  simulator: TestSimulator,
  numbers: readonly string[],
  lineNum = '69101338',
): Promise<string[]> {
  const client = await PlatformClient.open(simulator.app, APPS.full);
  const answer = await client.call('callout', {
    robot_id: '719',
    line_num: lineNum,
    call_column: ['客户手机号码', '姓名'],
    call_list: numbers.map((number) => [number, '张先生']),
  });
  if (answer.code !== 0) throw new Error(`callout: ${answer.text}`);
  return /\[([\d,]+)\]/.exec(answer.text)?.[1]?.split(',') ?? [];
}

/** Calls in to robot 719. @returns the call's uuid */
export async function callIn(control: ControlClient, change: Record<string, string> = {}): Promise<string> {
  const inbound = { robotId: '719', appId: '20180739', caller: '13900000000', callRelationId: 'crm-1' };
  const { status, body } = await control.post('/calls', { ...inbound, ...change });
  if (status !== 201) throw new Error(`POST /calls: ${JSON.stringify(body)}`);
  return body.callUuid;
}
