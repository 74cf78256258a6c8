import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getTasks } from 'node-cron';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  createSimulator as create,
  LeakError,
  type Simulator,
  SimulatorError,
  type SimulatorOptions,
} from '../../src/index.ts';
import { holdToContract } from '../support/contract/hold.ts';
import { TestReceiver } from '../support/receiver.ts';

/** Held to the published contract, like the whole suite. */
const createSimulator = (options: SimulatorOptions = {}) => create({ inspect: holdToContract, ...options });

const CALLOUT = { robot_id: '719', line_num: '69101338', call_column: ['客户手机号码', '姓名'] };

/** Calls one number. @returns the wire id of its row */
async function callOut(sim: Pick<Simulator, 'platform'>, number = '19900005001'): Promise<string> {
  const { code, result } = await sim.platform.call('task/callout', {
    ...CALLOUT,
    call_list: [[number, '张先生']],
  });
  expect(code).toBe(0);
  return (result as { task_data_ids: string[] }).task_data_ids[0] ?? '';
}

describe('createSimulator', () => {
  it('listens on a free port, each on its own', async () => {
    await using one = await createSimulator();
    await using two = await createSimulator();
    expect(one.url).not.toBe(two.url);
    for (const { url } of [one, two]) expect((await fetch(`${url}/_sim/livez`)).status).toBe(200);
  });

  it('serves requests without a socket, and has no url then', async () => {
    await using sim = await createSimulator({ listen: false });
    expect((await sim.request('/_sim/livez')).status).toBe(200);
    expect(() => sim.url).toThrow('request()');
    expect((await sim.health()).ports).toEqual({ http: null, tls: null, sip: null });
  });

  it('takes no SIP port unless told', async () => {
    await using sim = await createSimulator();
    expect((await sim.health()).ports.sip).toBeNull();
    expect(await sim.sip()).toMatchObject({ port: null, registrations: [], calls: [] });
  });

  it('names all wrong options at once', async () => {
    const opening = createSimulator({ port: -1, clock: 'fast' });
    await expect(opening).rejects.toThrow(ConfigurationError);
    await expect(opening).rejects.toThrow(/port[\s\S]*clock/);
  });

  it('leaves nothing open if its port is taken', async () => {
    await using first = await createSimulator();
    const { port } = new URL(first.url);
    await expect(createSimulator({ port: Number(port) })).rejects.toMatchObject({
      name: 'ListenError',
      port: Number(port),
    });
  });

  it('works behind an admin token as without', async () => {
    await using sim = await createSimulator({ listen: false, adminToken: 'secret' });
    expect((await sim.request('/_sim/health')).status).toBe(401);
    expect((await sim.health()).status).toBe('ready');
  });

  it('gives the credentials that the platform takes', async () => {
    await using sim = await createSimulator();
    const response = await fetch(`${sim.url}/openapi/oauth/v1/token`, {
      method: 'POST',
      body: JSON.stringify({ app_key: sim.app.appKey, app_secret: sim.app.appSecret }),
    });
    expect(await response.json()).toMatchObject({ code: 0, result: { token: await sim.token() } });
    expect(sim.app).toMatchObject({ appId: '20180739', businessId: '167' });
  });
});

