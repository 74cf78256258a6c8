import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlClient, callOut } from '../../support/control.ts';
import { startSimulator, type TestSimulator } from '../../support/simulator.ts';

let simulator: TestSimulator;
let control: ControlClient;

beforeEach(async () => {
  simulator = await startSimulator({ seed: 7 });
  control = new ControlClient(simulator);
});

afterEach(() => simulator.stop());

describe('POST /reset', () => {
  it('leaves the state that stood at the start', async () => {
    const before = simulator.simulation.dump();
    await callOut(simulator, ['19900005001', '19900001020']);
    await control.post('/clock/advance', { until: 'idle' });
    await control.put('/endpoints/task/start', { state: 'disabled' });
    await control.post('/apps/20180739', { enabled: false });
    expect(simulator.simulation.dump()).not.toBe(before);
    expect(await control.post('/reset')).toMatchObject({ status: 200, body: { seed: 7 } });
    expect(simulator.simulation.dump()).toBe(before);
  });

  it('empties the journals and puts the clock back', async () => {
    await callOut(simulator, ['19900005001']);
    await control.post('/clock/advance', { until: 'idle' });
    expect((await control.get('/requests')).body.items).not.toEqual([]);
    expect((await control.get('/receiver')).body.items).not.toEqual([]);
    const { body } = await control.post('/reset');
    expect(body.clock).toMatchObject({ now: '2026-01-05T10:00:00.000+08:00', mode: 'manual' });
    for (const list of ['requests', 'receiver', 'pushes', 'calls', 'rules', 'faults', 'tokens']) {
      expect((await control.get(`/${list}`)).body).toEqual({ items: [], next: null, dropped: 0 });
    }
  });

  it('begins every draw anew: the same requests give the same bytes', async () => {
    const run = async () => {
      await callOut(simulator, ['19912345678', '19912345679', '19912345680']);
      await control.post('/clock/advance', { until: 'idle' });
      const { items } = (await control.get('/pushes')).body;
      return items.map(({ body }: { body: unknown }) => body);
    };
    const first = await run();
    await control.post('/reset');
    expect(await run()).toEqual(first);
    await control.post('/reset', { seed: 8 });
    expect(await run()).not.toEqual(first);
  });

  it('takes another seed, and without one goes back to that of the start', async () => {
    expect((await control.post('/reset', { seed: 99 })).body.seed).toBe(99);
    expect((await control.get('/health')).body.seed).toBe(99);
    expect((await control.post('/reset')).body.seed).toBe(7);
  });

  it.each([-1, 1.5, 'x', 2 ** 53])('refuses the seed %j', async (seed) => {
    expect((await control.post('/reset', { seed })).status).toBe(400);
  });

  it('takes no longer than 20 ms in memory, once warm', async () => {
    await control.post('/reset');
    const took = [];
    for (let i = 0; i < 5; i++) {
      const startedAt = performance.now();
      await control.post('/reset');
      took.push(performance.now() - startedAt);
    }
    expect(Math.min(...took)).toBeLessThan(20);
  });
});
