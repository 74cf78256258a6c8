import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSimulator } from '../../src/simulator.ts';
import { callCli } from './run-cli.ts';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startSimulator(): Promise<string> {
  const simulator = await createSimulator({ clock: 'manual' });
  onTestFinished(async () => {
    await simulator.close();
  });
  return simulator.url;
}

describe('yeta-sim readyz', () => {
  it('ends with 0 for a simulator that is ready', async () => {
    const url = await startSimulator();
    expect(await callCli(['readyz', '--url', `${url}/`])).toEqual({
      code: 0,
      stdout: `ready: ${url}\n`,
      stderr: '',
    });
  });

  it('finds it by the variables of the simulator itself', async () => {
    const url = await startSimulator();
    const { port } = new URL(url);
    const runs = [{ YETA_SIM_URL: url }, { YETA_SIM_PORT: port, YETA_SIM_HOST: '0.0.0.0' }, { PORT: port }];
    const ends = await Promise.all(runs.map((env) => callCli(['readyz', '--json'], { env })));
    for (const { code, stdout } of ends)
      expect([code, JSON.parse(stdout)]).toEqual([0, { ready: true, url, why: null }]);
  });

  it('ends with 1 where nothing listens', async () => {
    const { code, stderr } = await callCli(['readyz', '--url', 'http://127.0.0.1:1']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'not ready: http://127.0.0.1:1: nothing listens there\n',
    });
  });

  it('says why a simulator is not ready, and that something else is none', async () => {
    const notReady = { error: { code: 'not-ready', message: 'the store cannot be written', details: {} } };
    const busy = await serve((_, response) => response.writeHead(503).end(JSON.stringify(notReady)));
    const other = await serve((_, response) => response.writeHead(404).end('<html>'));
    const [one, two] = await Promise.all([busy, other].map((url) => callCli(['readyz', '--url', url])));
    expect(one).toMatchObject({ code: 1, stderr: `not ready: ${busy}: the store cannot be written\n` });
    expect(two).toMatchObject({ code: 1, stderr: expect.stringContaining('HTTP 404') });
  });

  it('with --wait asks again until it is', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked++;
      response.writeHead(asked < 3 ? 503 : 200).end('{}');
    });
    expect(await callCli(['readyz', '--wait', '--url', url])).toMatchObject({ code: 0 });
    expect(asked).toBe(3);
  });

  it('with --wait gives up in time, also on a server that says nothing', async () => {
    const mute = await serve(() => {});
    const runs = await Promise.all(
      [mute, 'http://127.0.0.1:1'].map((url) =>
        callCli(['readyz', '--wait', '--timeout', '300ms', '--json', '--url', url]),
      ),
    );
    expect(runs.map(({ code }) => code)).toEqual([1, 1]);
    expect(JSON.parse(runs[0]?.stdout ?? '')).toMatchObject({ ready: false, why: 'no answer in time' });
  });
});
