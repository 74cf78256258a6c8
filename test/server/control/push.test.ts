import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlClient, callIn, callOut } from '../../support/control.ts';
import { TestReceiver } from '../../support/receiver.ts';
import { type Json, startSimulator, type TestSimulator } from '../../support/simulator.ts';

let simulator: TestSimulator;
let control: ControlClient;

beforeEach(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator);
});

afterEach(() => simulator.stop());

const idle = () => control.post('/clock/advance', { until: 'idle' });
const list = async (query = ''): Promise<Json[]> => (await control.get(`/pushes${query}`)).body.items;

describe('GET /pushes', () => {
  it('shows a push with its body as it was sent and each attempt at it', async () => {
    const [rowId] = await callOut(simulator, ['19900005001']);
    await idle();
    const [push] = await list('?module=receiveVoice');
    expect(push).toMatchObject({
      id: expect.stringMatching(/^\d+$/),
      module: 'receiveVoice',
      url: '/_sim/receiver/receiveVoice',
      callUuid: expect.stringMatching(/^[\da-f-]{36}$/),
      callee: '19900005001',
      taskId: expect.stringMatching(/^\d+$/),
      taskDataId: rowId,
      callRelationId: null,
      state: 'delivered',
      dueAt: expect.stringMatching(/^2026-01-05T10:0\d:\d\d\.\d{3}\+08:00$/),
      attempts: [{ status: 200, answer: 'success', error: null }],
    });
    expect(push.attempts[0].atMs).toBe(push.dueAtMs);
    const received = (await control.get('/receiver?module=receiveVoice')).body.items;
    expect(received).toHaveLength(1);
    expect(JSON.stringify(push.body)).toBe(received[0].body);
  });

  it('shows what is still owed, with nothing tried yet', async () => {
    await callOut(simulator, ['19900001008']);
    await control.post('/clock/advance', { by: '0s' });
    const { items } = (await control.get('/calls')).body;
    expect(items).toHaveLength(1);
    await control.post(`/calls/${items[0].callUuid}/hangup`);
    const pushes = await list();
    expect(pushes.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['owed', []],
      ['owed', []],
    ]);
  });

  it('shows why a push failed, in words, for all of its four attempts', async () => {
    await control.post('/faults', { on: 'push', network: 'timeout' });
    await callOut(simulator, ['19900001008']);
    await idle();
    const [push] = await list('?state=failed');
    expect(push.attempts).toHaveLength(4);
    expect(push.attempts[3]).toMatchObject({ status: null, answer: null, error: 'timed out after 3 s' });
    expect(push.failedAtMs).toBe(push.attempts[3].atMs + 3000);
  });

  it('shows a push for which no url is set', async () => {
    await control.put('/urls', { businessId: '167', urls: [] });
    await callOut(simulator, ['19900001008']);
    await idle();
    expect((await list()).map(({ url, state }) => [url, state])).toEqual([
      [null, 'no-url'],
      [null, 'no-url'],
    ]);
  });

  it('does not show pulls', async () => {
    await callIn(control, { robotId: '4567' });
    await idle();
    const pulled = (await control.get('/receiver?module=getDialogContext')).body.items;
    expect(pulled).toHaveLength(1);
    expect((await list()).map(({ module }) => module).sort()).toEqual([
      'receiveCallRecord',
      'receiveDialog',
      'receiveVoice',
    ]);
  });

  it('is found by each of its fields', async () => {
    const [first, second] = await callOut(simulator, ['19900005001', '19900001020']);
    await callIn(control, { callRelationId: 'crm-77' });
    await idle();
    const all = await list();
    const call = all.find(({ callee }) => callee === '19900001020')?.callUuid;
    const pool = all[0].taskId ?? all.find(({ taskId }) => taskId !== null)?.taskId;
    const found = async (query: string) => {
      const items = await list(query);
      expect(items.map(({ id }) => Number(id))).toEqual(
        items.map(({ id }) => Number(id)).sort((a, b) => a - b),
      );
      return items.length;
    };
    expect(all).toHaveLength(9);
    expect(await found(`?callUuid=${call}`)).toBe(2);
    expect(await found(`?callUuid=${call}&module=receiveDialog`)).toBe(0);
    expect(await found(`?taskDataId=${first}`)).toBe(4);
    expect(await found(`?taskDataId=${second}`)).toBe(2);
    expect(await found('?callee=19900005001')).toBe(4);
    expect(await found('?callee=19900005001&module=receiveCallRecord')).toBe(2);
    expect(await found(`?taskId=${pool}`)).toBe(6);
    expect(await found(`?taskId=${pool}&taskDataId=${second}&state=delivered`)).toBe(2);
    expect(await found('?callRelationId=crm-77')).toBe(3);
    expect(await found('?module=receiveCallRecord')).toBe(5);
    expect(await found('?variant=outbound')).toBe(2);
    expect(await found('?variant=inbound&module=receiveCallRecord')).toBe(1);
    expect(await found('?variant=basic&module=receiveVoice')).toBe(0);
    expect(await found('?state=delivered')).toBe(9);
    expect(await found('?state=failed')).toBe(0);
    expect(await found(`?url=${encodeURIComponent('/_sim/receiver/receiveVoice')}`)).toBe(2);
    expect(await found('?url=http://nobody/')).toBe(0);
    expect(await found('?callUuid=nonsense')).toBe(0);
    expect(await found('?taskId=nonsense')).toBe(0);
    expect(await list(`?id=${all[3].id}`)).toEqual([all[3]]);
    expect(await found(`?id=${all[3].id}&callRelationId=nobody`)).toBe(0);
    expect(await found(`?id=0${all[3].id}`)).toBe(0);
    expect(await found('?id=nonsense')).toBe(0);
    // Its id is that of a call, its other digits are not.
    expect(await found(`?callUuid=${call.slice(0, -1)}${call.endsWith('0') ? '1' : '0'}`)).toBe(0);
  });

  it('comes in pages, filtered or not', async () => {
    await callOut(simulator, ['19900005001', '19900005002']);
    await idle();
    for (const filter of ['', '&callee=19900005001', '&module=receiveCallRecord', '&state=delivered']) {
      const whole = (await list(`?limit=1000${filter}`)).map(({ id }) => id);
      const paged: string[] = [];
      let next: string | null = '0';
      while (next !== null) {
        const { body } = await control.get(`/pushes?limit=1&after=${next}${filter}`);
        paged.push(...body.items.map(({ id }: Json) => id));
        next = body.next;
      }
      expect(paged).toEqual(whole);
      expect(whole.length).toBeGreaterThan(1);
    }
  });

  it('says how many are gone because their time was over', async () => {
    await callOut(simulator, ['19900005001']);
    await idle();
    await control.post('/clock/advance', { by: '7d' });
    await callOut(simulator, ['19900005002']);
    await idle();
    await control.post('/clock/advance', { by: '1d' });
    const { items, dropped } = (await control.get('/pushes')).body;
    expect([items.length, dropped]).toEqual([4, 4]);
  });

  it('says so too when none is left', async () => {
    await callOut(simulator, ['19900005001']);
    await idle();
    await control.post('/clock/advance', { by: '10d' });
    const { items, dropped } = (await control.get('/pushes')).body;
    expect([items.length, dropped]).toEqual([0, 4]);
  });
});

