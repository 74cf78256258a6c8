import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlClient, callOut } from '../../support/control.ts';
import { type Json, startSimulator, type TestSimulator } from '../../support/simulator.ts';

let simulator: TestSimulator;
let control: ControlClient;

beforeEach(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator);
});

afterEach(() => simulator.stop());

const token = () => simulator.request('/openapi/oauth/v1/token', { method: 'POST', body: '{}' });

describe('a fault', () => {
  it('strikes an operation as often as it says', async () => {
    const { status, body } = await control.post('/faults', { on: 'token', code: 10004, times: 1 });
    expect([status, body]).toEqual([201, { id: '1', on: 'token', code: 10004, timesLeft: 1 }]);
    expect(await (await token()).json()).toMatchObject({ code: 10004 });
    expect(await (await token()).json()).toMatchObject({ code: 10005 });
    expect((await control.get('/faults')).body.items).toMatchObject([{ timesLeft: 0 }]);
  });

  it('on * strikes every operation and no push', async () => {
    await callOut(simulator, ['19900005001']);
    await control.post('/faults', { on: '*', httpStatus: 502 });
    expect((await token()).status).toBe(502);
    await control.post('/clock/advance', { until: 'idle' });
    expect((await control.get('/pushes?state=delivered')).body.items).toHaveLength(4);
  });

  it('on push lets attempts fail', async () => {
    await callOut(simulator, ['19900001020']);
    await control.post('/faults', { on: 'push', network: 'reset', times: 1 });
    await control.post('/clock/advance', { until: 'idle' });
    const errors = (await control.get('/pushes')).body.items.flatMap(({ attempts }: Json) =>
      attempts.map(({ error }: Json) => error),
    );
    expect(errors.filter((error: unknown) => error !== null)).toEqual(['ECONNRESET']);
  });

  it('can be removed, one by one or all', async () => {
    for (const code of [10004, 10005, 10020]) await control.post('/faults', { on: 'token', code });
    expect((await control.delete('/faults/3')).body).toEqual({ removed: 1 });
    expect(await (await token()).json()).toMatchObject({ code: 10005 });
    expect((await control.delete('/faults/3')).status).toBe(404);
    expect((await control.delete('/faults')).body).toEqual({ removed: 2 });
    expect((await control.get('/faults')).body.items).toEqual([]);
  });

  it.each([
    ['an operation that is none', { on: 'task/callouts', code: 10004 }],
    ['no effect', { on: 'token' }],
    ['a code of no table', { on: 'token', code: 4711 }],
    ['the code of success', { on: 'token', code: 0 }],
    ['a code for pushes', { on: 'push', code: 10004 }],
    ['a status that is none', { on: 'token', httpStatus: 99 }],
    ['a probability over 1', { on: 'token', code: 10004, probability: 1.5 }],
    ['an unknown network', { on: 'push', network: 'slow' }],
    ['a negative delay', { on: 'token', delayMs: -1 }],
    ['nothing to be on', { code: 10004 }],
  ])('with %s is refused', async (_, body) => {
    expect(await control.post('/faults', body)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid-parameter' } },
    });
    expect((await control.get('/faults')).body.items).toEqual([]);
  });
});