describe('simulators in one process', () => {
  it('see nothing of each other', async () => {
    await using one = await createSimulator({ listen: false, clock: 'manual' });
    await using two = await createSimulator({ listen: false, clock: 'manual' });
    await callOut(one);
    await one.clock.advance('10m');
    expect(await one.calls()).toHaveLength(1);
    expect(await two.calls()).toEqual([]);
    expect(two.clock.nowMs).toBe(one.clock.nowMs - 600_000);
  });

  it('do the same with the same seed, and something else with another', async () => {
    const run = async (seed: number) => {
      await using sim = await createSimulator({ listen: false, clock: 'manual', seed });
      await callOut(sim, '13800000001');
      await sim.clock.advance({ until: 'idle' });
      const [call] = await sim.calls();
      return call?.callUuid;
    };
    const [first, again, other] = await Promise.all([run(7), run(7), run(8)]);
    expect(first).toBeDefined();
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe('a simulator', () => {
  let sim: Simulator;

  beforeEach(async () => {
    sim = await createSimulator({ listen: false, clock: 'manual', seed: 7 });
  });

  afterEach(() => sim[Symbol.asyncDispose]());

  it('moves its clock by a duration, to an instant, and until nothing is left to happen', async () => {
    expect(sim.clock.now).toBe('2026-01-05T10:00:00.000+08:00');
    await sim.clock.advance('10m');
    expect(sim.clock.now).toBe('2026-01-05T10:10:00.000+08:00');
    await sim.clock.advance({ to: '2026-01-05T11:00:00+08:00' });
    expect(sim.clock.nowMs).toBe(Date.parse('2026-01-05T11:00:00+08:00'));
    await callOut(sim);
    expect(await sim.clock.advance({ until: 'idle' })).toMatchObject({ pushes: 4 });
    expect(await sim.clock.run('x60')).toMatchObject({ mode: 'scaled', speed: 60 });
    expect(await sim.clock.state()).toMatchObject({ mode: 'scaled' });
  });

  it('lists what happened', async () => {
    const taskDataId = await callOut(sim);
    await sim.clock.advance('10m');
    const [call] = await sim.calls({ taskDataId });
    expect(call).toMatchObject({ state: 'ended', callee: '19900005001', result: '0' });
    const pushes = await sim.pushes({ taskDataId });
    expect(pushes.map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered', 'delivered']);
    expect(await sim.push(pushes[0]?.id ?? '')).toEqual(pushes[0]);
    expect(await sim.call(call?.callUuid ?? '')).toEqual(call);
    expect((await sim.requests({ operation: 'task/callout' })).map(({ code }) => code)).toEqual([0]);
    const pool = (await sim.tasks()).find(({ taskId }) => taskId === call?.taskId);
    expect(await sim.task(pool?.taskId ?? '')).toEqual(pool);
    expect(await sim.rows(pool?.taskId ?? '')).toMatchObject([{ taskDataId, callUuid: call?.callUuid }]);
    expect(await sim.receiver.list('receiveDialog')).toHaveLength(1);
    await sim.receiver.clear();
    expect(await sim.receiver.list()).toEqual([]);
  });

  it('tells what of the calls would hurt in production', async () => {
    expect(await sim.findings()).toEqual([]);
    await sim.platform.call('config/query', { type: 0, tpye: 1 });
    const [request] = await sim.requests({ findings: true });
    expect(await sim.findings()).toMatchObject([
      { code: 'unknown-field', count: 1, operations: ['config/query'], last: { requestId: request?.id } },
    ]);
  });

  it('waits for what is to come, and moves time for it if asked', async () => {
    await callOut(sim);
    const [push] = await sim.waitFor('push', { module: 'receiveDialog' }, { advance: true });
    expect(push.body).toMatchObject({ robot_id: '719' });
    const [call] = await sim.waitFor('call', { callUuid: push.callUuid });
    expect(call.timeline.at(-1)).toMatchObject({ event: 'hangup' });
    expect(await sim.waitFor('request', {}, { count: 2 })).toHaveLength(2);
  });

  it('tells what happens, and stops when nobody wants to know more', async () => {
    await using sim = await createSimulator({ clock: 'manual', listen: false });
    const events = await sim.events({ event: ['call.dialed', 'call.ended'] });
    await callOut(sim);
    await sim.clock.advance({ until: 'idle' });
    const seen: string[] = [];
    let last = '';
    for await (const event of events) {
      last = event.eventId;
      if (event.event === 'call.ended' && seen.push(`ended with ${event.result}`)) break;
      seen.push(`dialed ${event.callee}`);
    }
    expect(seen).toEqual(['dialed 19900005001', 'ended with 0']);
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await sim.reset();
    await using later = await sim.events({ after: last, event: ['reset'] });
    expect((await later.next()).value).toMatchObject({ event: 'reset', seed: 1 });
  });

  it('ends the events when it ends, whoever reads them', async () => {
    const sim = await createSimulator({ clock: 'manual', listen: false });
    const universe = await sim.universes.create();
    const all = [await sim.events(), await universe.events()];
    const read = all.map((events) => events.next());
    await sim.close();
    expect(await Promise.all(read)).toEqual(Array(2).fill({ done: true, value: undefined }));
  });

  it('says what did happen if a wait is in vain', async () => {
    await callOut(sim);
    const error = await sim
      .waitFor('push', { module: 'receiveDialog' }, { timeout: '1ms' })
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(SimulatorError);
    expect(error).toMatchObject({ code: 'wait-timeout', status: 408 });
    expect(error.message).toContain('the manual clock stands at 2026-01-05T10:00:00.000+08:00');
    expect(error.details).toMatchObject({ matching: 0, instead: [] });
    // Whose test it was stands in the trace.
    expect(error.stack).toContain('simulator.test.ts');
  });

  it('lets a test decide what becomes of calls', async () => {
    const busy = await sim.rules.add({ match: { callee: '13800000001' }, outcome: { result: '9' } });
    expect(await sim.rules.list()).toEqual([busy]);
    await callOut(sim, '13800000001');
    await sim.clock.advance('10m');
    expect(await sim.calls()).toMatchObject([{ result: '9' }]);
    await sim.rules.remove(busy.id);
    await expect(sim.rules.remove(busy.id)).rejects.toMatchObject({ code: 'not-found' });
    await sim.rules.add({ outcome: { talkMs: 1000 } });
    await sim.rules.clear();
    expect(await sim.rules.list()).toEqual([]);
  });

  it('lets things go wrong', async () => {
    const fault = await sim.faults.add({ on: 'task/callout', code: 10_004, times: 1 });
    expect(await sim.faults.list()).toEqual([fault]);
    const call = { ...CALLOUT, call_list: [['19900005001', '张先生']] };
    expect(await sim.platform.call('task/callout', call)).toMatchObject({ code: 10_004 });
    expect(await sim.platform.call('task/callout', call)).toMatchObject({ code: 0 });
    await sim.faults.clear();
    await expect(sim.faults.remove(fault.id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('rejects what the control API refuses, with its words', async () => {
    const wrong = sim.rules.add({ outcome: {} });
    await expect(wrong).rejects.toThrow(SimulatorError);
    await expect(wrong).rejects.toMatchObject({ code: 'invalid-parameter', status: 400 });
    await expect(wrong).rejects.toThrow('at least one of result, ringMs, talkMs, tag, walk, sip and pushes');
  });

  it('takes calls that come in, and what their customers say', async () => {
    const { appId } = sim.app;
    const call = await sim.callIn({ robotId: '719', appId, caller: '13900000000', callRelationId: 'crm-1' });
    expect(call).toMatchObject({ direction: 'inbound', state: 'ringing', callRelationId: 'crm-1' });
    await sim.clock.advance('2s');
    expect(await sim.say(call.callUuid, '你好')).toMatchObject({ state: 'talking' });
    expect(await sim.hangUp(call.callUuid)).toMatchObject({ state: 'ended' });
    await expect(sim.hangUp(call.callUuid)).rejects.toMatchObject({ code: 'call-ended' });
  });

  it('sends pushes again, and files those that were lost', async () => {
    await sim.accounts.setUrls('167', [{ module: 'receiveDialog', url: 'http://127.0.0.1:1/' }]);
    await callOut(sim);
    await sim.clock.advance('10m');
    const [failed] = await sim.pushes({ state: 'failed' });
    expect(failed?.attempts).toHaveLength(4);
    expect(await sim.closePushFiles()).toMatchObject([{ businessId: '167', lines: 1 }]);
    expect(await sim.resend(failed?.id ?? '')).toMatchObject({ state: 'owed' });
    await sim.clock.advance('10m');
    expect(await sim.resendAll({ module: 'receiveDialog', failedOnly: true })).toBe(1);
  });

  it('changes what belongs to the enterprises', async () => {
    const { accounts } = sim;
    expect(await accounts.setApp('20180739', { enabled: false })).toMatchObject({ enabled: false });
    expect(await accounts.apps()).toContainEqual(
      expect.objectContaining({ appId: '20180739', enabled: false }),
    );
    expect(await accounts.setEnterprise('167', { balance: 3 })).toMatchObject({ balance: 3 });
    expect(await accounts.enterprises()).toContainEqual(expect.objectContaining({ balance: 3 }));
    expect(await accounts.setEndpoint('task/query', 'maintenance')).toEqual({
      name: 'task/query',
      state: 'maintenance',
    });
    expect(await accounts.endpoints()).toContainEqual({ name: 'task/query', state: 'maintenance' });
    const token = await sim.token();
    await accounts.expireToken(token);
    expect(await accounts.tokens()).toMatchObject([{ token, valid: false }]);
    expect(await accounts.urls('168')).toMatchObject([{ businessId: '168' }]);
  });

  it('goes back to where it began', async () => {
    await callOut(sim);
    await sim.clock.advance('10m');
    await sim.reset();
    expect(await Promise.all([sim.calls(), sim.pushes(), sim.requests()])).toEqual([[], [], []]);
    expect(sim.clock.now).toBe('2026-01-05T10:00:00.000+08:00');
    await sim.reset(9);
    expect(await sim.health()).toMatchObject({ seed: 9 });
  });
});

describe('the client of the platform', () => {
  it('fetches one token, and another one when it has expired', async () => {
    await using sim = await createSimulator({ listen: false, clock: 'manual' });
    await sim.platform.call('config/query', { type: 0 });
    await sim.platform.call('config/query', { type: 0 });
    expect(await sim.requests({ operation: 'token' })).toHaveLength(1);
    await sim.clock.advance('2h');
    expect(await sim.platform.call('config/query', { type: 0 })).toMatchObject({ code: 0 });
    expect(await sim.requests({ operation: 'token' })).toHaveLength(2);
  });

  it('keeps ids that a number cannot hold', async () => {
    await using sim = await createSimulator({ listen: false, clock: 'manual' });
    const id = await callOut(sim);
    expect(id).toMatch(/^\d{18}$/);
    await sim.clock.advance('10m');
    expect(await sim.calls({ taskDataId: id })).toHaveLength(1);
  });

  it('names the operations if there is none of the name', async () => {
    await using sim = await createSimulator({ listen: false });
    await expect(sim.platform.call('task/call')).rejects.toThrow('one of token, config/query, task/callout');
  });
});

describe('disposal', () => {
  it('aborts what is in flight and lists it', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => new Promise(() => {});
    const logged: string[] = [];
    const log = (message: string, cause: unknown) => logged.push(`${message}: ${cause}`);
    const sim = await createSimulator({ clock: 'manual', pushUrl: receiver.url, log });
    await callOut(sim);
    const advancing = sim.clock.advance('10m').catch((error) => error);
    const waiting = sim.waitFor('task').catch((error) => error);
    await receiver.until(() => receiver.got.length > 0);
    await sim[Symbol.asyncDispose]();
    expect(await advancing).toMatchObject({ code: 'closing' });
    expect(await waiting).toMatchObject({ code: 'closing' });
    expect(logged).toEqual([
      [
        'disposed with this under way, which was aborted: POST /_sim/clock/advance {"by":"10m"}',
        'POST /_sim/wait {"for":"task","where":{}}',
        `a push or pull to ${receiver.url}/${receiver.got[0]?.module}`,
      ].join('\n'),
    ]);
  });

  it('cuts off requests that are not answered yet', async () => {
    const sim = await createSimulator({ log: () => {} });
    const fault = await sim.faults.add({ on: 'token', network: 'timeout', times: 1 });
    const path = '/openapi/oauth/v1/token';
    const fetching = fetch(sim.url + path, { method: 'POST', body: '{}' }).then(
      () => 'answered',
      () => 'cut off',
    );
    await expect.poll(() => sim.faults.list(), { interval: 1 }).not.toContainEqual(fault);
    expect(await sim.close(0)).toEqual([`POST ${path}`]);
    expect(await fetching).toBe('cut off');
  });

  it('says nothing if nothing is in flight', async () => {
    const logged: unknown[] = [];
    {
      await using sim = await createSimulator({ clock: 'manual', log: (...line) => logged.push(line) });
      await callOut(sim);
      await sim.clock.advance('10m');
      await fetch(`${sim.url}/_sim/calls`);
    }
    expect(logged).toEqual([]);
  });

  it('ends its job of the midnights, also where that has not begun', async () => {
    const before = getTasks().size;
    const sim = await createSimulator();
    await expect.poll(() => getTasks().size, { interval: 1 }).toBe(before + 1);
    await sim.close();
    await (await createSimulator()).close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(getTasks().size).toBe(before);
  });

  it('closes once, however often it is asked', async () => {
    const sim = await createSimulator();
    await Promise.all([sim.close(), sim.close(0), sim[Symbol.asyncDispose]()]);
    await expect(fetch(`${sim.url}/_sim/livez`)).rejects.toThrow();
  });

  it('answers nothing any more once it is closed, and no reset opens it again', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-closed-'));
    const logged: unknown[] = [];
    const log = (_message: string, error: unknown) => void logged.push(error);
    const sim = await createSimulator({ listen: false, clock: 'manual', dataDir: folder.path, log });
    await callOut(sim);
    await sim.close();
    for (const asked of [sim.calls(), sim.tasks(), sim.pushes(), sim.reset(), sim.clock.advance('1h')]) {
      await expect(asked).rejects.toMatchObject({ status: 503 });
    }
    expect([sim.simulation.held(), logged]).toEqual([[], []]);
    await using again = await createSimulator({ listen: false, clock: 'manual', dataDir: folder.path });
    expect(await again.rows((await again.tasks({ type: 2 }))[0]?.taskId ?? '')).toHaveLength(1);
  });

  it('refuses a reset, and a snapshot, while it closes', async () => {
    const sim = await createSimulator({ listen: false, clock: 'manual' });
    const snapshot = await sim.snapshot();
    const closed = sim.close();
    await Promise.all(
      [sim.reset(), sim.restore(snapshot)].map((asked) =>
        expect(asked).rejects.toMatchObject({ status: 503 }),
      ),
    );
    // A leak would be thrown.
    await closed;
  });

  it('fails loudly if something is still open', async () => {
    const sim = await createSimulator({ listen: false, clock: 'manual', pushUrl: 'http://127.0.0.1:1' });
    await callOut(sim);
    await sim.clock.advance('10m');
    const [file] = await sim.closePushFiles();
    const reader = await sim.simulation.files.open(file?.path ?? '');
    const error = await sim.close().catch((thrown) => thrown);
    await reader?.close();
    expect(error).toBeInstanceOf(LeakError);
    expect(error.leaks).toEqual([`the failure file ${file?.path}, which is being read`]);
  });
});
