import { execFile } from 'node:child_process';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startSimulator, type TestSimulator } from '../support/simulator.ts';
import { APPS, PATHS, PlatformClient, send } from './platform-client.ts';

const TEN = 1_767_578_400_000;
const CALLOUT = {
  line_num: '69101338',
  robot_id: '719',
  call_column: ['客户手机号码', '姓名'],
  call_list: [['13800000001', '张先生']],
};

let simulator: TestSimulator;
let client: PlatformClient;

beforeAll(async () => {
  simulator = await startSimulator({ listen: true });
});

afterAll(() => simulator.stop());

beforeEach(async () => {
  await simulator.simulation.reset();
  client = await PlatformClient.open(simulator.app, APPS.full);
});

async function createTask(more: object = {}): Promise<string> {
  const task = { task_name: '测试', line_num: '055196866001', robot_id: '719', time_begin: TEN };
  return String((await client.call('create', { ...task, ...more })).result.task_id);
}

describe('a client may', () => {
  it.each(['//openapi/oauth/v1/token', '/openapi//oauth/v1///token', '///openapi/oauth/v1/token'])(
    'send %s',
    async (path) => {
      const [app_key, app_secret] = APPS.full;
      expect(await send(simulator.app, path, { body: { app_key, app_secret } })).toMatchObject({ code: 0 });
    },
  );

  it.each([
    ['AppKey', 'AppSecret'],
    ['appKey', 'appSecret'],
    ['APP_KEY', 'APP_SECRET'],
    ['app-key', 'app-secret'],
  ])('call its key %s', async (key, secret) => {
    const body = { [key]: APPS.full[0], [secret]: APPS.full[1] };
    expect(await send(simulator.app, PATHS.token, { body })).toMatchObject({ code: 0 });
  });

  it.each([0, null, '', []])('send %j in every field of a query', async (nothing) => {
    const names = [
      'task_id',
      'time_begin',
      'time_end',
      'task_name',
      'task_status_list',
      'page_size',
      'page_index',
    ];
    const more = ['sort_name', 'sort_order', 'show_remaining'];
    const fields = [...names, ...more].filter((name) => nothing !== 0 || name !== 'task_status_list');
    const body = Object.fromEntries(fields.map((name) => [name, nothing]));

    const { code, result } = await client.call('query', body);

    expect(code).toBe(0);
    expect(result).toEqual((await client.call('query')).result);
    expect(result.rows).not.toEqual([]);
  });

  it.each([0, null, ''])('send %j in every optional field of a new task', async (nothing) => {
    const names = ['recall_count', 'time_recall_wait', 'time_end', 'voice_code', 'trubo_mode'];
    const task_id = await createTask({
      ...Object.fromEntries(names.map((name) => [name, nothing])),
      time_range: null,
    });
    const { result } = await client.call('query', { task_id });
    expect(result.rows).toEqual([
      expect.objectContaining({
        count_max_recall: 0,
        time_recall_wait: 0,
        time_task_estimate_end: 0,
        time_range: '[]',
      }),
    ]);
  });

  it.each([0, null, ''])('send %j in every optional field of a callout', async (nothing) => {
    expect(
      await client.call('callout', { ...CALLOUT, voice_code: nothing, robot_speed: nothing }),
    ).toMatchObject({ code: 0 });
  });

  it('send numbers where strings are asked', async () => {
    const body = {
      ...CALLOUT,
      line_num: 69101338,
      robot_id: 719,
      voice_code: 60030,
      call_list: [[13800000001, 1]],
    };
    expect(await client.call('callout', body)).toMatchObject({ code: 0, result: { total: 1 } });
  });

  it('send numeric strings where numbers are asked', async () => {
    expect(await client.call('callout', { ...CALLOUT, robot_speed: '-200' })).toMatchObject({ code: 0 });
    const task_id = await createTask({ recall_count: '2', time_recall_wait: '600', time_begin: String(TEN) });
    const { result } = await client.call('query', {
      task_id,
      page_size: '1',
      page_index: '1',
      task_status_list: ['0'],
    });
    expect(result).toMatchObject({ total_rows: 1, rows: [{ count_max_recall: 2, time_recall_wait: 600 }] });
  });

  it('send a task id as a JSON number of sixteen digits', async () => {
    const task_id = await createTask();
    expect(task_id).toMatch(/^\d{16}$/);
    expect(await client.call('query', `{"task_id":${task_id}}`)).toMatchObject({
      result: { total_rows: 1, rows: [{ task_id }] },
    });
    expect(await client.call('delete', `{"task_id":${task_id}}`)).toMatchObject({ code: 0 });
  });

  it('read row ids above 2^53 to the digit', async () => {
    const { text } = await client.call('callout', {
      ...CALLOUT,
      call_list: Array.from({ length: 50 }, () => CALLOUT.call_list[0]),
    });
    const ids = [...text.matchAll(/\d{18}/g)].map(([id]) => id);
    expect(text).toContain(`"task_data_ids":[${ids.join(',')}]`);
    expect(new Set(ids).size).toBe(50);
    expect(ids.every((id) => BigInt(id) > 2n ** 53n)).toBe(true);
    // Control: as numbers of JavaScript they would not have survived.
    expect(ids.some((id) => String(Number(id)) !== id)).toBe(true);
  });

  it('separate line numbers by commas; the answer has semicolons', async () => {
    const task_id = await createTask({ line_num: '055196866001, 055169101408' });
    const { result } = await client.call('query', { task_id });
    expect(result.rows).toEqual([expect.objectContaining({ line_num: '055196866001;055169101408' })]);
  });

  it('send more fields than there are', async () => {
    expect(
      await client.call('callout', { ...CALLOUT, businessId: '167', __proto__: 1, constructor: {} }),
    ).toMatchObject({ code: 0 });
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'application/json;charset=GBK', ''])(
    'declare its JSON as %j',
    async (type) => {
      expect(await client.call('config', { type: 4 }, { headers: { 'content-type': type } })).toMatchObject({
        code: 0,
      });
    },
  );

  it('be plain curl', async () => {
    const [app_key, app_secret] = APPS.full;
    const { stdout } = await promisify(execFile)('curl', [
      '-s',
      `${simulator.url}/${PATHS.token}`,
      '-d',
      JSON.stringify({ app_key, app_secret }),
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ code: 0, message: 'ok', result: { time_expire: 3600 } });
  });

  it('go on with the same connection after a body that was too large', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const url = `${simulator.url}${PATHS.config}?token=${client.token}`;
    expect(await post(url, agent, 'x'.repeat(11 * 1024 * 1024))).toMatchObject({
      code: 200211,
      reused: false,
    });
    expect(await post(url, agent, '{}')).toMatchObject({ code: 0, reused: true });
  });

  it('wait for headers and body in one piece, with a length and nothing encoded', async () => {
    const first = await receiveFirst(
      simulator.url,
      `POST ${PATHS.config}?token=${client.token} HTTP/1.1\r\nHost: www.xfyeta.com\r\nAccept-Encoding: gzip, br\r\nContent-Length: 2\r\n\r\n{}`,
    );
    const [head = '', body = ''] = first.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(head).toMatch(/\r\nContent-Type: application\/json;charset=UTF-8(\r\n|$)/i);
    expect(head).toMatch(new RegExp(`\r\nContent-Length: ${Buffer.byteLength(body)}(\r\n|$)`, 'i'));
    expect(head).not.toMatch(/transfer-encoding|content-encoding/i);
    expect(JSON.parse(body)).toMatchObject({ code: 0, message: 'ok' });
  });
});

/** Sends raw bytes and gives back what arrives first. */
function receiveFirst(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.on('error', reject);
    socket.once('data', (chunk: string | Buffer) => {
      socket.destroy();
      resolve(String(chunk));
    });
  });
}

function post(url: string, agent: Agent, body: string): Promise<{ code: number; reused: boolean }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent }, async (answer) => {
      const { code } = JSON.parse((await answer.toArray()).join('')) as { code: number };
      resolve({ code, reused: outgoing.reusedSocket });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
