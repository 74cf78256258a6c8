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

async function resultsOf(numbers: readonly string[]): Promise<Record<string, string>> {
  await callOut(simulator, numbers);
  await control.post('/clock/advance', { until: 'idle' });
  const { items } = (await control.get('/calls')).body;
  return Object.fromEntries(items.map(({ callee, result }: Json) => [callee, result]));
}

describe('an outcome rule', () => {
  it('decides what becomes of the calls that match', async () => {
    const { status, body } = await control.post('/rules', {
      match: { callee: '19900000001' },
      outcome: { result: '6' },
    });
    expect([status, body]).toEqual([
      201,
      { id: '1', match: { callee: '19900000001' }, outcome: { result: '6' }, timesLeft: null },
    ]);
    expect(await resultsOf(['19900000001', '19900000002'])).toEqual({
      '19900000001': '6',
      '19900000002': '0',
    });
  });

  it('takes its result as a number too, and shows it as a text', async () => {
    const { body } = await control.post('/rules', { outcome: { result: -1 } });
    expect(body.outcome).toEqual({ result: '-1' });
  });

  it('wins over those added before it, and is used up after its times', async () => {
    await control.post('/rules', { outcome: { result: 5 } });
    await control.post('/rules', { outcome: { result: 9 }, times: 1 });
    expect(await resultsOf(['19900000001', '19900000002'])).toEqual({
      '19900000001': '9',
      '19900000002': '5',
    });
    expect((await control.get('/rules')).body.items.map(({ timesLeft }: Json) => timesLeft)).toEqual([
      null,
      0,
    ]);
  });

  it('sets ring time, talk time, tag and walk', async () => {
    const outcome = { result: '0', ringMs: 7000, tag: 'A', walk: ['肯定', '今天还款'] };
    await control.post('/rules', { outcome });
    await callOut(simulator, ['19912345678']);
    await control.post('/clock/advance', { until: 'idle' });
    const [call] = (await control.get('/calls')).body.items;
    expect(call.answerAtMs - call.dialAtMs).toBe(7000);
    const hits = call.timeline.map(({ hit }: Json) => hit).filter((hit: unknown) => hit);
    expect(hits.slice(0, 2)).toEqual(['肯定', '今天还款']);
    const [push] = (await control.get('/pushes?module=receiveDialog')).body.items;
    expect(push.body.tag_max).toBe('A');
    await control.post('/rules', { outcome: { result: 0, talkMs: 12_345 } });
    await callOut(simulator, ['19912345679']);
    await control.post('/clock/advance', { until: 'idle' });
    const [timed] = (await control.get('/calls?callee=19912345679')).body.items;
    expect(timed.hangupAtMs - timed.answerAtMs).toBe(12_345);
  });

  it('matches by task, robot, line and recall rounds', async () => {
    const pool = (await control.get('/tasks?type=2&appId=20180739')).body.items[0].taskId;
    const match = { taskId: pool, robotId: '719', lineNum: '69101338', tries: 0 };
    await control.post('/rules', { match, outcome: { result: 4 } });
    await control.post('/rules', { match: { ...match, tries: 1 }, outcome: { result: 5 } });
    await control.post('/rules', { match: { ...match, lineNum: '1' }, outcome: { result: 6 } });
    expect(await resultsOf(['19900000001'])).toEqual({ '19900000001': '4' });
  });

  it('can be removed, one by one or all', async () => {
    for (const result of [2, 3, 4]) await control.post('/rules', { outcome: { result } });
    expect((await control.delete('/rules/2')).body).toEqual({ removed: 1 });
    expect((await control.get('/rules')).body.items.map(({ id }: Json) => id)).toEqual(['1', '3']);
    expect(await control.delete('/rules/2')).toMatchObject({
      status: 404,
      body: { error: { code: 'not-found' } },
    });
    expect((await control.delete('/rules/x')).status).toBe(404);
    expect((await control.delete('/rules')).body).toEqual({ removed: 2 });
    expect((await control.get('/rules')).body.items).toEqual([]);
  });

  it.each([
    ['no outcome', {}],
    ['an empty outcome', { outcome: {} }],
    ['a result of no table', { outcome: { result: '1' } }],
    ['a result that is no number', { outcome: { result: 'busy' } }],
    ['a tag of no table', { outcome: { tag: 'G' } }],
    ['no times', { outcome: { result: 0 }, times: 0 }],
    ['an unknown match', { match: { number: '1' }, outcome: { result: 0 } }],
    ['an empty walk', { outcome: { walk: [] } }],
    ['an inexact id', { match: { taskId: 2 ** 60 }, outcome: { result: 0 } }],
  ])('with %s is refused', async (_, body) => {
    expect(await control.post('/rules', body)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid-parameter' } },
    });
    expect((await control.get('/rules')).body.items).toEqual([]);
  });
});