describe('GET /pushes/:id', () => {
  it('shows one push', async () => {
    await callOut(simulator, ['19900001020']);
    await idle();
    const [push] = await list();
    expect((await control.get(`/pushes/${push.id}`)).body).toEqual(push);
  });

  it.each(['0', '77', 'x', '-1', '1e1'])('answers 404 for %s', async (id) => {
    const { status, body } = await control.get(`/pushes/${id}`);
    expect([status, body.error.code]).toEqual([404, 'not-found']);
  });
});

describe('POST /pushes/:id/resend', () => {
  it('owes the push once more, and keeps the attempts so far', async () => {
    await callOut(simulator, ['19900001020']);
    await idle();
    const [push] = await list();
    const { status, body } = await control.post(`/pushes/${push.id}/resend`);
    expect([status, body.state, body.attempts.length]).toEqual([200, 'owed', 1]);
    await idle();
    expect((await control.get(`/pushes/${push.id}`)).body).toMatchObject({
      state: 'delivered',
      attempts: [{}, {}],
    });
  });

  it('goes to the address of today', async () => {
    await callOut(simulator, ['19900001020']);
    await idle();
    const [push] = await list();
    const receiver = await TestReceiver.start();
    const url = `${receiver.url}/new`;
    await control.put('/urls', { businessId: '167', urls: [{ module: 'receiveCallRecord', url }] });
    expect((await control.post(`/pushes/${push.id}/resend`)).body.url).toBe(url);
    await idle();
    expect(receiver.got.map(({ text }) => text)).toEqual([JSON.stringify(push.body)]);
    await receiver.stop();
  });

  it('answers 409 where there is nothing to do', async () => {
    await callOut(simulator, ['19900001020']);
    await idle();
    const [push] = await list();
    await control.post(`/pushes/${push.id}/resend`);
    expect(await control.post(`/pushes/${push.id}/resend`)).toMatchObject({
      status: 409,
      body: { error: { code: 'push-owed' } },
    });
    await idle();
    await control.put('/urls', { businessId: '167', urls: [] });
    expect(await control.post(`/pushes/${push.id}/resend`)).toMatchObject({
      status: 409,
      body: { error: { code: 'no-url' } },
    });
    expect((await control.post('/pushes/99/resend')).status).toBe(404);
  });

  it('is refused without the engine loading its working set again', async () => {
    await callOut(simulator, ['19900001020']);
    const before = await simulator.simulation.execute((world) => world);
    expect((await control.post('/pushes/99/resend')).status).toBe(404);
    expect(await simulator.simulation.execute((world) => world)).toBe(before);
  });
});

describe('POST /pushes/resend', () => {
  beforeEach(async () => {
    await control.post('/faults', { on: 'push', network: 'timeout', times: 8 });
    await callOut(simulator, ['19900001020']);
    await idle();
    await control.post('/clock/advance', { to: '2026-01-05T11:00:00' });
    await callOut(simulator, ['19900005001']);
    await idle();
  });

  it.each([
    [{}, 6],
    [{ failedOnly: true }, 2],
    [{ since: '2026-01-05T11:00:00' }, 4],
    [{ since: '2026-01-05T11:00:00', failedOnly: true }, 0],
    [{ module: 'receiveCallRecord' }, 4],
    [{ module: 'receiveVoice', since: 1_767_578_400_000 }, 1],
  ])('with %j resends %i', async (which, expected) => {
    const before = (await list()).reduce((sum, { attempts }) => sum + attempts.length, 0);
    expect((await control.post('/pushes/resend', which)).body).toEqual({ resent: expected });
    expect(await list('?state=owed')).toHaveLength(expected);
    await idle();
    const after = (await list()).reduce((sum, { attempts }) => sum + attempts.length, 0);
    expect(after - before).toBe(expected);
  });
});
