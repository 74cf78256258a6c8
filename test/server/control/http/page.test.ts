import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONTROL_ROUTES } from '../../../../src/server/control/route-list.ts';
import { APPS, PlatformClient } from '../../../conformance/platform-client.ts';
import { ControlClient } from '../../../support/control.ts';
import { type Json, startSimulator, type TestSimulator } from '../../../support/simulator.ts';

let simulator: TestSimulator;
let control: ControlClient;

beforeEach(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator);
});

afterEach(() => simulator.stop());

/** What each of the lists that have nothing in them at the start is filled with: three items. */
const FILL: Readonly<Record<string, () => Promise<unknown>>> = {
  rules: () => addEach('/rules', [5, 6, 9], (result) => ({ outcome: { result } })),
  faults: () => addEach('/faults', [1, 2, 3], (delayMs) => ({ on: 'push', delayMs })),
  universes: () => addEach('/universes', ['b', 'a', 'c'], (name) => ({ name })),
  async findings() {
    const client = await PlatformClient.open(simulator.app, APPS.full);
    await client.call('config', { colour: 'red' }, { headers: { 'content-type': 'text/plain' } });
    await client.call('query', { size: '1', colour: 'blue' });
  },
};

async function addEach<T>(path: string, values: readonly T[], bodyOf: (value: T) => unknown): Promise<void> {
  for (const value of values) expect((await control.post(path, bodyOf(value))).status).toBe(201);
}

/** All items of a list, one a page. */
async function readByOne(path: string): Promise<Json[]> {
  const items: Json[] = [];
  let after = '';
  for (let next: string | null = ''; next !== null; ) {
    const { body } = await control.get(`${path}?limit=1${after}`);
    expect(body.items).toHaveLength(1);
    items.push(...body.items);
    next = body.next as string | null;
    after = `&after=${encodeURIComponent(next ?? '')}`;
  }
  return items;
}

describe('a list', () => {
  it.each(['rules', 'faults', 'apps', 'enterprises', 'urls', 'endpoints', 'universes', 'findings'])(
    'comes in pages, in one order: %s',
    async (name) => {
      await FILL[name]?.();
      const whole = (await control.get(`/${name}`)).body.items;
      expect(whole.length).toBeGreaterThan(1);
      expect(await readByOne(`/${name}`)).toEqual(whole);
    },
  );

  it('takes limit and after, whichever it is', () => {
    const lists = CONTROL_ROUTES.filter(({ method, answer }) => method === 'GET' && isList(answer()));
    expect(lists.length).toBeGreaterThan(10);
    for (const { path, query } of lists)
      expect([path, query?.safeParse({ limit: '1', after: '1' }).success]).toEqual([path, true]);
  });

  it.each(['apps', 'universes', 'endpoints'])('refuses a cursor that it never gave: %s', async (name) => {
    const { status, body } = await control.get(`/${name}?after=nobody`);
    expect([status, body.error.message]).toEqual([
      400,
      'after: found "nobody", expected the next of a page before',
    ]);
  });

  it('of rules goes on after one that was removed', async () => {
    await FILL.rules?.();
    const { next } = (await control.get('/rules?limit=2')).body;
    await control.delete(`/rules/${next}`);
    expect((await control.get(`/rules?after=${next}`)).body.items).toMatchObject([{ id: '3' }]);
  });

  it('of addresses comes in pages beside its filter', async () => {
    expect((await control.get('/urls?businessId=167&limit=1')).body).toMatchObject({
      items: [{ businessId: '167' }],
      next: null,
    });
  });
});

function isList(answer: object): boolean {
  return 'shape' in answer && 'dropped' in (answer.shape as object);
}
