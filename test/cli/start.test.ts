import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { startCli } from './run-cli.ts';

it('yeta-sim start --json prints one line for a program, and serves what it says', async () => {
  const args = ['start', '--port', '0', '--sip-port', '0', '--clock', 'manual', '--seed', '7', '--json'];
  const child = startCli(args);
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('no stdout');
  const lines: string[] = [];
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line));
  await once(reader, 'line');
  const told = JSON.parse(lines[0] ?? '');
  expect(told).toEqual({
    ready: true,
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    tlsUrl: null,
    appKey: expect.any(String),
    appSecret: expect.any(String),
    adminToken: null,
    sipPort: expect.any(Number),
    clock: { now: '2026-01-05T10:00:00.000+08:00', nowMs: 1767578400000, mode: 'manual', speed: 1 },
    seed: 7,
  });
  expect((await fetch(`${told.url}/_sim/readyz`)).status).toBe(200);
  const { appKey: app_key, appSecret: app_secret } = told;
  const token = await fetch(`${told.url}/openapi/oauth/v1/token`, {
    method: 'POST',
    body: JSON.stringify({ app_key, app_secret }),
  });
  expect(await token.json()).toMatchObject({ code: 0 });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(lines).toHaveLength(1);
});
