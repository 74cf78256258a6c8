import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlClient, callOut } from '../../support/control.ts';
import { startSimulator, type TestSimulator } from '../../support/simulator.ts';

let simulator: TestSimulator;
let control: ControlClient;

beforeEach(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator);
});

afterEach(() => simulator.stop());

describe('GET /requests', () => {
  it('shows each call of the platform, its secrets masked', async () => {
    await callOut(simulator, ['19900005001']);
    const { items, next, dropped } = (await control.get('/requests')).body;
    expect([next, dropped]).toEqual([null, 0]);
    expect(items).toMatchObject([
      { id: '1', operation: 'token', appId: '20180739', code: 0, findings: [] },
      {
        id: '2',
        at: '2026-01-05T10:00:00.000+08:00',
        atMs: 1_767_578_400_000,
        operation: 'task/callout',
        code: 0,
      },
    ]);
    expect(items[0].body).toContain('"app_secret":"***"');
    expect(items[1].body).toContain('19900005001');
    expect(items[1].tookMs).toBeGreaterThan(0);
  });

  it('says why a call was refused', async () => {
    await simulator.post('/openapi/oauth/v1/token', { app_key: 'x', app_secret: 'y' });
    const { items } = (await control.get('/requests')).body;
    expect(items).toMatchObject([
      { code: 200101, appId: null, refusal: expect.stringContaining('app_key'), findings: [] },
    ]);
  });

  it('is found by operation, app and code', async () => {
    await callOut(simulator, ['19900005001']);
    await simulator.post('/openapi/oauth/v1/token', { app_key: 'x', app_secret: 'y' });
    const ids = async (query: string) =>
      (await control.get(`/requests?${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await ids('operation=token')).toEqual(['1', '3']);
    expect(await ids('operation=token&code=0')).toEqual(['1']);
    expect(await ids('code=200101')).toEqual(['3']);
    expect(await ids('appId=20180739')).toEqual(['1', '2']);
    expect(await ids('appId=1')).toEqual([]);
  });

  it('comes in pages', async () => {
    for (let i = 0; i < 5; i++) await simulator.post('/openapi/oauth/v1/token', {});
    const first = (await control.get('/requests?limit=2')).body;
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual(['1', '2']);
    const rest = (await control.get(`/requests?after=${first.next}`)).body;
    expect(rest.items.map(({ id }: { id: string }) => id)).toEqual(['3', '4', '5']);
    expect(rest.next).toBeNull();
  });
});
