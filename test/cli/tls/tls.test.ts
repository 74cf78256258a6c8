import { existsSync, mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createSimulator } from '../../../src/simulator.ts';
import { callCli } from '../run-cli.ts';

function openFolder(): string {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'yeta-sim tls-'));
  onTestFinished(() => folder.remove());
  return folder.path;
}

it('yeta-sim tls makes what --tls-port takes from the same folder, and prints lines of trust', async () => {
  const cwd = openFolder();
  const { code, stdout, stderr } = await callCli(['tls', 'yeta-sim'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const ca = join(cwd, 'yeta-sim-tls', 'ca.pem');
  expect(stdout).toContain('for www.xfyeta.com, localhost, 127.0.0.1, ::1, yeta-sim\n');
  expect(stdout).toContain('Start with:  yeta-sim --tls-port 8443\n');
  expect(stdout).toContain(`\nexport NODE_EXTRA_CA_CERTS='${ca}'\n`);
  expect(stdout).toMatch(/# Windows.*\(not tried\)\n/);
  const again = await callCli(['tls', '--json'], { cwd });
  const report = JSON.parse(again.stdout);
  expect(report).toMatchObject({ made: [], ca, names: expect.arrayContaining(['yeta-sim']) });
  expect(report.trust).toContainEqual({
    client: 'Node',
    lines: [`export NODE_EXTRA_CA_CERTS='${ca}'`],
    tried: true,
  });
  const simulator = await createSimulator({ tlsPort: 0, tlsCert: report.cert, tlsKey: report.key });
  expect(simulator.tlsUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect((await simulator.health()).ports.tls).toBe(Number(new URL(simulator.tlsUrl ?? '').port));
  await simulator.close();
});

it('yeta-sim tls --dir keeps them elsewhere, and says how to start with them', async () => {
  const cwd = openFolder();
  const { stdout } = await callCli(['tls', '--dir', 'a/b'], { cwd });
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(cwd, 'a', 'b', name));
  expect(stdout).toContain(`yeta-sim --tls-port 8443 --tls-cert '${cert}' --tls-key '${key}'\n`);
  expect(existsSync(join(cwd, 'yeta-sim-tls'))).toBe(false);
});
