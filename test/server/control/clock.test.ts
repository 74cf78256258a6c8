import { afterEach, describe, expect, it } from 'vitest';
import { ControlClient, callIn, callOut } from '../../support/control.ts';
import { TestReceiver } from '../../support/receiver.ts';
import { startSimulator, type TestSimulator } from '../../support/simulator.ts';

const TEN_MS = 1_767_578_400_000;

let simulator: TestSimulator;
let control: ControlClient;

async function start(options: Parameters<typeof startSimulator>[0] = {}): Promise<void> {
  simulator = await startSimulator(options);
  control = new ControlClient(simulator);
}

afterEach(() => simulator.stop());

describe('GET /clock', () => {
  it('tells the time in Shanghai, and how it runs', async () => {
    await start();
    expect((await control.get('/clock')).body).toEqual({
      now: '2026-01-05T10:00:00.000+08:00',
      nowMs: TEN_MS,
      mode: 'manual',
      speed: 1,
      status: 'ready',
    });
  });
});

describe('PUT /clock', () => {
  it.each([
    [{ mode: 'real' }, { mode: 'real', speed: 1 }],
    [{ mode: 'manual' }, { mode: 'manual', speed: 1 }],
    [{ mode: 'x60' }, { mode: 'scaled', speed: 60 }],
    [{ mode: 'x0.5' }, { mode: 'scaled', speed: 0.5 }],
    [
      { mode: 'scaled', speed: 10 },
      { mode: 'scaled', speed: 10 },
    ],
    [
      { mode: 'x10', speed: 10 },
      { mode: 'scaled', speed: 10 },
    ],
    [{ speed: 7 }, { mode: 'scaled', speed: 7 }],
    [{}, { mode: 'manual', speed: 1 }],
  ])('takes %j', async (change, expected) => {
    await start();
    expect(await control.put('/clock', change)).toMatchObject({ status: 200, body: expected });
    expect(simulator.simulation.clock).toMatchObject(expected);
  });

  it.each([
    { mode: 'fast' },
    { mode: 'x' },
    { mode: 'x0' },
    { mode: 'x1000000' },
    { mode: 'scaled' },
    { mode: 'real', speed: 2 },
    { mode: 'x10', speed: 11 },
    { speed: 0 },
    { speed: -1 },
    { speed: '60' },
    { now: '2026-01-06T00:00:00+08:00' },
  ])('refuses %j and changes nothing', async (change) => {
    await start();
    expect(await control.put('/clock', change)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid-parameter' } },
    });
    expect(simulator.simulation.clock).toMatchObject({ mode: 'manual', speed: 1 });
  });

  it('keeps the speed of a scaled clock that stays scaled', async () => {
    await start({ clock: 'x30' });
    expect((await control.put('/clock', { mode: 'scaled' })).body.speed).toBe(30);
  });

  it('lets a clock that runs stand still, where it stands', async () => {
    await start({ clock: 'x1000' });
    const { nowMs } = (await control.put('/clock', { mode: 'manual' })).body;
    expect((await control.get('/clock')).body.nowMs).toBe(nowMs);
  });
});

