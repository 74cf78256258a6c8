import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { APPS, PlatformClient } from '../../../conformance/platform-client.ts';
import { ControlClient, callIn, callOut } from '../../../support/control.ts';
import { TestReceiver } from '../../../support/receiver.ts';
import { type Json, startSimulator, type TestSimulator } from '../../../support/simulator.ts';

const TEN_MS = 1_767_578_400_000;
/** Wall time for a wait that is to be in vain. */
const SHORT = '30ms';

let simulator: TestSimulator;
let control: ControlClient;

beforeEach(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator);
});

afterEach(() => simulator.stop());

const wait = (request: Record<string, unknown>) => control.post('/wait', request);
const nowMs = async () => (await control.get('/clock')).body.nowMs;
const idle = () => control.post('/clock/advance', { until: 'idle' });

describe('POST /wait', () => {
  it('answers at once with what is there already', async () => {
    await callOut(simulator, ['19900005001']);
    await idle();
    const { status, body } = await wait({ for: 'push', where: { callee: '19900005001' }, count: 4 });
    expect(status).toBe(200);
    expect(body).toEqual({ items: (await control.get('/pushes')).body.items, next: null, dropped: 0 });
  });

  it('answers as soon as it comes, whoever moves the clock', async () => {
    await callOut(simulator, ['19900005001']);
    const waiting = wait({ for: 'push', where: { module: 'receiveVoice' } });
    await idle();
    expect((await waiting).body.items).toMatchObject([{ module: 'receiveVoice', state: 'delivered' }]);
  });

  it('waits for the one of two records that is meant', async () => {
    await callOut(simulator, ['19900005001']);
    const { body } = await wait({ for: 'push', where: { variant: 'outbound' }, advance: true });
    expect(body.items).toMatchObject([{ variant: 'outbound', body: { task_result: '0' } }]);
    const [{ id }] = body.items;
    expect((await wait({ for: 'push', where: { id } })).body.items).toEqual(body.items);
  });

  it('works on a clock that runs by itself', async () => {
    const running = await startSimulator({ clock: 'x1000' });
    const there = new ControlClient(running);
    await callOut(running, ['19900005001']);
    const { status, body } = await there.post('/wait', {
      for: 'push',
      where: { module: 'receiveDialog' },
      timeout: '10s',
    });
    expect([status, body.items[0]?.callee]).toEqual([200, '19900005001']);
    await running.stop();
  });

  it('moves a manual clock to the very instant, and no further', async () => {
    await callOut(simulator, ['19900005001', '19900005009']);
    const { body } = await wait({
      for: 'push',
      where: { callee: '19900005001', module: 'receiveDialog' },
      advance: true,
    });
    expect(await nowMs()).toBe(body.items[0].attempts[0].atMs);
    expect((await control.get('/calls?state=live')).body.items).toHaveLength(1);
  });

  it('moves a manual clock only if told', async () => {
    await callOut(simulator, ['19900005001']);
    const { status } = await wait({ for: 'push', timeout: SHORT });
    expect([status, await nowMs()]).toEqual([408, TEN_MS]);
  });

  it('sees through retries and days', async () => {
    await control.post('/faults', { on: 'push', network: 'timeout' });
    await callOut(simulator, ['19900001020']);
    const { body } = await wait({ for: 'push', where: { state: 'failed' }, count: 2, advance: true });
    expect(body.items.map(({ attempts }: Json) => attempts.length)).toEqual([4, 4]);
  });

  it('goes on when a request brings new work while it waits with nothing left to happen', async () => {
    const waiting = wait({
      for: 'push',
      where: { callee: '19900005002', module: 'receiveVoice' },
      advance: true,
    });
    await wait({ for: 'push', timeout: SHORT });
    await callOut(simulator, ['19900005002']);
    expect((await waiting).status).toBe(200);
  });

  it('lets several wait at once, each moving the clock', async () => {
    const numbers = Array.from({ length: 8 }, (_, i) => `1990000500${i + 1}`);
    await callOut(simulator, numbers);
    const answers = await Promise.all(
      numbers.map((callee) =>
        wait({ for: 'push', where: { callee, module: 'receiveDialog' }, advance: true }),
      ),
    );
    expect(answers.map(({ body }) => body.items?.[0].callee)).toEqual(numbers);
  });

  it('waits for calls: those that have ended unless said otherwise', async () => {
    await callOut(simulator, ['19900005001']);
    const talking = (await wait({ for: 'call', where: { state: 'talking' }, advance: true })).body.items[0];
    expect(await nowMs()).toBe(talking.answerAtMs);
    const ended = (await wait({ for: 'call', where: { callUuid: talking.callUuid }, advance: true })).body
      .items[0];
    expect([ended.state, await nowMs()]).toEqual(['ended', ended.hangupAtMs]);
  });

  it('waits for tasks: those that are finished unless said otherwise', async () => {
    const client = await PlatformClient.open(simulator.app, APPS.full);
    await client.call('insert', {
      task_id: '129',
      call_column: ['客户手机号码', '列2', '列3'],
      call_list: [['19900002001', 'a', 'b']],
    });
    await client.call('start', { task_id: '129' });
    const recall = (await wait({ for: 'task', where: { taskId: '129', status: 5 }, advance: true })).body
      .items[0];
    expect(recall).toMatchObject({ taskId: '129', status: 5, recalled: 0 });
    const done = (await wait({ for: 'task', where: { taskId: '129' }, advance: true })).body.items[0];
    expect(done).toMatchObject({ taskId: '129', status: 4, recalled: 1, answeredCount: 1 });
  });

  it('waits for requests to the platform', async () => {
    const waiting = wait({ for: 'request', where: { operation: 'token', code: 200101 } });
    await simulator.post('/openapi/oauth/v1/token', { app_key: 'x', app_secret: 'y' });
    expect((await waiting).body.items).toMatchObject([{ operation: 'token', code: 200101 }]);
  });

  it('outlives a reset', async () => {
    await callOut(simulator, ['19900005001']);
    const waiting = wait({ for: 'call', where: { callee: '19900005002' }, advance: true });
    await wait({ for: 'push', timeout: SHORT });
    await control.post('/reset');
    await callOut(simulator, ['19900005002']);
    expect((await waiting).body.items).toMatchObject([{ callee: '19900005002' }]);
  });

  it('ends when the server stops', async () => {
    const closing = await startSimulator();
    const waiting = new ControlClient(closing).post('/wait', { for: 'push', timeout: '10m' });
    await closing.stop();
    expect(await waiting).toMatchObject({ status: 503, body: { error: { code: 'closing' } } });
  });

  it('builds no facts when nobody waits any more', async () => {
    await wait({ for: 'push', timeout: SHORT });
    expect(await simulator.simulation.read((world) => world.onFact)).toBeNull();
  });

  it('ends when the client goes away', async () => {
    const listening = await startSimulator({ listen: true });
    const client = new AbortController();
    const listens = () => listening.simulation.read((world) => world.onFact !== null);
    const request = { method: 'POST', body: '{"for":"push","timeout":"10m"}', signal: client.signal };
    const waiting = fetch(`${listening.url}/_sim/wait`, request).catch(() => 'gone');
    await expect.poll(listens).toBe(true);
    client.abort();
    await expect.poll(listens).toBe(false);
    expect(await waiting).toBe('gone');
    await listening.stop();
  });

  it.each([
    ['nothing', {}],
    ['something that is none', { for: 'mail' }],
    ['a field of something else', { for: 'push', where: { direction: 'inbound' } }],
    ['a misspelt module', { for: 'push', where: { module: 'receiveDialogue' } }],
    ['a time-out over ten minutes', { for: 'push', timeout: '11m' }],
    ['a time-out that is a number', { for: 'push', timeout: 5 }],
    ['no item at all', { for: 'push', count: 0 }],
    ['an unknown key', { for: 'push', whre: {} }],
  ])('refuses to wait for %s', async (_, request) => {
    expect(await wait(request)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid-parameter' } },
    });
  });
});

