import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPlatformApp } from '../../../src/server/app.ts';
import { BodyStore } from '../../../src/server/platform/body-store.ts';
import { CallHabits } from '../../../src/server/platform/finding/habits.ts';
import { type NotedCall, showBody } from '../../../src/server/platform/journal.ts';
import { MAX_BODY_BYTES } from '../../../src/server/ring.ts';
import { type ServerHandle, serve } from '../../../src/server/serve.ts';
import type { Fault } from '../../../src/sim/fault/fault.ts';
import { APPS, PATHS, PlatformClient, send } from '../../conformance/platform-client.ts';
import { holdToContract } from '../../support/contract/hold.ts';
import { startSimulator, type TestSimulator } from '../../support/simulator.ts';

const TEN = 1_767_578_400_000;
const UNKNOWN = { code: 10021, message: '接口停用', result: {} };

let simulator: TestSimulator;
let journal: (Omit<NotedCall, 'body'> & { readonly body: string })[];
const bodies = new BodyStore(MAX_BODY_BYTES);
const note = (call: NotedCall) => journal.push({ ...call, body: showBody(bodies.put(call.body)) });
let errors: unknown[];
let habits: CallHabits;
let closing: AbortController;
let app: ReturnType<typeof createPlatformApp>;
let client: PlatformClient;

beforeAll(async () => {
  simulator = await startSimulator();
});

afterAll(() => simulator.stop());

beforeEach(async () => {
  await simulator.simulation.reset();
  journal = [];
  errors = [];
  habits = new CallHabits();
  closing = new AbortController();
  app = createPlatformApp({
    findUniverse: () => ({
      simulation: simulator.simulation,
      journal: { add: note, habits },
    }),
    logError: (error) => errors.push(error),
    closing: closing.signal,
  });
  holdToContract(app, () => simulator.simulation.hasFaults());
  client = await PlatformClient.open(app, APPS.full);
  journal.length = 0;
});

describe('the way of a request', () => {
  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'ends at once for %s: 405, Allow: POST, 10005',
    async (method) => {
      const response = await app.request(PATHS.config, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST');
      expect(await response.json()).toEqual({ code: 10005, message: '输入参数不正确', result: {} });
    },
  );

  it.each([
    '/openapi/oauth/v1/tokens',
    '/openapi/outbound/v1/task/',
    '/openapi/outbound/v1/task/create/',
    '/openapi/x',
  ])('ends with 404 and 10021 at %s, whatever the method', async (path) => {
    for (const method of ['POST', 'GET']) {
      const response = await app.request(path, { method });
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual(UNKNOWN);
    }
  });

  it('checks the size before the state of the endpoint', async () => {
    await simulator.simulation.execute((world) =>
      world.accounts.setEndpointState('config/query', 'maintenance'),
    );
    expect(await client.call('config', 'x'.repeat(10 * 1024 * 1024 + 1))).toMatchObject({ code: 200211 });
    expect(await client.call('config', 'x'.repeat(10 * 1024 * 1024))).toMatchObject({ code: 10020 });
  });

  it('takes a body of exactly 10 MiB', async () => {
    const body = `{"a":"${'x'.repeat(10 * 1024 * 1024 - 8)}"}`;
    expect(body).toHaveLength(10 * 1024 * 1024);
    expect(await client.call('config', body)).toMatchObject({ code: 0 });
  });

  it('asks for the universe by token, and for a token by key', async () => {
    const asked: unknown[] = [];
    const other = createPlatformApp({
      findUniverse(credential) {
        asked.push(credential);
        return { simulation: simulator.simulation, journal: { add: () => undefined, habits } };
      },
      logError: () => undefined,
      closing: closing.signal,
    });
    await send(other, PATHS.config, { token: 'abc' });
    await send(other, PATHS.token, { body: { AppKey: 'key', app_secret: 'x' } });
    expect(asked).toEqual([{ token: 'abc' }, { token: null }, { appKey: 'key' }]);
  });
});