describe('POST /clock/advance', () => {
  it.each([
    ['0s', 0],
    ['250ms', 250],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1.5s', 1500],
  ])('by %s moves the clock by %i ms', async (by, ms) => {
    await start();
    const { body } = await control.post('/clock/advance', { by });
    expect(body).toMatchObject({
      from: '2026-01-05T10:00:00.000+08:00',
      fromMs: TEN_MS,
      toMs: TEN_MS + ms,
      pushes: 0,
    });
    expect((await control.get('/clock')).body.nowMs).toBe(TEN_MS + ms);
  });

  it.each([
    ['2026-01-05T10:00:30+08:00', TEN_MS + 30_000],
    ['2026-01-05T02:00:30Z', TEN_MS + 30_000],
    ['2026-01-05T10:00:30', TEN_MS + 30_000],
    [TEN_MS + 5, TEN_MS + 5],
    [TEN_MS, TEN_MS],
  ])('to %s moves it there', async (to, expected) => {
    await start();
    expect((await control.post('/clock/advance', { to })).body.toMs).toBe(expected);
  });

  it.each([
    {},
    { by: '1s', to: TEN_MS + 1 },
    { by: '' },
    { by: '10' },
    { by: '-1s' },
    { by: '1m1h' },
    { by: 600 },
    { to: TEN_MS - 1 },
    { to: 'tomorrow' },
    { by: '99999999d' },
    { until: 'tired' },
    { until: 'idle', overlap: 'yes' },
  ])('refuses %j', async (request) => {
    await start();
    const { status, body } = await control.post('/clock/advance', request);
    expect([status, body.error.code]).toEqual([400, 'invalid-parameter']);
    expect((await control.get('/clock')).body.nowMs).toBe(TEN_MS);
  });

  it('answers when all that was due has settled, and counts it', async () => {
    await start();
    await callOut(simulator, ['19900005001']);
    const { body } = await control.post('/clock/advance', { by: '1m' });
    expect(body.pushes).toBe(4);
    expect(body.events).toBeGreaterThan(3);
    expect((await control.get('/receiver')).body.items).toHaveLength(4);
  });

  it('lets nothing happen on a manual clock before it, not even what is due now', async () => {
    await start();
    await callOut(simulator, ['19900005001']);
    expect((await control.get('/calls')).body.items).toEqual([]);
    await control.post('/clock/advance', { by: '0s' });
    expect((await control.get('/calls')).body.items).toHaveLength(1);
  });

  it('until idle stops with the last thing that happens', async () => {
    await start();
    await callOut(simulator, ['19900005001', '19900001020']);
    const { body } = await control.post('/clock/advance', { until: 'idle' });
    const pushes = (await control.get('/pushes')).body.items;
    expect(pushes).toHaveLength(6);
    expect(body.toMs).toBe(Math.max(...pushes.map((push: { dueAtMs: number }) => push.dueAtMs)));
  });

  it('until idle meets its bound where something keeps scheduling, and says what', async () => {
    await start();
    // A task whose only line is open at hours that never come within its range keeps waiting for them.
    await simulator.simulation.execute((world) => {
      const task = world.task(129);
      if (task === null) throw new Error('the fixtures have no task 129');
      world.touchTask({
        ...task,
        id: 130,
        lineNums: ['055169101407'],
        timeRange: ['19:00:00-20:00:00'],
        status: 6,
      });
    });
    const { status, body } = await control.post('/clock/advance', { until: 'idle' });
    expect([status, body.error.code]).toEqual([422, 'not-idle']);
    expect(body.error.details.pending).toEqual(['task 130 in status 6']);
    // The last thing that happened was the midnight before the bound.
    expect(body.error.details.to).toBe('2027-01-06T00:00:00.000+08:00');
  });

  it('works on a clock that runs: it is ahead from then on', async () => {
    await start({ clock: 'real' });
    const before = (await control.get('/clock')).body.nowMs;
    const { body } = await control.post('/clock/advance', { by: '1h' });
    expect(body.toMs).toBeGreaterThanOrEqual(before + 3_600_000);
    expect((await control.get('/clock')).body.nowMs).toBeGreaterThanOrEqual(body.toMs);
  });
});

describe('an advance under way', () => {
  it('makes every other change of the clock wait: 409, also from within a receiver', async () => {
    const receiver = await TestReceiver.start();
    await start({ pushUrl: receiver.url });
    const met: unknown[] = [];
    receiver.answer = async () => {
      met.push((await control.get('/clock')).body.status);
      for (const [method, path, body] of [
        ['POST', '/clock/advance', '{"by":"1s"}'],
        ['PUT', '/clock', '{"mode":"real"}'],
      ] as const) {
        const answer = await control.send(method, path, { body });
        met.push(answer.status, answer.body.error.code);
      }
      return 'success';
    };
    await callIn(control);
    const { status } = await control.post('/clock/advance', { until: 'idle' });
    expect(status).toBe(200);
    expect(met.slice(0, 5)).toEqual(['advancing', 409, 'clock-busy', 409, 'clock-busy']);
    expect((await control.get('/clock')).body.status).toBe('ready');
    await receiver.stop();
  });

  it('ends with 409 if a reset overtakes it', async () => {
    const receiver = await TestReceiver.start();
    await start({ pushUrl: receiver.url });
    const open: (() => void)[] = [];
    const asked = new Promise<void>((resolve) => {
      receiver.answer = () => {
        resolve();
        return new Promise((answer) => open.push(() => answer('success')));
      };
    });
    await callIn(control);
    const advancing = control.post('/clock/advance', { until: 'idle' });
    await asked;
    expect((await control.post('/reset')).body.clock).toMatchObject({ nowMs: TEN_MS, status: 'ready' });
    for (const answer of open) answer();
    expect(await advancing).toMatchObject({ status: 409, body: { error: { code: 'clock-reset' } } });
    expect((await control.post('/clock/advance', { by: '1s' })).body.toMs).toBe(TEN_MS + 1000);
    await receiver.stop();
  });
});
