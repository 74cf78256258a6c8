import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { APPS, PlatformClient } from '../../conformance/platform-client.ts';
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
const advance = (by: string) => control.post('/clock/advance', { by });
const list = async (query = ''): Promise<Json[]> => (await control.get(`/calls${query}`)).body.items;
const eventsOf = ({ timeline }: Json): string[] => timeline.map(({ event }: Json) => event);

describe('GET /calls', () => {
  it('shows an outbound call that was answered, with its timeline', async () => {
    const [rowId] = await callOut(simulator, ['19900005003']);
    await idle();
    const [call] = await list();
    expect(call).toMatchObject({
      callUuid: expect.stringMatching(/^[\da-f-]{36}$/),
      direction: 'outbound',
      state: 'ended',
      taskId: expect.stringMatching(/^\d+$/),
      taskDataId: rowId,
      callRelationId: null,
      lineNum: '69101338',
      robotId: '719',
      caller: '69101338',
      callee: '19900005003',
      result: '0',
      dialAt: '2026-01-05T10:00:00.000+08:00',
    });
    expect(call.hangupAtMs - call.answerAtMs).toBe(30_000);
    const instants = call.timeline.map(({ atMs }: Json) => atMs);
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
    expect(eventsOf(call).slice(0, 4)).toEqual(['dialed', 'ringing', 'answered', 'robot']);
    expect(call.timeline.at(-1)).toMatchObject({
      event: 'hangup',
      atMs: call.hangupAtMs,
      result: '0',
      by: expect.any(String),
    });
  });

  it('tells the dialogue as it is pushed', async () => {
    await callOut(simulator, ['19900005005']);
    await idle();
    const [call] = await list();
    const [push] = (await control.get('/pushes?module=receiveDialog')).body.items;
    const told = call.timeline.filter(({ event }: Json) => event === 'robot' || event === 'customer');
    expect(told.map(({ text }: Json) => text)).toEqual(
      push.body.dialog.map(({ role, text_robot, text_man }: Json) =>
        role === 'robot' ? text_robot : text_man,
      ),
    );
    expect(told.filter(({ event }: Json) => event === 'robot').map(({ atMs }: Json) => atMs)).toEqual(
      push.body.dialog.filter(({ role }: Json) => role === 'robot').map(({ time_start }: Json) => time_start),
    );
  });

  it.each([
    ['19900001008', '8', 'customer', ['dialed', 'ringing', 'hangup']],
    ['19900001020', '20', 'platform', ['dialed', 'ringing', 'hangup']],
    ['19900001006', '6', 'line', ['dialed', 'hangup']],
  ])('tells the story of %s: result %s, ended by the %s', async (number, result, by, events) => {
    await callOut(simulator, [number]);
    await idle();
    const [call] = await list();
    expect(call).toMatchObject({ result, answerAt: null, answerAtMs: null });
    expect(eventsOf(call)).toEqual(events);
    expect(call.timeline.at(-1)).toMatchObject({ by, result });
  });

  it('hides what was decided for a call until it happens', async () => {
    await callOut(simulator, ['19900005003']);
    await advance('0s');
    const dialing = (await list())[0];
    expect(dialing).toMatchObject({
      state: 'dialing',
      result: null,
      ringAt: null,
      answerAt: null,
      hangupAt: null,
    });
    expect(eventsOf(dialing)).toEqual(['dialed']);
    await control.post('/wait', { for: 'call', where: { state: 'ringing' }, advance: true });
    const ringing = (await list())[0];
    expect(ringing).toMatchObject({ state: 'ringing', result: null, answerAt: null, hangupAt: null });
    expect(eventsOf(ringing)).toEqual(['dialed', 'ringing']);
    await control.post('/wait', { for: 'call', where: { state: 'talking' }, advance: true });
    const talking = (await list())[0];
    expect(talking).toMatchObject({ state: 'talking', result: null, hangupAt: null });
    expect(eventsOf(talking)).toEqual(['dialed', 'ringing', 'answered']);
    await idle();
    expect((await list())[0].timeline.slice(0, 3)).toEqual(talking.timeline);
  });

  it('never takes back what it has shown', async () => {
    await callOut(simulator, ['19900005006']);
    let before: Json[] = [];
    for (let second = 0; second < 90; second++) {
      await advance('1s');
      const { timeline } = (await list())[0];
      expect(timeline.slice(0, before.length)).toEqual(before);
      before = timeline;
    }
    expect(before.at(-1)?.event).toBe('hangup');
  });

  it('is found by each of its fields', async () => {
    const [first] = await callOut(simulator, ['19900005001', '19900001020']);
    const inbound = await callIn(control, { lineNum: '69101408', callRelationId: 'crm-77' });
    await idle();
    const all = await list();
    expect(all).toHaveLength(3);
    const pool = all.find(({ callee }) => callee === '19900001020').taskId;
    const found = async (query: string) => (await list(query)).map(({ callee }) => callee);
    expect(await found(`?callUuid=${inbound}`)).toEqual(['69101408']);
    expect(await found('?callUuid=nonsense')).toEqual([]);
    expect(await found('?direction=inbound')).toEqual(['69101408']);
    expect(await found('?direction=outbound')).toEqual(['19900005001', '19900001020']);
    expect(await found('?state=ended')).toHaveLength(3);
    expect(await found('?state=live')).toEqual([]);
    expect(await found(`?taskId=${pool}`)).toEqual(['19900005001', '19900001020']);
    expect(await found(`?taskDataId=${first}`)).toEqual(['19900005001']);
    expect(await found('?callRelationId=crm-77')).toEqual(['69101408']);
    expect(await found('?lineNum=69101408')).toEqual(['69101408']);
    expect(await found('?robotId=719&direction=outbound')).toEqual(['19900005001', '19900001020']);
    expect(await found('?caller=13900000000')).toEqual(['69101408']);
    expect(await found('?callee=19900005001')).toEqual(['19900005001']);
    expect(await found('?result=20')).toEqual(['19900001020']);
    expect(await found('?result=0&callee=19900001020')).toEqual([]);
  });

  it('finds live calls by the same fields, and never by a result that nobody knows yet', async () => {
    const [first] = await callOut(simulator, ['19900005001', '19900001020']);
    await callIn(control, { lineNum: '69101408' });
    await advance('2s');
    const found = async (query: string) => (await list(query)).map(({ callee }) => callee).sort();
    expect(await found('?state=live')).toEqual(['19900001020', '19900005001', '69101408']);
    expect(await found('?state=talking')).toEqual(['69101408']);
    expect(await found('?state=ringing')).toEqual(['19900001020', '19900005001']);
    expect(await found(`?state=live&taskDataId=${first}`)).toEqual(['19900005001']);
    expect(await found('?state=live&direction=inbound&lineNum=69101408')).toEqual(['69101408']);
    expect(await found('?state=live&callee=1')).toEqual([]);
    expect(await found('?state=live&result=20')).toEqual([]);
    expect(await found('?result=20')).toEqual([]);
  });

  it('comes in pages, live or ended', async () => {
    await callOut(simulator, ['19900005001', '19900005001', '19900001020']);
    const paged = async (filter: string) => {
      const uuids: string[] = [];
      for (let query = `?limit=1${filter}`; ; ) {
        const { items, next } = (await control.get(`/calls${query}`)).body;
        uuids.push(...items.map(({ callUuid }: Json) => callUuid));
        if (next === null) return uuids;
        query = `?limit=1${filter}&after=${next}`;
      }
    };
    await advance('0s');
    const live = (await list('?state=live')).map(({ callUuid }) => callUuid);
    expect(live).toHaveLength(3);
    expect(await paged('&state=live')).toEqual(live);
    await idle();
    expect(await paged('')).toEqual(live);
    expect(await paged('&callee=19900005001')).toEqual(live.slice(0, 2));
  });
});

