import { once } from 'node:events';
import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exportKey, issueAuthority, issueLeaf } from '../src/cli/tls/certificate.ts';
import { createSimulator } from '../src/simulator.ts';
import { CERTIFICATE, PRIVATE_KEY } from './sim/push/certificate.ts';

/** Files with these texts, by the names of the settings. */
function files({ cert = CERTIFICATE, key = PRIVATE_KEY }: { cert?: string; key?: string } = {}) {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'yeta-sim-tls-'));
  onTestFinished(() => folder.remove());
  const [tlsCert, tlsKey] = [join(folder.path, 'c.pem'), join(folder.path, 'k.pem')];
  writeFileSync(tlsCert, cert);
  writeFileSync(tlsKey, key);
  return { tlsPort: 0, tlsCert, tlsKey };
}

describe('HTTPS cannot be served', () => {
  it.each([
    ['without files', { tlsPort: 0 }, /^yeta-sim-tls\/cert\.pem: found no such file, .*yeta-sim tls$/],
    ['with one alone', { tlsPort: 0, tlsCert: 'c.pem' }, /^tlsKey: found nothing, .* as tlsCert is given$/],
    ['with the other', { tlsPort: 0, tlsKey: 'k.pem' }, /^tlsCert: found nothing, .* as tlsKey is given$/],
  ])('%s', async (_, options, message) => {
    await expect(createSimulator(options)).rejects.toThrow(message);
  });

  it.each([
    [{ cert: 'garbage' }, /c\.pem: found .*, expected a certificate in PEM; make one with: yeta-sim tls$/],
    [{ key: CERTIFICATE }, /k\.pem: found .*, expected a key in PEM without a passphrase; make one/],
  ])('with %j', async (wrong, message) => {
    await expect(createSimulator(files(wrong))).rejects.toThrow(message);
  });

  it('with the key of another certificate', async () => {
    const { key } = await issueAuthority([], new Date());
    await expect(createSimulator(files({ key: exportKey(key) }))).rejects.toThrow(
      /k\.pem: found the key of another certificate, expected the key of .*c\.pem/,
    );
  });

  it('on a port that is taken, which is said of its own flag', async () => {
    await using first = await createSimulator();
    const tlsPort = Number(new URL(first.url).port);
    const second = createSimulator({ ...files(), tlsPort });
    await expect(second).rejects.toThrow(
      `cannot listen on 127.0.0.1:${tlsPort} for HTTPS: the port is taken`,
    );
    await expect(second).rejects.toMatchObject({ name: 'ListenError', flag: '--tls-port' });
  });

  it('and is not, unless it is asked for', async () => {
    await using off = await createSimulator({ tlsPort: 'off', tlsCert: 'none', tlsKey: 'none' });
    expect(off.tlsUrl).toBeNull();
  });
});

it('a certificate that has ended is served all the same, and told of', async () => {
  const longAgo = new Date('2020-01-01T00:00:00Z');
  const leaf = await issueLeaf(await issueAuthority([], longAgo), ['localhost'], longAgo);
  const told: string[] = [];
  const options = files({ cert: leaf.certificate.toString(), key: exportKey(leaf.key) });
  await using simulator = await createSimulator({ ...options, log: (message) => told.push(message) });
  expect(simulator.tlsUrl).not.toBeNull();
  expect(told).toEqual([expect.stringMatching(/c\.pem ended on .* 2021 .*renew it with: yeta-sim tls/)]);
});

it('a request over HTTPS that is under way is told, and cut off, at the end', async () => {
  const sim = await createSimulator(files());
  const fault = await sim.faults.add({ on: 'token', network: 'timeout', times: 1 });
  const path = '/openapi/oauth/v1/token';
  const sent = request(`${sim.tlsUrl}${path}`, { method: 'POST', rejectUnauthorized: false }).end('{}');
  const cutOff = once(sent, 'error');
  await expect.poll(() => sim.faults.list(), { interval: 1 }).not.toContainEqual(fault);
  expect(await sim.close(0)).toEqual([`POST ${path}`]);
  expect(await cutOff).toMatchObject([{ code: 'ECONNRESET' }]);
});
