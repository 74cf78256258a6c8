import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventAnswer } from '../../../../src/server/control/event/event-answer.ts';
import { CONTROL_ROUTES } from '../../../../src/server/control/route-list.ts';
import { describeControl } from '../../../../src/server/openapi/control.ts';
import { pointer, readStrictly } from '../../../support/contract/strict.ts';
import { ControlClient, callIn, callOut } from '../../../support/control.ts';
import { EventClient } from '../../../support/event.ts';
import { type Json, startSimulator, type TestSimulator } from '../../../support/simulator.ts';

let simulator: TestSimulator;
let control: ControlClient;

beforeEach(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator);
});

afterEach(() => simulator.stop());

const idle = () => control.post('/clock/advance', { until: 'idle' });
const namesOf = (events: Json[]) => events.map(({ event }) => event);

/** Tells events that cost nothing to make. */
const tell = (count: number, to = simulator.simulation, name = 'x') =>
  to.execute((world) => {
    for (let n = 1; n <= count; n++) world.tell('task.deleted', () => ({ taskId: `${name}${n}` }));
  });
const isBuilt = () => simulator.simulation.read((world) => world.onFact !== null);

describe('GET /events', () => {
  it('tells a call from its submission to the last push, in order', async () => {
    await using client = await EventClient.open(simulator, '/events?event=task,call,push');
    await callOut(simulator, ['19900005001']);
    await idle();
    const events = await client.take(13);
    expect(namesOf(events)).toEqual([
      'task.rows',
      'call.dialed',
      'call.ringing',
      'call.answered',
      'call.ended',
      ...Array(4).fill('push.owed'),
      ...Array(4).fill('push.attempt'),
    ]);
    const [call] = (await control.get('/calls')).body.items;
    expect(events[4]).toMatchObject({ callUuid: call.callUuid, result: '0', at: call.hangupAt });
    const [push] = (await control.get('/pushes?module=receiveVoice')).body.items;
    const told = events.findLast(({ module }) => module === 'receiveVoice');
    expect(told).toMatchObject({
      id: expect.any(String),
      url: push.url,
      callee: '19900005001',
      number: 1,
      state: 'delivered',
      startedAtMs: push.attempts[0].atMs,
      status: 200,
      answer: 'success',
      error: null,
      dueAt: null,
    });
    expect(JSON.parse(told.body)).toEqual(push.body);
    const numbers = events.map(({ id }) => Number(id.split('-')[1]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('tells nothing that is not published', async () => {
    const published = readStrictly(describeControl(CONTROL_ROUTES, { version: 'test', isUniverse: false }));
    await using client = await EventClient.open(simulator);
    await control.post('/faults', { on: 'push', network: 'timeout' });
    await callOut(simulator, ['19900005001', '19900001020']);
    await callIn(control);
    await control.put('/urls', { businessId: '167', urls: [] });
    await idle();
    await control.post('/push-files/close');
    await control.put('/clock', { mode: 'x2' });
    await control.put('/clock', { mode: 'manual' });
    const task = {
      task_name: 't',
      line_num: '055196866001',
      robot_id: '719',
      time_begin: simulator.simulation.clock.target,
    };
    const created = await simulator.sim.platform.call('task/create', task);
    const id = { task_id: created.result.task_id };
    await simulator.sim.platform.call('task/start', id);
    await simulator.sim.platform.call('task/delete', id);
    await control.post('/reset');
    const events = await client.until('reset');
    expect(new Set(namesOf(events)).size).toBeGreaterThan(12);
    const place = pointer('components', 'schemas', 'Event');
    for (const { id: _, ...event } of events.filter(({ module, event }) => !module && event !== 'request'))
      expect([event.event, published.check(place, event)]).toEqual([event.event, []]);
    for (const event of events) expect(eventAnswer().safeParse(event).error).toBeUndefined();
  });

  it('tells requests to the platform with what the journal has', async () => {
    await using client = await EventClient.open(simulator, '/events?event=request');
    await simulator.post('/openapi/oauth/v1/token', { app_key: 'x', app_secret: 'y' });
    const { event, ...told } = await client.next();
    const [entry] = (await control.get('/requests')).body.items;
    expect([event, told]).toEqual(['request', entry]);
  });

  it('goes on after the last event that was seen, though nobody listened in the meantime', async () => {
    const client = await EventClient.open(simulator, '/events?event=task');
    await tell(3);
    const [, second] = await client.take(3);
    await client[Symbol.asyncDispose]();
    await tell(2, undefined, 'later');
    for (const [path, headers] of [
      ['/events', { 'Last-Event-ID': second.id }],
      [`/events?after=${second.id}`, {}],
    ] as const) {
      await using again = await EventClient.open(simulator, path, headers);
      expect((await again.take(3)).map(({ taskId }) => taskId)).toEqual(['x3', 'later1', 'later2']);
    }
  });

  it('can be resumed by who has seen no event yet', async () => {
    const client = await EventClient.open(simulator);
    const { lastId } = client;
    await client[Symbol.asyncDispose]();
    await tell(1);
    await using again = await EventClient.open(simulator, '/events', { 'Last-Event-ID': lastId });
    expect(await again.next()).toMatchObject({ taskId: 'x1' });
  });

  it('says how much a slow reader has lost, and goes on with what is left', async () => {
    await using client = await EventClient.open(simulator);
    await tell(10_500);
    expect(await client.next()).toMatchObject({ event: 'gap', lost: 500 });
    expect(await client.next()).toMatchObject({ taskId: 'x501' });
    expect((await client.take(9999)).at(-1)).toMatchObject({ taskId: 'x10500' });
  });

  it('keeps no more than 16 MiB for slow readers', async () => {
    await using client = await EventClient.open(simulator);
    await tell(20, undefined, 'x'.repeat(1024 * 1024));
    expect(await client.next()).toMatchObject({ event: 'gap', lost: expect.any(Number) });
    expect(simulator.sim.scope.events.ring.bytes).toBeLessThanOrEqual(16 * 1024 * 1024);
  });

  it.each(['1-1', 'abcdef01-7', 'nonsense', '-', '99999999999999999999'])(
    'says to who comes with the id %s of another server that nobody knows what was lost',
    async (id) => {
      await using first = await EventClient.open(simulator);
      await tell(2);
      await first.take(2);
      await using client = await EventClient.open(simulator, '/events', { 'Last-Event-ID': id });
      expect(await client.take(3)).toMatchObject([
        { event: 'gap', lost: null },
        { taskId: 'x1' },
        { taskId: 'x2' },
      ]);
    },
  );

  it('tells only what is asked for, and a gap to everybody', async () => {
    await using client = await EventClient.open(simulator, '/events?event=call.ended,reset');
    await callOut(simulator, ['19900001006']);
    await idle();
    expect(namesOf(await client.take(1))).toEqual(['call.ended']);
    await tell(10_500);
    await control.post('/reset');
    expect(namesOf(await client.take(2))).toEqual(['gap', 'reset']);
  });

  it.each(['event=calls', 'event=', 'event=gap', 'event=call,', 'after=', 'since=1'])(
    'refuses ?%s',
    async (query) => {
      expect(await control.get(`/events?${query}`)).toMatchObject({
        status: 400,
        body: { error: { code: 'invalid-parameter' } },
      });
      expect(await isBuilt()).toBe(false);
    },
  );

  it('goes on after a reset', async () => {
    await using client = await EventClient.open(simulator, '/events?event=reset,call.ended');
    await control.post('/reset', { seed: 9 });
    await callOut(simulator, ['19900001006']);
    await idle();
    expect(await client.take(2)).toMatchObject([
      { event: 'reset', seed: 9 },
      { event: 'call.ended', result: '6' },
    ]);
  });

  it.each(['x1000', 'real'])('works on the clock %s', async (clock) => {
    const running = await startSimulator({ clock });
    const client = await EventClient.open(running, '/events?event=call.dialed');
    await callOut(running, ['19900005001']);
    expect(await client.next()).toMatchObject({ event: 'call.dialed', callee: '19900005001' });
    await running.stop();
    expect(await client.next()).toBeNull();
  });

  it('shows that it lives when nothing happens', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      await using client = await EventClient.open(simulator);
      const piece = client.piece();
      await vi.advanceTimersByTimeAsync(15_000);
      expect(await piece).toMatch(/^: .*\n\n$/);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is told of by its headers alone where a HEAD asks', async () => {
    const { status, headers } = await control.send('HEAD', '/events', {});
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=UTF-8']);
    await tell(10_001);
    expect(await isBuilt()).toBe(false);
  });
});

describe('events', () => {
  it('are built from the first reader on, and no more once the last one could not come back', async () => {
    expect(await isBuilt()).toBe(false);
    const clients = [await EventClient.open(simulator), await EventClient.open(simulator)];
    expect(await isBuilt()).toBe(true);
    for (const client of clients) await client[Symbol.asyncDispose]();
    await tell(10_000);
    expect(await isBuilt()).toBe(true);
    await tell(1);
    expect(await isBuilt()).toBe(false);
    await using late = await EventClient.open(simulator, '/events', {
      'Last-Event-ID': clients[0]?.lastId ?? '',
    });
    expect(await late.next()).toMatchObject({ event: 'gap', lost: null });
  });

  it('end when the client goes away', async () => {
    const listening = await startSimulator({ listen: true });
    const client = new AbortController();
    const response = await fetch(`${listening.url}/_sim/events`, { signal: client.signal });
    await response.body?.getReader().read();
    client.abort();
    // Nobody is left that it is kept for.
    await expect
      .poll(async () => {
        await tell(10_001, listening.simulation);
        return listening.simulation.read((world) => world.onFact);
      })
      .toBeNull();
    await listening.stop();
  });

  it('of a reader that does not read a socket take up no more than the ring', async () => {
    const listening = await startSimulator({ listen: true });
    const { body } = await fetch(`${listening.url}/_sim/events`);
    const reader = body?.getReader();
    const name = 'x'.repeat(2000);
    for (let i = 0; i < 5; i++) await tell(10_000, listening.simulation, name);
    let text = '';
    while (!text.includes('event: gap')) text += new TextDecoder().decode((await reader?.read())?.value);
    expect(text.length).toBeLessThan(20 * 1024 * 1024);
    await reader?.cancel();
    await listening.stop();
  });
});

describe('events of a universe', () => {
  let id: string;

  beforeEach(async () => {
    ({ id } = (await control.post('/universes', { clock: 'manual', ttl: '30ms' })).body);
  });

  it('are its own', async () => {
    await using client = await EventClient.open(simulator, `/universes/${id}/events`);
    await tell(1);
    await control.post(`/universes/${id}/reset`);
    expect(namesOf(await client.take(1))).toEqual(['reset']);
  });

  it('end with it', async () => {
    await using client = await EventClient.open(simulator, `/universes/${id}/events`);
    await control.delete(`/universes/${id}`);
    expect(await client.next()).toBeNull();
  });

  it('keep it as long as somebody reads them', async () => {
    const client = await EventClient.open(simulator, `/universes/${id}/events`);
    const other = (await control.post('/universes', { ttl: '30ms' })).body.id;
    // Made later, with nobody in it: it ends first.
    await expect.poll(async () => (await control.get('/universes')).body.items.length).toBe(1);
    expect((await control.get('/universes')).body.items[0]).toMatchObject({ id });
    expect(other).not.toBe(id);
    await client[Symbol.asyncDispose]();
    await expect.poll(async () => (await control.get('/universes')).body.items.length).toBe(0);
  });
});