describe('GET /calls/:uuid', () => {
  it('shows one call', async () => {
    const uuid = await callIn(control);
    expect((await control.get(`/calls/${uuid}`)).body).toEqual((await list())[0]);
  });

  it.each(['x', '00000000-0000-4000-8000-000000000000'])('answers 404 for %s', async (uuid) => {
    expect(await control.get(`/calls/${uuid}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'not-found' } },
    });
  });
});

describe('POST /calls', () => {
  const inbound = { robotId: '719', appId: '20180739', caller: '13900000000', callRelationId: 'crm-1' };

  it('lets a call come in that rings, is answered and owes one record, dialogue and voice', async () => {
    const { status, body } = await control.post('/calls', { ...inbound, lineNum: '69101408' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      direction: 'inbound',
      state: 'ringing',
      caller: '13900000000',
      callee: '69101408',
      lineNum: '69101408',
      callRelationId: 'crm-1',
      taskId: null,
      taskDataId: null,
      result: null,
    });
    await idle();
    const { body: ended } = await control.get(`/calls/${body.callUuid}`);
    expect(ended).toMatchObject({ state: 'ended', result: null });
    expect(ended.answerAtMs - ended.ringAtMs).toBe(500);
    const pushes = (await control.get(`/pushes?callUuid=${body.callUuid}`)).body.items;
    expect(pushes.map(({ module }: Json) => module).sort()).toEqual([
      'receiveCallRecord',
      'receiveDialog',
      'receiveVoice',
    ]);
    expect(pushes[0].body.call_relation_id).toBe('crm-1');
  });

  it('takes the first line with a free channel if none is named', async () => {
    const lines: string[] = [];
    for (let i = 0; i < 12; i++) {
      const uuid = await callIn(control, { callRelationId: `crm-${i}` });
      lines.push((await control.get(`/calls/${uuid}`)).body.lineNum);
    }
    expect(lines).toEqual([...Array(10).fill('69101338'), '055169101407', '055169101407']);
  });

  it('asks a dynamic robot’s context while it rings, and tells so', async () => {
    const receiver = await TestReceiver.start();
    await control.put('/urls', {
      businessId: '167',
      urls: [{ module: 'getDialogContext', url: `${receiver.url}/getDialogContext` }],
    });
    receiver.answer = () => '{"姓名":"王五"}';
    const uuid = await callIn(control, { robotId: '4567' });
    expect(eventsOf((await control.get(`/calls/${uuid}`)).body)).toEqual(['received', 'ringing', 'asked']);
    await advance('1s');
    const { body } = await control.get(`/calls/${uuid}`);
    expect(body.timeline).toContainEqual(
      expect.objectContaining({ event: 'pulled', module: 'getDialogContext', values: { 姓名: '王五' } }),
    );
    expect(receiver.got.map((got) => got.body.call_relation_id)).toEqual(['crm-1']);
    await receiver.stop();
  });

  it.each([
    ['no such app', { appId: '1' }, 403, 'app-disabled', 10003],
    ['a disabled app', { appId: '20180741' }, 403, 'app-disabled', 10003],
    ['an unknown robot', { robotId: '9' }, 404, 'wrong-robot', 200204],
    ['a robot in review', { robotId: '720' }, 404, 'wrong-robot', 200204],
    ['a deleted robot', { robotId: '721' }, 404, 'wrong-robot', 200204],
    ['a robot of another enterprise', { robotId: '168001' }, 404, 'wrong-robot', 200204],
    ['an unknown line', { lineNum: '1' }, 404, 'wrong-relation', 200200],
    ['a line of another enterprise', { lineNum: '055168000001' }, 404, 'wrong-relation', 200200],
    ['a line that has expired', { lineNum: '055169109999' }, 404, 'wrong-relation', 200200],
  ])('refuses %s', async (_, change, expectedStatus, code, platformCode) => {
    const { status, body } = await control.post('/calls', { ...inbound, ...change });
    expect([status, body.error.code, body.error.details]).toEqual([expectedStatus, code, { platformCode }]);
    expect(await list()).toEqual([]);
  });

  it.each(['robotId', 'appId', 'caller', 'callRelationId'])('refuses a call without %s', async (key) => {
    const { status, body } = await control.post('/calls', { ...inbound, [key]: undefined });
    expect([status, body.error.details.problems[0].place]).toEqual([400, key]);
  });

  it('refuses an enterprise that is disabled', async () => {
    await control.post('/enterprises/167', { enabled: false });
    const { status, body } = await control.post('/calls', inbound);
    expect([status, body.error.details.platformCode]).toEqual([403, 200201]);
  });

  it('refuses a line outside its working time', async () => {
    await control.post('/clock/advance', { to: '2026-01-05T12:30:00' });
    const { status, body } = await control.post('/calls', { ...inbound, lineNum: '055169101407' });
    expect([status, body.error.details.platformCode]).toEqual([409, 200222]);
  });

  it('refuses a call more than the line has channels', async () => {
    for (let i = 0; i < 20; i++) await callIn(control, { lineNum: '69101408', callRelationId: `crm-${i}` });
    const { status, body } = await control.post('/calls', { ...inbound, lineNum: '69101408' });
    expect([status, body.error.details.platformCode]).toEqual([409, 3030002]);
  });
});

describe('POST /calls/:uuid/hangup', () => {
  it('ends a talking inbound call at once: what was said so far is pushed', async () => {
    const uuid = await callIn(control);
    await advance('8s');
    const before = (await control.get(`/calls/${uuid}`)).body;
    const { status, body } = await control.post(`/calls/${uuid}/hangup`);
    expect([status, body.state, body.hangupAt]).toEqual([200, 'ended', '2026-01-05T10:00:08.000+08:00']);
    expect(body.timeline.slice(0, before.timeline.length)).toEqual(before.timeline);
    expect(body.timeline.at(-1)).toMatchObject({ event: 'hangup', by: 'customer' });
    await idle();
    const [record] = (await control.get(`/pushes?callUuid=${uuid}&module=receiveCallRecord`)).body.items;
    expect(record.body.time_hangup).toBe(body.hangupAtMs);
    const [dialog] = (await control.get(`/pushes?callUuid=${uuid}&module=receiveDialog`)).body.items;
    expect(dialog.body.time_end).toBe(body.hangupAtMs);
  });

  it('ends a ringing inbound call as never answered: one record, time_answer 0', async () => {
    const uuid = await callIn(control);
    await control.post(`/calls/${uuid}/hangup`);
    await idle();
    const pushes = (await control.get(`/pushes?callUuid=${uuid}`)).body.items;
    expect(pushes.map(({ module, body }: Json) => [module, body.time_answer])).toEqual([
      ['receiveCallRecord', 0],
    ]);
  });

  it.each([
    ['dialing', '0s', '26', 2],
    ['ringing', '2s', '8', 2],
    ['talking', '25s', '15', 4],
  ])('gives a %s outbound call the result of a customer who does that', async (state, by, result, count) => {
    await callOut(simulator, ['19900005009']);
    await advance(by);
    const [call] = await list();
    expect(call.state).toBe(state);
    expect((await control.post(`/calls/${call.callUuid}/hangup`)).body).toMatchObject({
      state: 'ended',
      result,
    });
    await idle();
    const pushes = (await control.get(`/pushes?callUuid=${call.callUuid}`)).body.items;
    expect(pushes).toHaveLength(count);
    expect(pushes.find(({ variant }: Json) => variant === 'outbound').body.task_result).toBe(result);
  });

  it('changes nothing of what was said before, whatever the call was going to be', async () => {
    for (const number of ['19900000001', '19900001015', '19900001016', '19900001018', '19900001019']) {
      await control.post('/reset');
      await callOut(simulator, [number]);
      await control.post('/wait', { for: 'call', where: { state: 'talking' }, advance: true });
      await advance('1500ms');
      const [before] = await list();
      if (before.state === 'ended') continue;
      const { body } = await control.post(`/calls/${before.callUuid}/hangup`);
      expect(body.timeline.slice(0, before.timeline.length)).toEqual(before.timeline);
      expect(body.hangupAtMs - body.answerAtMs).toBe(1500);
      await idle();
      const [dialog] = (await control.get(`/pushes?callUuid=${before.callUuid}&module=receiveDialog`)).body
        .items;
      expect(dialog.body.time_end).toBe(body.hangupAtMs);
      const last = dialog.body.dialog.at(-1);
      expect(last.time_start).toBeLessThan(body.hangupAtMs);
    }
  });

  it('answers 409 if the call has ended, 404 if there is none', async () => {
    const uuid = await callIn(control);
    await idle();
    expect(await control.post(`/calls/${uuid}/hangup`)).toMatchObject({
      status: 409,
      body: { error: { code: 'call-ended' } },
    });
    expect((await control.post('/calls/x/hangup')).status).toBe(404);
  });
});

describe('POST /calls/:uuid/say', () => {
  it('is the customer’s next answer, and takes the branch that knows it', async () => {
    const uuid = await callIn(control);
    await advance('1s');
    const said = '你打错了。';
    expect((await control.post(`/calls/${uuid}/say`, { text: said })).status).toBe(200);
    await idle();
    const { timeline } = (await control.get(`/calls/${uuid}`)).body;
    expect(timeline).toContainEqual(
      expect.objectContaining({ event: 'said', text: said, atMs: 1_767_578_401_000 }),
    );
    expect(timeline.find(({ event }: Json) => event === 'customer')).toMatchObject({
      text: said,
      hit: '打错了',
    });
    const [dialog] = (await control.get(`/pushes?callUuid=${uuid}&module=receiveDialog`)).body.items;
    expect(dialog.body.dialog[1]).toMatchObject({ role: 'customer', text_man: said });
  });

  it('takes back nothing that was shown, even in the middle of the customer’s turn', async () => {
    const uuids: string[] = [];
    for (let i = 0; i < 10; i++) uuids.push(await callIn(control, { callRelationId: `crm-${i}` }));
    await advance('8s');
    for (const uuid of uuids) {
      const before = (await control.get(`/calls/${uuid}`)).body.timeline;
      const { timeline } = (await control.post(`/calls/${uuid}/say`, { text: '你打错了。' })).body;
      expect(timeline.slice(0, before.length)).toEqual(before);
      expect(timeline.at(-1).event).toBe('said');
    }
  });

  it('waits for a pull that is under way', async () => {
    const receiver = await TestReceiver.start();
    await control.put('/urls', {
      businessId: '167',
      urls: [{ module: 'getSemantics', url: `${receiver.url}/getSemantics` }],
    });
    const met: unknown[] = [];
    let uuid = '';
    receiver.answer = async () => {
      const answer = await control.post(`/calls/${uuid}/say`, { text: '好的' });
      met.push(answer.status, eventsOf(answer.body).includes('said'));
      // Only the answer can move the call: it is not asked a second time.
      met.push(await simulator.simulation.read((world) => [...world.calls.values()][0]?.next));
      return '[]';
    };
    uuid = await callIn(control, { robotId: '4567' });
    await idle();
    expect(met.slice(0, 3)).toEqual([200, true, null]);
    const { body } = await control.get(`/calls/${uuid}`);
    expect(body.state).toBe('ended');
    expect(eventsOf(body).filter((event) => event === 'pulled')).toHaveLength(receiver.got.length + 1);
    await receiver.stop();
  });

  it('answers 409 before the answer and after the end, 404 for no call, 400 for no text', async () => {
    const uuid = await callIn(control);
    const code = async (path: string, body: unknown) => (await control.post(path, body)).body.error.code;
    expect(await code(`/calls/${uuid}/say`, { text: 'x' })).toBe('call-not-talking');
    expect(await code(`/calls/${uuid}/say`, { text: '' })).toBe('invalid-parameter');
    expect(await code('/calls/x/say', { text: 'x' })).toBe('not-found');
    await idle();
    expect(await code(`/calls/${uuid}/say`, { text: 'x' })).toBe('call-ended');
  });
});

describe('a task that is deleted', () => {
  async function startTask(): Promise<PlatformClient> {
    const client = await PlatformClient.open(simulator.app, APPS.full);
    const rows = { call_column: ['客户手机号码', '列2', '列3'], call_list: [['19900000001', 'a', 'b']] };
    await client.call('insert', { task_id: '129', ...rows });
    expect((await client.call('start', { task_id: '129' })).code).toBe(0);
    return client;
  }

  // With these seeds a call that is cut off by itself (16) would have ended before.
  it.each([1, 2, 11])('cuts its calls, and what had been said stays said (seed %i)', async (seed) => {
    await control.post('/reset', { seed });
    const client = await startTask();
    await control.post('/wait', { for: 'call', where: { state: 'talking' }, advance: true });
    await advance('14s');
    const [before] = await list();
    expect(before.state).toBe('talking');
    expect((await client.call('delete', { task_id: '129' })).code).toBe(0);
    const [cut] = await list();
    expect(cut).toMatchObject({ state: 'ended', result: '16' });
    expect(cut.timeline.slice(0, before.timeline.length)).toEqual(before.timeline);
    expect(cut.timeline.at(-1)).toMatchObject({ event: 'hangup', by: 'platform' });
  });

  it('ends calls that nobody has answered yet', async () => {
    const client = await startTask();
    await advance('2s');
    await client.call('delete', { task_id: '129' });
    const [cut] = await list();
    expect(cut).toMatchObject({ state: 'ended', result: '26', answerAt: null });
    expect(cut.timeline.at(-1)).toMatchObject({ event: 'hangup', by: 'platform', result: '26' });
  });
});
