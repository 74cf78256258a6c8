import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPS, PlatformClient } from '../../conformance/platform-client.ts';
import { ControlClient, callIn, callOut } from '../../support/control.ts';
import { type Json, startSimulator, type TestSimulator } from '../../support/simulator.ts';

/* The bodies of the published contract that no document prints are this simulator's own: `vitest -u` writes them anew. */

let simulator: TestSimulator;
let control: ControlClient;
let client: PlatformClient;

beforeAll(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator);
  client = await PlatformClient.open(simulator.app, APPS.full);
  // Ten seconds of talk; robots that ask in the middle; and a call that comes in.
  await callOut(simulator, ['19900005001']);
  await client.call('callout', {
    robot_id: '4567',
    line_num: '69101338',
    call_column: ['客户手机号码'],
    call_list: [['19900000001'], ['19900000001'], ['19900000001']],
  });
  await simulator.advance('idle');
  await callIn(control, { callRelationId: 'crm-1', caller: '19900000001' });
  await simulator.advance('idle');
});

afterAll(() => simulator.stop());

async function bodiesOf(variant: string): Promise<Json[]> {
  const { items } = (await control.get('/pushes')).body;
  return items.filter((push: Json) => push.variant === variant).map((push: Json) => push.body);
}

/** The file is what the contract shows. */
async function expectExample(body: Json, name: string): Promise<void> {
  expect(body).toBeDefined();
  await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot(
    `../../../fixtures/example/${name}.json`,
  );
}

describe('an example of the contract is what this simulator sends at seed 1', () => {
  it.each([
    ['basic', 'receive-call-record.basic.request'],
    ['outbound', 'receive-call-record.outbound.request'],
    ['inbound', 'receive-call-record.inbound.request'],
    ['voice', 'receive-voice.request'],
    ['dialog', 'receive-dialog.request'],
  ])('the %s push', async (variant, name) => {
    await expectExample((await bodiesOf(variant))[0], name);
  });

  it('the getSemantics pull', async () => {
    const { items } = (await control.get('/receiver?module=getSemantics')).body;
    await expectExample(JSON.parse(items[0]?.body ?? 'null') ?? undefined, 'get-semantics.request');
  });

  it('the answer of task/query', async () => {
    const { text } = await client.call('query', { page_size: 2, sort_name: 'ID', sort_order: 'ASC' });
    await expectExample(JSON.parse(text), 'task-query.response');
  });
});
