import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../../src/simulator.ts';
import { send } from '../../conformance/platform-client.ts';
import { holdToContract } from '../../support/contract/hold.ts';
import { TestReceiver } from '../../support/receiver.ts';
import type { Json } from '../../support/simulator.ts';
import { dumpWithoutWall } from '../../support/stage.ts';

let sim: Simulator;

beforeEach(async () => {
  sim = await open();
});

afterEach(() => sim.close(0));

function open(options: SimulatorOptions = {}): Promise<Simulator> {
  return createSimulator({ listen: false, clock: 'manual', inspect: holdToContract, ...options });
}

async function control(method: string, path: string, body?: object, on = sim) {
  const init = { method, ...(body === undefined ? null : { body: JSON.stringify(body) }) };
  const response = await on.request(`/_sim${path}`, init);
  return { status: response.status, body: (await response.json()) as Json };
}

/** @returns the answer to its making */
async function make(wish: object = {}, on = sim): Promise<Json> {
  const { status, body } = await control('POST', '/universes', wish, on);
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

async function tokenOf({ appKey, appSecret }: Json, on = sim): Promise<string> {
  const body = { app_key: appKey, app_secret: appSecret };
  const { result } = await send(on, '/openapi/oauth/v1/token', { body });
  return String(result.token);
}

/** Calls one number in whatever universe the token is of. @returns the answer's code */
async function callOut(token: string, on = sim, number = '13800000001'): Promise<number> {
  const body = {
    robot_id: '719',
    line_num: '69101338',
    call_column: ['客户手机号码', '姓名'],
    call_list: [[number, '张先生']],
  };
  return (await send(on, '/openapi/outbound/v1/task/callout', { token, body })).code;
}

async function advance(id: string, target: object = { by: '10m' }, on = sim): Promise<void> {
  expect((await control('POST', `/universes/${id}/clock/advance`, target, on)).status).toBe(200);
}

async function items(path: string, on = sim): Promise<Json[]> {
  return (await control('GET', path, undefined, on)).body.items;
}

describe('POST /universes', () => {
  it('answers with what a client needs', async () => {
    expect(await make({ name: 'a' })).toEqual({
      id: expect.stringMatching(/^[1-9]\d{11}$/),
      name: 'a',
      businessId: expect.stringMatching(/^\d{15}$/),
      appId: expect.stringMatching(/^\d{15}$/),
      appKey: expect.stringMatching(/^[A-Za-z0-9+/]{48}$/),
      appSecret: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      seed: 1,
      clock: expect.objectContaining({ now: '2026-01-05T10:00:00.000+08:00', mode: 'manual' }),
      ttlMs: 600_000,
    });
  });

  it('draws everything from seed and name', async () => {
    const bytes = async (wish: object) => {
      await using server = await open({ seed: 99 });
      // Others beside it change nothing.
      await make({ seed: 3, name: 'other' }, server);
      const made = await make(wish, server);
      const token = await tokenOf(made, server);
      await callOut(token, server);
      await advance(made.id, { until: 'idle' }, server);
      const [call] = await items(`/universes/${made.id}/calls`, server);
      const { id, appKey, appSecret, businessId, appId } = made;
      return { id, appKey, appSecret, businessId, appId, token, uuid: call.callUuid };
    };
    const first = await bytes({ seed: 7, name: 'a' });
    expect(await bytes({ seed: 7, name: 'a' })).toEqual(first);
    for (const other of [await bytes({ seed: 8, name: 'a' }), await bytes({ seed: 7, name: 'b' })]) {
      for (const [key, value] of Object.entries(first)) expect(other).not.toMatchObject({ [key]: value });
    }
  });

  it('keeps its credentials over a reset, with another seed too', async () => {
    const made = await make({ name: 'a' });
    const before = await tokenOf(made);
    await control('POST', `/universes/${made.id}/reset`, { seed: 5 });
    const after = await tokenOf(made);
    expect(after.slice(0, 12)).toBe(before.slice(0, 12));
    expect(after).not.toBe(before);
    expect(await callOut(after)).toBe(0);
    expect(await callOut(before)).toBe(10_001);
  });

  it('refuses a name that is taken, and makes up others', async () => {
    await make({ name: 'universe-2' });
    expect(await control('POST', '/universes', { name: 'universe-2', seed: 5 })).toMatchObject({
      status: 409,
      body: { error: { code: 'name-taken', message: 'there is a universe "universe-2"' } },
    });
    expect([(await make()).name, (await make()).name]).toEqual(['universe-1', 'universe-3']);
  });

  it('keeps the name of one that is being made', async () => {
    const both = await Promise.all([1, 2].map(() => control('POST', '/universes', { name: 'a' })));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it.each([
    [{ name: '' }, 'name: found "", expected a text that is not empty'],
    [{ name: 'x'.repeat(101) }, 'at most 100 characters'],
    [{ seed: -1 }, 'seed: found -1, expected a whole number'],
    [{ clock: 'fast' }, 'clock: found "fast", expected real, manual or xN'],
    [{ startAt: 'now' }, 'startAt: found "now", expected an instant'],
    [{ ttl: '0s' }, 'ttl: found "0s", expected a duration'],
    [{ ttl: '2d' }, 'expected a duration of wall time from 1ms to 1d'],
    [{ fixtures: 'default' }, 'fixtures: found "default", expected fixtures'],
    [{ fixtures: { apps: [{ id: 1 }] } }, 'fixtures.apps[0].id: found 1, expected'],
    [
      { fixtures: { enterprises: [{ id: '1', name: 'x' }] } },
      'fixtures: found 0 apps, 1 enterprises, expected an app',
    ],
    [{ nmae: 'x' }, 'nmae: found an unknown key'],
  ])('refuses %j', async (wish, message) => {
    const { status, body } = await control('POST', '/universes', wish);
    expect([status, body.error.code]).toEqual([400, 'invalid-parameter']);
    expect(body.error.message).toContain(message);
    expect(await items('/universes')).toEqual([]);
  });

  it('takes clock, first instant and fixtures', async () => {
    const fixtures = {
      enterprises: [{ id: '1', name: '一' }],
      apps: [{ id: '2', businessId: '1', type: 2, appKey: 'k', appSecret: 's' }],
      lines: [{ lineNum: '3', businessId: '1', concurrents: 1 }],
      urls: [{ businessId: '1', appId: '2', module: 'receiveVoice', url: 'http://127.0.0.1:1/' }],
    };
    const wish = { clock: 'x60', startAt: '2027-01-01T00:00:00+08:00', fixtures };
    const made = await make(wish);
    expect(made.clock).toMatchObject({
      mode: 'scaled',
      speed: 60,
      now: expect.stringMatching(/^2027-01-01/),
    });
    expect(made.businessId).toBe(`${made.id}001`);
    expect(made.appId).toBe(`${made.id}002`);
    expect(await items(`/universes/${made.id}/urls`)).toMatchObject([
      { businessId: made.businessId, urls: [{ appId: made.appId }] },
    ]);
    const again = await make(wish);
    expect(again.businessId).not.toBe(made.businessId);
  });

  it('sends pushes where the server was told to send them', async () => {
    await using receiver = await TestReceiver.start();
    await using server = await open({ pushUrl: receiver.url });
    const made = await make({}, server);
    expect(await callOut(await tokenOf(made, server), server, '19900005001')).toBe(0);
    await advance(made.id, { by: '10m' }, server);
    expect(receiver.of('receiveDialog').map(({ body }) => body.business_id)).toEqual([made.businessId]);
  });

  it('takes less than 10 ms', async () => {
    const count = 50;
    // Of the processor: the wall counts what else the machine does.
    const before = process.cpuUsage();
    for (let i = 0; i < count; i++) await make();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000 / count).toBeLessThan(10);
  });

  it('makes 1,000 of them and no more', async () => {
    const made: Json[] = [];
    for (let i = 0; i < 1000; i++) made.push(await make());
    for (const key of ['id', 'name', 'businessId', 'appId', 'appKey', 'appSecret']) {
      expect(new Set(made.map((one) => one[key])).size, key).toBe(1000);
    }
    expect(await control('POST', '/universes')).toMatchObject({
      status: 409,
      body: { error: { code: 'too-many-universes' } },
    });
    await control('DELETE', `/universes/${made[0].id}`);
    await make();
  });
});

describe('a universe', () => {
  it('is listed until it is ended', async () => {
    const { appSecret: _, ...made } = await make({ name: 'a' });
    expect(await items('/universes')).toEqual([made]);
    expect(await control('GET', `/universes/${made.id}`)).toEqual({ status: 200, body: made });
    expect(await control('DELETE', `/universes/${made.id}`)).toEqual({ status: 200, body: { aborted: [] } });
    expect(await items('/universes')).toEqual([]);
    for (const path of ['', '/health']) {
      expect((await control('GET', `/universes/${made.id}${path}`)).body.error.code).toBe('not-found');
    }
    expect((await control('DELETE', `/universes/${made.id}`)).status).toBe(404);
  });

  it('is found by credentials and token; others fall to the default one', async () => {
    const one = await make({ name: 'one' });
    const two = await make({ name: 'two' });
    for (const made of [one, two, sim.app]) expect(await callOut(await tokenOf(made))).toBe(0);
    for (const path of [`/universes/${one.id}`, `/universes/${two.id}`, '']) {
      expect(await items(`${path}/requests`)).toMatchObject([
        { operation: 'token' },
        { operation: 'task/callout' },
      ]);
    }
    await send(sim, '/openapi/oauth/v1/token', { body: { app_key: one.appKey, app_secret: two.appSecret } });
    await send(sim, '/openapi/oauth/v1/token', { body: { app_key: 'nobody', app_secret: 'x' } });
    await callOut('0'.repeat(32));
    await callOut('');
    expect((await items(`/universes/${one.id}/requests`)).map(({ code }) => code)).toEqual([0, 0, 200_101]);
    expect(await items(`/universes/${two.id}/requests`)).toHaveLength(2);
    expect((await items('/requests')).slice(2).map(({ code }) => code)).toEqual([200_101, 10_001, 10_001]);
  });

  it('has task and row ids that no other has', async () => {
    const made = [await make({ name: 'one' }), await make({ name: 'two' })];
    const paths = ['', ...made.map(({ id }) => `/universes/${id}`)];
    for (const app of [sim.app, ...made]) await callOut(await tokenOf(app));
    const tasks = await Promise.all(
      paths.map(async (path) => (await items(`${path}/tasks?type=2`))[0]?.taskId),
    );
    const rows = await Promise.all(
      paths.map(async (path, i) => (await items(`${path}/tasks/${tasks[i]}/rows`))[0]?.taskDataId),
    );
    expect(new Set([...tasks, ...rows]).size).toBe(6);
  });

  it('is forgotten with its credentials when it ends', async () => {
    const [made] = [await make(), await make()];
    const token = await tokenOf(made);
    await control('DELETE', `/universes/${made.id}`);
    expect(await callOut(token)).toBe(10_001);
    const { code } = await send(sim, '/openapi/oauth/v1/token', {
      body: { app_key: made.appKey, app_secret: made.appSecret },
    });
    expect(code).toBe(200_101);
    expect(await items('/requests')).toHaveLength(2);
  });

  it('serves its recordings and failure files, by the number in their paths', async () => {
    const made = await make({ name: 'a' });
    await control('PUT', `/universes/${made.id}/urls`, {
      businessId: made.businessId,
      urls: [{ module: 'receiveVoice', url: 'http://127.0.0.1:1/' }],
    });
    await callOut(await tokenOf(made), sim, '19900005001');
    await advance(made.id);
    const [push] = await items(`/universes/${made.id}/pushes?module=receiveVoice`);
    expect(push.body.url).toMatch(new RegExp(`^ant/${made.businessId}/ivr/0/`));
    expect((await sim.request(`/voice/${push.body.url}`)).headers.get('content-type')).toBe('audio/wav');
    const { body } = await control('POST', `/universes/${made.id}/push-files/close`);
    const [{ path }] = body.files;
    expect(path).toMatch(new RegExp(`^${made.businessId}/`));
    const file = await sim.request(`/push_download/${path}`);
    expect([file.status, (await file.bytes()).length > 0]).toEqual([200, true]);
    await control('DELETE', `/universes/${made.id}`);
    expect((await sim.request(`/voice/${push.body.url}`)).status).toBe(404);
    expect((await sim.request(`/push_download/${path}`)).status).toBe(404);
  });

  it('is found for SIP by its business id, and by the end of a user', async () => {
    const made = await make({ name: 'a' });
    const { scope } = sim.scope.server.universes.require(made.id);
    expect(scope.simulation.fixtures.sipAccounts.map(({ user }) => user)).toContain(`1007-${made.id}`);
    expect(sim.findUniverse({ sipUser: `1007-${made.id}` })).toBe(scope);
    expect(sim.findUniverse({ businessId: made.businessId })).toBe(scope);
    expect(sim.findUniverse({ sipUser: '1007' })).toBe(sim.scope);
    expect(sim.findUniverse({ businessId: '167' })).toBe(sim.scope);
    expect(sim.findUniverse({ businessId: null })).toBe(sim.scope);
  });

  it('has a receiver, rules, faults, a clock and a reset of its own', async () => {
    const one = await make({ name: 'one' });
    const two = await make({ name: 'two' });
    const path = `/universes/${one.id}`;
    await control('POST', `${path}/rules`, { outcome: { result: '9' } });
    await control('POST', `${path}/faults`, { on: 'task/query', code: 10_004 });
    await callOut(await tokenOf(one), sim, '19900005001');
    await advance(one.id);
    expect(await items(`${path}/receiver`)).not.toEqual([]);
    for (const other of [`/universes/${two.id}`, '']) {
      for (const list of ['/receiver', '/rules', '/faults', '/pushes', '/calls', '/requests']) {
        expect(await items(other + list), other + list).toEqual([]);
      }
      expect((await control('GET', `${other}/clock`)).body.now).toBe('2026-01-05T10:00:00.000+08:00');
    }
    await control('POST', `${path}/reset`);
    for (const list of ['/receiver', '/rules', '/faults', '/calls', '/requests']) {
      expect(await items(path + list)).toEqual([]);
    }
  });

  it('has all of the control API but what stands once', async () => {
    const { id } = await make();
    for (const path of [
      '/livez',
      '/readyz',
      '/health',
      '/clock',
      '/requests',
      '/tokens',
      '/apps',
      '/enterprises',
    ]) {
      expect((await control('GET', `/universes/${id}${path}`)).status, path).toBe(200);
    }
    expect((await control('GET', `/universes/${id}/universes`)).status).toBe(404);
    expect(
      await control('PUT', `/universes/${id}/endpoints/task%2Fquery`, { state: 'maintenance' }),
    ).toMatchObject({
      body: { name: 'task/query' },
    });
    const waited = await control('POST', `/universes/${id}/wait`, { for: 'call', timeout: '1ms' });
    expect(waited.body.error.code).toBe('wait-timeout');
  });

  it('asks for the admin token as everything else does', async () => {
    await using server = await open({ adminToken: 'secret' });
    const { id } = await server.universes.create();
    expect((await server.request(`/_sim/universes/${id}/health`)).status).toBe(401);
    expect((await server.request(`/_sim/universes/${id}/livez`)).status).toBe(200);
  });
});

describe('a universe ends', () => {
  const MINUTE = 60_000;

  // Ten minutes of the wall are not waited for.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  const isThere = async (id: string) => (await items('/universes')).some((one) => one.id === id);

  it('when nobody has asked anything of it for ten minutes', async () => {
    const { id } = await make({ name: 'a' });
    vi.advanceTimersByTime(10 * MINUTE - 1);
    expect(await isThere(id)).toBe(true);
    vi.advanceTimersByTime(1);
    expect(await isThere(id)).toBe(false);
    await vi.waitUntil(() => sim.scope.server.universes.held().length === 0);
    // Its name is free again.
    await make({ name: 'a' });
  });

  it('after a time of its own', async () => {
    const [brief, long] = [await make({ ttl: '30s' }), await make({ ttl: '1d' })];
    vi.advanceTimersByTime(MINUTE);
    expect([await isThere(brief.id), await isThere(long.id)]).toEqual([false, true]);
  });

  it.each([
    ['a platform request', async (made: Json) => void (await tokenOf(made))],
    ['its control API', async (made: Json) => void (await items(`/universes/${made.id}/calls`))],
    [
      'a recording',
      async (made: Json) => void (await sim.request(`/voice/${anyRecording(made.businessId)}`)),
    ],
    ['a phone', async (made: Json) => void sim.findUniverse({ sipUser: `1007-${made.id}` })],
  ])('later if it was asked for: %s', async (_, ask) => {
    const [asked, other] = [await make(), await make()];
    vi.advanceTimersByTime(6 * MINUTE);
    await ask(asked);
    vi.advanceTimersByTime(6 * MINUTE);
    expect([await isThere(asked.id), await isThere(other.id)]).toEqual([true, false]);
    vi.advanceTimersByTime(4 * MINUTE);
    expect(await isThere(asked.id)).toBe(false);
  });

  it('not while something waits in it', async () => {
    const { id } = await make({ ttl: '1m' });
    const waiting = control('POST', `/universes/${id}/wait`, { for: 'call', timeout: '10m' });
    // A wait has begun once it has set its timer beside the universe's.
    await vi.waitUntil(() => vi.getTimerCount() === 2);
    vi.advanceTimersByTime(9 * MINUTE);
    expect(await isThere(id)).toBe(true);
    vi.advanceTimersByTime(MINUTE);
    expect((await waiting).body.error.code).toBe('wait-timeout');
    expect(await isThere(id)).toBe(true);
    vi.advanceTimersByTime(MINUTE);
    expect(await isThere(id)).toBe(false);
  });
});

function anyRecording(businessId: string): string {
  return `ant/${businessId}/ivr/0/2026/01/05/0/12345678-00000000-0000-4000-8000-000000000000.wav`;
}

describe('a universe that is ended', () => {
  it('ends at once: what waits in it is over, what is under way is aborted', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => new Promise(() => {});
    await using server = await open({ pushUrl: receiver.url });
    const made = await make({}, server);
    await callOut(await tokenOf(made, server), server, '19900005001');
    const path = `/universes/${made.id}`;
    const waiting = control('POST', `${path}/wait`, { for: 'task' }, server);
    const advancing = control('POST', `${path}/clock/advance`, { by: '10m' }, server);
    await receiver.until(() => receiver.got.length > 0);
    const { body } = await control('DELETE', path, undefined, server);
    const [got] = receiver.got;
    expect(body).toEqual({ aborted: [`a push or pull to ${receiver.url}/${got?.module}`] });
    for (const { status, body } of [await waiting, await advancing]) {
      expect([status, body.error.code]).toEqual([503, 'closing']);
    }
    expect(await server.close(0)).toEqual([]);
  });
});

describe('200 universes at once', () => {
  interface Played {
    readonly token: string;
    readonly nowMs: number;
    readonly dump: string;
  }

  /** A campaign in a universe; its number says when it begins, how long it is and how time goes on. */
  async function play(on: Simulator, number: number): Promise<Played> {
    const startAt = Date.UTC(2026, 0, 5, 2) + number * 60_000;
    const made = await make({ name: `u${number}`, seed: 3, startAt }, on);
    const token = await tokenOf(made, on);
    for (let row = 0; row <= number % 5; row++) {
      expect(await callOut(token, on, String(13_800_000_000 + number * 10 + row))).toBe(0);
    }
    await advance(made.id, { by: `${1 + (number % 7)}m` }, on);
    await advance(made.id, { until: 'idle' }, on);
    const { simulation } = on.scope.server.universes.require(made.id).scope;
    return { token, nowMs: simulation.clock.target, dump: dumpWithoutWall(simulation.dump()) };
  }

  it('go each their own way, as each would alone', async () => {
    const played = await Promise.all(Array.from({ length: 200 }, (_, number) => play(sim, number)));
    for (const key of ['token', 'nowMs', 'dump'] as const) {
      expect(new Set(played.map((one) => one[key])).size, key).toBe(200);
    }
    expect([await items('/calls'), await items('/requests')]).toEqual([[], []]);
    for (const number of [0, 99, 199]) {
      await using alone = await open();
      expect(await play(alone, number)).toEqual(played[number]);
    }
  });
});
