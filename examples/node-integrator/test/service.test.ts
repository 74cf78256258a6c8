import { expect, test } from 'vitest';
import { createSimulator } from 'yeta-sim';
import { startService } from '../src/service.ts';

const MODULES = ['receiveCallRecord', 'receiveDialog', 'receiveVoice'] as const;

test('every customer has a result, words and a recording, however the pushes come', async () => {
  await using sim = await createSimulator({ clock: 'manual', seed: 7 });
  const yeta = { url: sim.url, ...sim.app };
  await using service = await startService({ yeta, port: 0, database: ':memory:' });
  const urls = MODULES.map((module) => ({ module, url: `${service.url}/yeta/${module}` }));
  await sim.accounts.setUrls(sim.app.businessId, urls);

  // Magic numbers: pushed twice, records swapped, dialogue first, all of it 3 minutes late; and one who never answers.
  const phones = ['19900006001', '19900006002', '19900006004', '19900006005', '19900001020'];
  const body = JSON.stringify(phones.map((phone) => ({ phone, name: '张先生' })));
  await fetch(`${service.url}/customers`, { method: 'POST', body });
  await sim.clock.advance({ until: 'idle' });

  const talked = {
    result: '0',
    dialog: expect.stringContaining('张先生'),
    recording: expect.stringMatching(/wav$/),
  };
  const missed = { result: '20', talked: 0, recording: null };
  const outcomes = await (await fetch(`${service.url}/customers`)).json();
  expect(outcomes).toMatchObject([talked, talked, talked, talked, missed]);
  expect(await sim.findings()).toEqual([]);
});