describe('a bug', () => {
  it('is answered with 500 and 10004, told to the log with its cause, and never to the client', async () => {
    const bug = new Error('the disk is on fire');
    const broken = createPlatformApp({
      findUniverse: () => ({
        simulation: {
          clock: simulator.simulation.clock,
          hasFaults: () => false,
          read: () => Promise.reject(bug),
          execute: () => Promise.reject(bug),
        },
        journal: { add: note, habits },
      }),
      logError: (error) => errors.push(error),
      closing: closing.signal,
    });
    for (const path of [PATHS.token, PATHS.query]) {
      const answer = await send(broken, path);
      expect(answer).toMatchObject({ status: 500, code: 10004, message: '服务忙,请稍后再试', result: {} });
      expect(answer.text).not.toContain('fire');
    }
    expect(errors).toEqual([bug, bug]);
    expect(journal).toMatchObject([
      { operation: 'token', code: 10004, at: TEN },
      { operation: 'task/query', code: 10004, at: TEN },
    ]);
  });

  it('is not what a refusal is', async () => {
    await client.call('start', { task_id: '1' });
    expect(errors).toEqual([]);
  });
});

describe('the journal', () => {
  it('has a line for each call', async () => {
    await client.call('config', '{"type": 4}');
    expect(journal).toEqual([
      {
        at: TEN,
        operation: 'config/query',
        appId: '20180739',
        code: 0,
        tookMs: expect.any(Number),
        body: '{"type": 4}',
        refusal: null,
        findings: [],
      },
    ]);
  });

  it('says why a call was refused, which its answer does not', async () => {
    const { text } = await client.call('start', { task_id: '77' });
    expect(journal[0]).toMatchObject({ operation: 'task/start', appId: '20180739', code: 200202 });
    expect(journal[0]).toMatchObject({ refusal: expect.stringContaining('77'), findings: [] });
    expect(text).not.toContain('77');
  });

  it('notes what is unusual in a call that succeeds', async () => {
    await client.call(
      'config',
      { colour: 'red' },
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    );
    expect(journal[0]).toMatchObject({
      code: 0,
      findings: [
        'content-type: application/x-www-form-urlencoded',
        'unknown-field: "colour" is no field of this operation',
      ],
    });
  });

  it('stays small whatever was sent', async () => {
    await client.call('start', { task_id: '9'.repeat(1_000_000), ['k'.repeat(1_000_000)]: 1 });
    expect(journal[0]).toMatchObject({ code: 200202 });
    expect(JSON.stringify(journal[0]).length).toBeLessThan(20_000);
  });

  it('names the app that asked for a token, and masks its secret', async () => {
    await PlatformClient.open(app, APPS.inbound);
    expect(journal[0]).toMatchObject({ operation: 'token', appId: '20180740', code: 0 });
    expect(journal[0]?.body).toContain(APPS.inbound[0]);
    expect(journal[0]?.body).not.toContain(APPS.inbound[1]);
  });

  it('has calls to no operation by their path, at the simulator’s time, and says what was meant', async () => {
    await simulator.advance(5000);
    await app.request('/openapi//x', { method: 'POST', body: '{}' });
    await app.request(PATHS.config);
    expect(journal).toMatchObject([
      { at: TEN + 5000, operation: '/openapi/x', appId: null, code: 10021 },
      { at: TEN + 5000, operation: 'config/query', appId: null, code: 10005 },
    ]);
    await app.request(`${PATHS.callout}s`, { method: 'POST', body: '{}' });
    expect(journal.map(({ refusal }) => refusal)).toEqual([
      'path: there is no such operation',
      'method: found GET, expected POST',
      `path: there is no such operation; ${PATHS.callout} is meant?`,
    ]);
  });
});

