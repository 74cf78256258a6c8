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

describe('the built-in receiver', () => {
  it('answers success, whatever comes, and keeps it', async () => {
    const answer = await control.post('/receiver/receiveDialog', 'no json');
    expect([answer.status, answer.body]).toEqual([200, 'success']);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect((await control.get('/receiver')).body).toEqual({
      items: [
        {
          id: '1',
          at: '2026-01-05T10:00:00.000+08:00',
          atMs: 1_767_578_400_000,
          module: 'receiveDialog',
          body: 'no json',
        },
      ],
      next: null,
      dropped: 0,
    });
  });

  it('answers a pull with a sample', async () => {
    expect((await control.post('/receiver/getDialogContext')).body).toEqual({ 姓名: '张三', 性别: '男' });
  });

  it('gets the pushes of the default fixtures over a socket too', async () => {
    const listening = await startSimulator({ listen: true, pushUrl: 'http://127.0.0.1:1' });
    try {
      const there = new ControlClient(listening);
      const urls = [
        { module: 'receiveCallRecord', url: `${listening.url}/_sim/receiver/receiveCallRecord?from=me` },
      ];
      await there.put('/urls', { businessId: '167', urls });
      await callOut(listening, ['19900001020']);
      await there.post('/clock/advance', { until: 'idle' });
      expect((await there.get('/receiver')).body.items).toHaveLength(2);
      expect((await there.get('/pushes?state=delivered')).body.items).toHaveLength(2);
    } finally {
      await listening.stop();
    }
  });

  it('is found by module, comes in pages, and forgets', async () => {
    for (const module of ['a', 'b', 'a']) await control.post(`/receiver/${module}`);
    expect((await control.get('/receiver?module=a')).body.items.map(({ id }: Json) => id)).toEqual([
      '1',
      '3',
    ]);
    const { items, next } = (await control.get('/receiver?limit=1&module=a')).body;
    expect([items[0].id, next]).toEqual(['1', '1']);
    expect((await control.delete('/receiver')).status).toBe(200);
    expect((await control.get('/receiver')).body.items).toEqual([]);
  });
});

describe('POST /push-files/close', () => {
  it('closes the day’s failure file now; its zip can be fetched at once', async () => {
    await control.post('/faults', { on: 'push', network: 'timeout' });
    await callOut(simulator, ['19900001020']);
    await control.post('/clock/advance', { until: 'idle' });
    const { status, body } = await control.post('/push-files/close');
    expect([status, body.files]).toEqual([
      200,
      [
        {
          businessId: '167',
          day: '2026-01-05',
          path: expect.stringMatching(/^167\/2026-01-05\/.+\.zip$/),
          lines: 2,
        },
      ],
    ]);
    const zip = await simulator.request(`/push_download/${body.files[0].path}`);
    expect(zip.status).toBe(200);
    expect(
      Buffer.from(await zip.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
    expect((await control.post('/push-files/close')).body).toEqual({ files: [] });
  });
});
