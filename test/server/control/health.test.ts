import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createControlApp } from '../../../src/server/control/control.ts';
import { ControlClient, callIn, callOut } from '../../support/control.ts';
import { startSimulator, type TestSimulator } from '../../support/simulator.ts';

let simulator: TestSimulator;
let control: ControlClient;

beforeEach(async () => {
  simulator = await startSimulator({ seed: 7, listen: true });
  control = new ControlClient(simulator);
});

afterEach(() => simulator.stop());

describe('livez', () => {
  it('answers with the version', async () => {
    const { status, body } = await control.get('/livez');
    expect([status, body]).toEqual([
      200,
      { status: 'alive', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
    ]);
  });
});

describe('readyz', () => {
  it('answers 200 once it is ready', async () => {
    expect(await control.get('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
  });

  it('answers 503 as long as the server has something to wait for, and says what', async () => {
    let missing: string | null = 'SIP does not listen yet';
    const { scope } = simulator.sim;
    const server = { ...scope.server, notReady: () => missing };
    const app = createControlApp({ scope: { ...scope, server }, adminToken: null });
    const waiting = await app.request('/readyz');
    expect(waiting.status).toBe(503);
    expect(await waiting.json()).toEqual({ error: { code: 'not-ready', message: missing, details: {} } });
    expect(await (await app.request('/health')).json()).toMatchObject({ status: 'not-ready', why: missing });
    missing = null;
    expect((await app.request('/readyz')).status).toBe(200);
  });

  it.each([
    ['the clock has stopped at a bug', 'fault', new Error('bug')],
    ['the store takes no writes', 'isWriting', false],
  ])('answers 503 if %s', async (_, property, value) => {
    Object.defineProperty(simulator.simulation, property, { get: () => value });
    expect(await control.get('/readyz')).toMatchObject({
      status: 503,
      body: { error: { code: 'not-ready' } },
    });
    expect((await control.get('/livez')).status).toBe(200);
  });
});

describe('health', () => {
  it('tells state, version, clock, seed and counts', async () => {
    await callOut(simulator, ['19900005001']);
    await callIn(control);
    await control.post('/rules', { outcome: { result: 0 } });
    const { body } = await control.get('/health');
    expect(body).toMatchObject({
      status: 'ready',
      why: null,
      version: expect.any(String),
      clock: { now: '2026-01-05T10:00:00.000+08:00', mode: 'manual', status: 'ready' },
      seed: 7,
      ports: { http: Number(new URL(simulator.url).port), tls: null, sip: null },
      counts: { tasks: 5, liveCalls: 1, owed: 0, rules: 1, faults: 0, requests: 2, received: 0 },
    });
  });
});
