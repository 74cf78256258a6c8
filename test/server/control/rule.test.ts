import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlClient, callIn, callOut } from '../../support/control.ts';
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

  it('names a phone, which is switched off where nobody has registered it', async () => {
    const { body } = await control.post('/rules', { outcome: { sip: '1007', ringMs: 9000 } });
    expect(body.outcome).toEqual({ sip: '1007', ringMs: 9000 });
    expect(await resultsOf(['19900000001'])).toEqual({ '19900000001': '4' });
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

  it('strikes some of the calls, the same ones for the same seed, and is used up by those alone', async () => {
    const numbers = Array.from({ length: 40 }, (_, i) => `199000000${String(i).padStart(2, '0')}`);
    const busy = async (rule: object) => {
      await control.post('/reset');
      await control.post('/rules', { outcome: { result: 5 }, ...rule });
      const results = await resultsOf(numbers);
      return numbers.filter((number) => results[number] === '5');
    };
    const some = await busy({ probability: 0.3 });
    expect(some.length).toBeGreaterThan(4);
    expect(some.length).toBeLessThan(20);
    expect(await busy({ probability: 0.3 })).toEqual(some);
    // Each call has its own draw: a rule that ends early strikes the first of the same ones.
    expect(await busy({ probability: 0.3, times: 3 })).toEqual(some.slice(0, 3));
    expect((await control.get('/rules')).body.items).toMatchObject([{ probability: 0.3, timesLeft: 0 }]);
    expect(await busy({ probability: 0 })).toEqual([]);
    expect(await busy({ probability: 1 })).toEqual(numbers);
  });

  it('decides of calls that come in what is left to decide', async () => {
    const inbound = { direction: 'inbound', caller: '13900000000' };
    await control.post('/rules', { match: inbound, outcome: { talkMs: 7000, pushes: 'lost' }, times: 1 });
    // It says nothing of a call that comes in, and is not used up by one.
    await control.post('/rules', { outcome: { result: 5 }, times: 1 });
    await callIn(control);
    await control.post('/clock/advance', { until: 'idle' });
    const [call] = (await control.get('/calls')).body.items;
    expect(call.hangupAtMs - call.answerAtMs).toBe(7000);
    const states = (await control.get('/pushes')).body.items.map(({ state }: Json) => state);
    expect(new Set(states)).toEqual(new Set(['lost']));
    expect((await control.get('/rules')).body.items.map(({ timesLeft }: Json) => timesLeft)).toEqual([0, 1]);
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
    ['a probability over 1', { outcome: { result: 0 }, probability: 2 }],
    ['pushes of no name', { outcome: { pushes: 'never' } }],
    ['pushes that nothing becomes of', { outcome: { pushes: { module: 'receiveVoice' } } }],
    ['pushes that are not lost', { outcome: { pushes: { lost: false } } }],
    ['pushes that are pulls', { outcome: { pushes: { module: 'getSemantics', lost: true } } }],
    ['an empty list of pushes', { outcome: { pushes: [] } }],
    ['a SIP account that is not there', { outcome: { sip: '1009' } }],
    ['a result beside the phone that decides it', { outcome: { sip: '1007', result: 0 } }],
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

describe("a rule for a call's pushes", () => {
  const NUMBER = '19900000001';

  /** The call's pushes in the order in which they came, and what became of each. */
  async function pushesWith(pushes: unknown, times?: number): Promise<Json[]> {
    await control.post('/reset');
    if (pushes !== null) await control.post('/rules', { outcome: { pushes }, times });
    await callOut(simulator, [NUMBER]);
    await control.post('/clock/advance', { until: 'idle' });
    const { items } = (await control.get('/pushes')).body;
    return items.sort((a: Json, b: Json) => a.createdAtMs - b.createdAtMs);
  }
  const variantsOf = (items: Json[]) => items.map(({ variant }) => variant);
  const timesOf = (items: Json[]) =>
    Object.fromEntries(items.map(({ variant, createdAtMs }) => [variant, createdAtMs]));

  it('is answered as what it is made of', async () => {
    const pushes = ['twice', { module: 'receiveVoice', lateMs: '60000', lost: true }];
    const { body } = await control.post('/rules', { outcome: { pushes } });
    const written = [{ againMs: 1000 }, { module: 'receiveVoice', lateMs: 60_000, lost: true }];
    expect(body).toEqual({ id: '1', match: {}, outcome: { pushes: written }, timesLeft: null });
  });

  it('sends them twice, as late as it says', async () => {
    const plain = await pushesWith(null);
    const twice = await pushesWith('twice');
    expect(twice).toHaveLength(8);
    expect(timesOf(twice)).toEqual(
      Object.fromEntries(plain.map(({ variant, createdAtMs }) => [variant, createdAtMs + 1000])),
    );
    const later = await pushesWith({ againMs: 5000, module: 'receiveDialog' });
    expect(variantsOf(later).filter((variant) => variant === 'dialog')).toHaveLength(2);
    expect(later).toHaveLength(5);
  });

  it('sends them late, all or those of a module', async () => {
    const plain = timesOf(await pushesWith(null));
    const late = timesOf(await pushesWith('late'));
    for (const [variant, at] of Object.entries(late)) expect(at).toBe(plain[variant] + 180_000);
    const voice = timesOf(await pushesWith({ module: 'receiveVoice', lateMs: 3_600_000 }));
    expect(voice).toEqual({ ...plain, voice: plain.voice + 3_600_000 });
  });

  it('sends them in another order', async () => {
    const plain = variantsOf(await pushesWith(null));
    expect(variantsOf(await pushesWith('reversed'))).toEqual(plain.toReversed());
    const first = variantsOf(await pushesWith('outbound-first'));
    expect(first.indexOf('outbound')).toBeLessThan(first.indexOf('basic'));
    expect(new Set(variantsOf(await pushesWith('records-last')).slice(2))).toEqual(
      new Set(['basic', 'outbound']),
    );
    expect(variantsOf(await pushesWith('outbound-only'))).not.toContain('basic');
  });

  it('loses them: they are shown, never sent, and can be sent after all', async () => {
    const items = await pushesWith({ module: 'receiveDialog', lost: true });
    const lost = items.find(({ variant }) => variant === 'dialog');
    expect([lost.state, lost.attempts]).toEqual(['lost', []]);
    expect(items.filter(({ state }) => state === 'delivered')).toHaveLength(3);
    expect((await control.get('/pushes?state=lost')).body.items).toHaveLength(1);
    const wait = { for: 'push', where: { module: 'receiveDialog' }, timeout: '10ms' };
    expect((await control.post('/wait', wait)).body.error.message).toContain(
      `push ${lost.id} (receiveDialog) is lost, as a rule says`,
    );
    await control.post(`/pushes/${lost.id}/resend`);
    await control.post('/clock/advance', { until: 'idle' });
    expect((await control.get(`/pushes/${lost.id}`)).body.state).toBe('delivered');
  });

  it('lets them fail, up to the failure file', async () => {
    const items = await pushesWith({ module: 'receiveVoice', failing: true });
    const voice = items.find(({ variant }) => variant === 'voice');
    expect([voice.state, voice.attempts.length]).toEqual(['failed', 4]);
    expect(voice.attempts[0]).toMatchObject({ status: 200, error: expect.stringContaining('rule') });
    expect((await control.post('/push-files/close')).body.files).toMatchObject([{ lines: 1 }]);
  });

  it('does several of these at once, and wins over the number', async () => {
    const both = await pushesWith(['twice', { module: 'receiveVoice', lost: true }]);
    expect(both.filter(({ state }) => state === 'lost')).toHaveLength(2);
    expect(both.filter(({ state }) => state === 'delivered')).toHaveLength(6);
    await control.post('/reset');
    await control.post('/rules', { outcome: { pushes: 'lost' } });
    await callOut(simulator, ['19900006001']);
    await control.post('/clock/advance', { until: 'idle' });
    expect((await control.get('/pushes')).body.items).toHaveLength(4);
  });

  it('is for as many calls as it says', async () => {
    await pushesWith('lost', 1);
    await callOut(simulator, ['19900000002']);
    await control.post('/clock/advance', { until: 'idle' });
    const states = (await control.get('/pushes?callee=19900000002')).body.items.map(
      ({ state }: Json) => state,
    );
    expect(new Set(states)).toEqual(new Set(['delivered']));
  });
});