describe('a fault', () => {
  let server: ServerHandle;

  beforeEach(async () => {
    server = await serve(app.fetch, { port: 0, host: '127.0.0.1' });
  });
  afterEach(() => server.close(0));

  const add = (fault: Fault, times: number | null = null) =>
    simulator.simulation.execute((world) => world.faults.add(fault, times));
  const post = () =>
    `POST ${PATHS.config}?token=${client.token} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`;

  /** Sends raw bytes; gives back all that came, or the error that ended the connection. */
  function talk(request: string): Promise<string> {
    return new Promise((resolve) => {
      let got = '';
      const socket = connect(server.port, server.host, () => socket.write(request));
      socket.on('data', (chunk) => {
        got += chunk;
      });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.on('end', () => resolve(got));
    });
  }

  it('is none without a rule', async () => {
    expect(await talk(post())).toMatch(/^HTTP\/1.1 200 OK[\s\S]*"code":0/);
  });

  it('answers with its code', async () => {
    await add({ on: '*', code: 200209 });
    expect(await client.call('config')).toMatchObject({
      status: 200,
      code: 200209,
      message: '余额不足',
      result: {},
    });
  });

  it('answers with its status, and then with 10004', async () => {
    await add({ on: 'config/query', httpStatus: 503 });
    expect(await client.call('config')).toMatchObject({ status: 503, code: 10004 });
  });

  it('strikes as often as it is told, also where the call is refused afterwards', async () => {
    await add({ on: 'task/start', delayMs: 0 }, 1);
    await add({ on: 'task/start', code: 10004 }, 2);
    const codes = [];
    for (let i = 0; i < 4; i++) codes.push((await client.call('start', { task_id: '1' })).code);
    expect(codes).toEqual([10004, 10004, 200202, 200202]);
    expect(
      await simulator.simulation.execute((world) => world.faults.all().map((fault) => fault.timesLeft)),
    ).toEqual([0, 0]);
  });

  it('strikes no other operation', async () => {
    await add({ on: 'task/start', code: 10004 });
    expect(await client.call('config')).toMatchObject({ code: 0 });
  });

  it('only delays what is answered after all', async () => {
    await add({ on: '*', delayMs: 30 });
    expect(await client.call('config')).toMatchObject({ code: 0 });
    expect(journal[0]?.tookMs).toBeGreaterThanOrEqual(29);
  });

  it('that delays lets go when the server closes', async () => {
    await add({ on: '*', delayMs: 3_600_000 });
    const answer = client.call('config');
    closing.abort();
    expect(await answer).toMatchObject({ code: 10004 });
  });

  it('resets the connection', async () => {
    await add({ on: '*', network: 'reset' });
    expect(await talk(post())).toBe('ECONNRESET');
  });

  it('closes the connection without a byte', async () => {
    await add({ on: '*', network: 'empty' });
    expect(await talk(post())).toBe('');
  });

  it('sends garbage', async () => {
    await add({ on: '*', network: 'garbage' });
    const got = await talk(post());
    expect(got).not.toBe('');
    expect(got).not.toContain('HTTP');
  });

  it('never answers, until the client has enough', async () => {
    await add({ on: '*', network: 'timeout' }, 1);
    const socket = connect(server.port, server.host, () => socket.write(post()));
    let got = '';
    socket.on('data', (chunk) => {
      got += chunk;
    });
    // Taken: from here on the client waits.
    await expect.poll(() => simulator.simulation.read((world) => world.faults.all()[0]?.timesLeft)).toBe(0);
    socket.destroy();
    await expect.poll(() => journal.length).toBe(1);
    expect(journal[0]).toMatchObject({ operation: 'config/query', code: null });
    expect(got).toBe('');
  });

  it('is a broken network in process too', async () => {
    await add({ on: '*', network: 'reset' });
    const response = await app.request(PATHS.config, { method: 'POST', body: '{}' });
    expect(response.type).toBe('error');
    expect(journal[0]).toMatchObject({ code: null });
  });
});
