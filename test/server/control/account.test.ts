import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { APPS, PlatformClient } from '../../conformance/platform-client.ts';
import { ControlClient, callOut } from '../../support/control.ts';
import { type Json, startSimulator, type TestSimulator } from '../../support/simulator.ts';

let simulator: TestSimulator;
let control: ControlClient;
let client: PlatformClient;

beforeEach(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator);
  client = await PlatformClient.open(simulator.app, APPS.full);
});

afterEach(() => simulator.stop());

describe('endpoints', () => {
  it.each([
    ['maintenance', 10020],
    ['disabled', 10021],
    ['open', 0],
  ])('in state %s answer %i', async (state, code) => {
    expect((await control.put('/endpoints/config%2Fquery', { state })).body).toEqual({
      name: 'config/query',
      state,
    });
    expect((await client.call('config', { type: 0 })).code).toBe(code);
    const states = (await control.get('/endpoints')).body.items;
    expect(states).toContainEqual({ name: 'config/query', state });
    expect(states).toHaveLength(10);
  });

  it('may be named without escapes', async () => {
    expect((await control.put('/endpoints/push/failed', { state: 'disabled' })).status).toBe(200);
    expect((await client.call('failed')).code).toBe(10021);
  });

  it('that are none answer 404, states that are none 400', async () => {
    expect((await control.put('/endpoints/task%2Fcallouts', { state: 'open' })).status).toBe(404);
    expect((await control.put('/endpoints/token', { state: 'shut' })).status).toBe(400);
  });
});

describe('tokens', () => {
  it('are shown with their end', async () => {
    expect((await control.get('/tokens')).body.items).toEqual([
      {
        token: client.token,
        appId: '20180739',
        expiresAt: '2026-01-05T11:00:00.000+08:00',
        expiresAtMs: 1_767_582_000_000,
        valid: true,
      },
    ]);
  });

  it('can be ended', async () => {
    expect((await control.post(`/tokens/${client.token}/expire`)).body).toEqual({
      token: client.token,
      valid: false,
    });
    expect((await client.call('query')).code).toBe(10001);
    expect((await control.get('/tokens')).body.items).toMatchObject([{ valid: false }]);
    expect((await control.post('/tokens/x/expire')).status).toBe(404);
  });

  it('that were used before are over at once, too', async () => {
    expect((await client.call('query')).code).toBe(0);
    await control.post(`/tokens/${client.token}/expire`);
    expect((await client.call('query')).code).toBe(10001);
    const next = await PlatformClient.open(simulator.app, APPS.full);
    expect(next.token).not.toBe(client.token);
    expect((await next.call('query')).code).toBe(0);
  });

  it('come in pages', async () => {
    await PlatformClient.open(simulator.app, APPS.inbound);
    const first = (await control.get('/tokens?limit=1')).body;
    expect(first.items).toHaveLength(1);
    const second = (await control.get(`/tokens?limit=1&after=${first.next}`)).body;
    expect(second.items).toHaveLength(1);
    expect(second.items[0].token).not.toBe(first.items[0].token);
    expect(second.next).toBeNull();
  });
});

describe('apps', () => {
  it('are shown without their secrets', async () => {
    const { items } = (await control.get('/apps')).body;
    expect(items).toHaveLength(4);
    expect(items[0]).toEqual({ appId: '20180739', businessId: '167', type: 2, enabled: true });
  });

  it('can be disabled and enabled', async () => {
    expect((await control.post('/apps/20180739', { enabled: false })).body).toMatchObject({ enabled: false });
    expect((await client.call('query')).code).toBe(10003);
    await control.post('/apps/20180739', { enabled: true });
    expect((await client.call('query')).code).toBe(0);
  });

  it('that are none answer 404', async () => {
    expect((await control.post('/apps/1', { enabled: true })).status).toBe(404);
    expect((await control.post('/apps/20180739', {})).status).toBe(400);
  });
});

describe('enterprises', () => {
  it('can be disabled', async () => {
    const { body } = await control.post('/enterprises/167', { enabled: false });
    expect(body).toEqual({ businessId: '167', name: '演示企业', enabled: false, balance: null });
    expect((await client.call('query')).code).toBe(200201);
  });

  it('have a balance that can be set', async () => {
    await control.post('/enterprises/167', { balance: 0 });
    await expect(callOut(simulator, ['19900005001'])).rejects.toThrow('200209');
    await control.post('/enterprises/167', { balance: 5 });
    await callOut(simulator, ['19900005007']);
    await control.post('/clock/advance', { until: 'idle' });
    const { items } = (await control.get('/enterprises')).body;
    expect(items.find(({ businessId }: Json) => businessId === '167').balance).toBe(3);
  });

  it.each([{}, { balance: -1 }, { balance: 'many' }, { name: 'x' }])('refuse %j', async (change) => {
    expect((await control.post('/enterprises/167', change)).status).toBe(400);
    expect((await control.post('/enterprises/1', { enabled: true })).status).toBe(404);
  });
});

describe('urls', () => {
  it('are shown by enterprise', async () => {
    const { items } = (await control.get('/urls')).body;
    expect(items.map(({ businessId, urls }: Json) => [businessId, urls.length])).toEqual([
      ['167', 5],
      ['168', 3],
    ]);
    expect((await control.get('/urls?businessId=168')).body.items).toEqual([items[1]]);
  });

  it('can be replaced, and what was shown can be put back', async () => {
    const [before] = (await control.get('/urls')).body.items;
    const urls = [
      { module: 'receiveDialog', url: 'http://127.0.0.1:1/a', enabled: true },
      {
        module: 'receiveDialog',
        appId: '20180739',
        robotId: '719',
        url: '/_sim/receiver/special',
        enabled: true,
      },
    ];
    expect((await control.put('/urls', { businessId: '167', urls })).body).toEqual({
      businessId: '167',
      urls,
    });
    await callOut(simulator, ['19900005001']);
    await control.post('/clock/advance', { until: 'idle' });
    expect((await control.get('/receiver')).body.items.map(({ module }: Json) => module)).toEqual([
      'special',
    ]);
    expect((await control.put('/urls', before)).body).toEqual(before);
  });

  it.each([
    ['an enterprise that is none', { businessId: '1', urls: [] }],
    ['a module that is none', { businessId: '167', urls: [{ module: 'receiveMail', url: 'http://a/' }] }],
    ['an address that is none', { businessId: '167', urls: [{ module: 'receiveDialog', url: 'ftp://a/' }] }],
    [
      'an app of another enterprise',
      { businessId: '167', urls: [{ module: 'receiveDialog', appId: '20180742', url: 'http://a/' }] },
    ],
    [
      'a robot that is none',
      { businessId: '167', urls: [{ module: 'receiveDialog', robotId: '1', url: 'http://a/' }] },
    ],
    ['no list', { businessId: '167' }],
  ])('with %s are refused', async (_, body) => {
    const before = (await control.get('/urls')).body;
    expect((await control.put('/urls', body)).status).toBe(400);
    expect((await control.get('/urls')).body).toEqual(before);
  });
});