describe('a wait in vain', () => {
  const miss = async (request: Record<string, unknown>): Promise<{ message: string; details: Json }> => {
    const { status, body } = await wait({ timeout: SHORT, ...request });
    expect([status, body.error.code]).toEqual([408, 'wait-timeout']);
    return body.error;
  };

  it('says what was waited for, and how much of it was found', async () => {
    await callOut(simulator, ['19900001020']);
    await idle();
    const { message, details } = await miss({
      for: 'push',
      where: { module: 'receiveCallRecord' },
      count: 3,
    });
    expect(message).toMatch(/^waited 0\.03 s for 3 push, found 2: /);
    expect(details).toMatchObject({
      wanted: { for: 'push', where: { module: 'receiveCallRecord', state: 'delivered' }, count: 3 },
      matching: 2,
      clock: { mode: 'manual', status: 'ready' },
    });
  });

  it('says that there is nothing at all', async () => {
    const { message } = await miss({ for: 'push', where: { callee: '1' } });
    expect(message).toContain('there is no push at all; nothing is left to happen by itself');
  });

  it('says that the same number got another module', async () => {
    await callOut(simulator, ['19900001020']);
    await idle();
    const { message, details } = await miss({
      for: 'push',
      where: { callee: '19900001020', module: 'receiveDialog' },
    });
    expect(message).toContain('there is one with another module: receiveCallRecord');
    expect(details.instead).toMatchObject([{ without: 'module', items: [{ callee: '19900001020' }, {}] }]);
  });

  it('says that another call got the module', async () => {
    await callOut(simulator, ['19900005001']);
    await idle();
    const { message } = await miss({
      for: 'push',
      where: { callee: '19900005002', module: 'receiveDialog' },
    });
    expect(message).toContain('there is one with another callee: 19900005001');
  });

  it('says that it is still owed, and why', async () => {
    await control.post('/faults', { on: 'push', network: 'reset' });
    await callOut(simulator, ['19900001020']);
    await control.post('/wait', { for: 'push', where: { state: 'owed' }, advance: true });
    await control.post('/clock/advance', { by: '6s' });
    const { message } = await miss({ for: 'push', where: { callee: '19900001020' } });
    expect(message).toMatch(
      /push \d+ \(receiveCallRecord\) is still owed, due at 2026-01-05T[\d:.]+\+08:00, the last attempt: ECONNRESET/,
    );
  });

  it('says that it failed, with the last error', async () => {
    await control.post('/faults', { on: 'push', network: 'timeout' });
    await callOut(simulator, ['19900001020']);
    await idle();
    const { message } = await miss({ for: 'push', where: { callee: '19900001020' } });
    expect(message).toContain('failed, the last attempt: timed out after 3 s');
  });

  it('says that no url is set', async () => {
    await control.put('/urls', { businessId: '167', urls: [] });
    await callOut(simulator, ['19900001020']);
    await idle();
    expect((await miss({ for: 'push' })).message).toContain('no url is set for receiveCallRecord');
  });

  it('says that the call was not answered, so that no dialogue will come', async () => {
    await callOut(simulator, ['19900001020']);
    await idle();
    const { message } = await miss({
      for: 'push',
      where: { callee: '19900001020', module: 'receiveDialog' },
    });
    expect(message).toMatch(
      /call [\w-]+ to 19900001020 was not answered \(result 20\): it owes no receiveDialog/,
    );
    const other = await miss({ for: 'push', where: { callee: '19900001020' }, count: 3 });
    expect(other.message).not.toContain('was not answered');
  });

  it('says that the call is not over yet', async () => {
    await callOut(simulator, ['19900005009']);
    await wait({ for: 'call', where: { state: 'talking' }, advance: true });
    const { message } = await miss({ for: 'push', where: { callee: '19900005009', module: 'receiveVoice' } });
    expect(message).toMatch(/call [\w-]+ to 19900005009 is talking: what it owes is pushed after its end/);
  });

  it('says that nothing comes near where more than one condition is wrong', async () => {
    await callOut(simulator, ['19900001020']);
    await idle();
    const { message } = await miss({ for: 'push', where: { callee: '1', module: 'receiveDialog' } });
    expect(message).toContain('no push comes near');
  });

  it('says which requests came instead', async () => {
    await simulator.post('/openapi/oauth/v1/token', { app_key: 'x', app_secret: 'y' });
    const { message, details } = await miss({ for: 'request', where: { operation: 'token', code: 0 } });
    expect(message).toContain('there is one with another code: 200101');
    expect(details.instead).toMatchObject([
      { without: 'code', items: [{ operation: 'token', code: 200_101 }] },
    ]);
  });

  it('says where calls and tasks stand instead', async () => {
    const uuid = await callIn(control);
    expect((await miss({ for: 'call', where: { callUuid: uuid } })).message).toContain(
      `call ${uuid} is ringing`,
    );
    expect((await miss({ for: 'task', where: { taskId: '129' } })).message).toContain(
      'task 129 has status 0 (not started)',
    );
  });

  it('says that an id was cut by a JavaScript number', async () => {
    const [taskDataId = ''] = await callOut(simulator, ['19900005001']);
    const cut = String(Number(taskDataId));
    expect(cut).not.toBe(taskDataId);
    const { body } = await wait({ for: 'push', where: { taskDataId: cut }, timeout: SHORT });
    expect(body.error.message).toContain(
      `taskDataId ${cut} is unknown; ${taskDataId} cut to a double by a JavaScript number`,
    );
    const whole = await wait({ for: 'push', where: { taskDataId }, timeout: SHORT });
    expect(whole.body.error.message).not.toContain('cut to a double');
  });

  it('says that the manual clock has to be moved', async () => {
    await callOut(simulator, ['19900005001']);
    const { message } = await miss({ for: 'push' });
    expect(message).toContain(
      'the manual clock stands at 2026-01-05T10:00:00.000+08:00 and the next event is due at',
    );
    expect(message).toContain('"advance": true');
  });

  it('ends in time even if a receiver holds the clock', async () => {
    const receiver = await TestReceiver.start();
    await control.put('/urls', {
      businessId: '167',
      urls: [{ module: 'receiveCallRecord', url: `${receiver.url}/x` }],
    });
    const open: (() => void)[] = [];
    receiver.answer = () => new Promise((resolve) => open.push(() => resolve('success')));
    await callOut(simulator, ['19900001008']);
    const startedAt = performance.now();
    const { message } = await miss({
      for: 'push',
      where: { callee: '19900001008' },
      timeout: '100ms',
      advance: true,
    });
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(message).toContain('is still owed');
    for (const answer of open) answer();
    await receiver.stop();
  });
});
