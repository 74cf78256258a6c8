import { createPrivateKey, type X509Certificate } from 'node:crypto';
import {
  copyFileSync,
  mkdtempDisposableSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { BasicConstraints, Certificate, id_BasicConstraints } from 'pkijs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exportKey, type Issued, issueAuthority, issueLeaf } from '../../../src/cli/tls/certificate.ts';
import { type FilledFolder, fillFolder } from '../../../src/cli/tls/folder.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS);

function openFolder(): string {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'yeta-sim-tls-'));
  onTestFinished(() => folder.remove());
  return folder.path;
}

function fill(folder: string, more: Partial<Parameters<typeof fillFolder>[0]> = {}): Promise<FilledFolder> {
  return fillFolder({ folder, names: [], force: false, now: NOW, ...more });
}

/** Whether a client that trusts the authority takes the certificate for this name; null: it does, else why not. */
async function judge(ca: X509Certificate, leaf: Issued, servername: string): Promise<string | null> {
  const server = createServer({ cert: leaf.certificate.toString(), key: exportKey(leaf.key) });
  server.on('tlsClientError', () => {});
  server.on('connection', (socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const client = connect({ host: '127.0.0.1', port, servername, ca: ca.toString() });
  const verdict = await new Promise<string | null>((resolve) => {
    client.on('secureConnect', () => resolve(null));
    client.on('error', (error) => resolve(error.message));
  });
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  return verdict;
}

describe('the certificates', () => {
  it('are for the platform, this machine and the names that were given', async () => {
    const { leaf } = await fill(openFolder(), {
      names: ['yeta-sim', '*.shop.test', '192.168.1.10', 'fd00::1'],
    });
    for (const name of ['www.xfyeta.com', 'localhost', 'yeta-sim', 'a.shop.test'])
      expect(leaf.checkHost(name)).toBeDefined();
    for (const address of ['127.0.0.1', '::1', '192.168.1.10', 'fd00::1'])
      expect(leaf.checkIP(address)).toBe(address);
    for (const name of ['xfyeta.com', 'shop.test', 'example.com'])
      expect(leaf.checkHost(name)).toBeUndefined();
  });

  it('are as clients want them: P-256, a life below 398 days, for servers only, by an authority for one level', async () => {
    const { ca, leaf } = await fill(openFolder());
    for (const { publicKey } of [ca, leaf])
      expect(publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(leaf.validToDate.getTime() - leaf.validFromDate.getTime()).toBeLessThan(398 * DAY_MS);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect([ca.ca, leaf.ca]).toEqual([true, false]);
    expect(leaf.checkIssued(ca) && leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.serialNumber).not.toBe(ca.serialNumber);
    const basic = Certificate.fromBER(ca.raw).extensions?.find(
      ({ extnID }) => extnID === id_BasicConstraints,
    );
    expect(basic).toMatchObject({ critical: true, parsedValue: { cA: true, pathLenConstraint: 0 } });
    expect(basic?.parsedValue).toBeInstanceOf(BasicConstraints);
  });

  it('are of an authority that nobody has to fear: no client takes its word for a name outside', async () => {
    const authority = await issueAuthority(['www.xfyeta.com', 'shop.example.com', '203.0.113.7'], new Date());
    const named = (name: string) => issueLeaf(authority, [name], new Date());
    const ask = async (name: string) => judge(authority.certificate, await named(name), name);
    expect(await ask('www.xfyeta.com')).toBeNull();
    expect(await ask('shop.example.com')).toBeNull();
    expect(await ask('a.test')).toBeNull();
    expect(await ask('www.example.com')).toBe('permitted subtree violation');
    expect(await ask('www.bank.com')).toBe('permitted subtree violation');
    const address = (ip: string) => named(ip).then((leaf) => judge(authority.certificate, leaf, ''));
    expect(await address('203.0.113.8')).toBe('permitted subtree violation');
    expect(await address('127.0.0.1')).toBeNull();
  });

  it('lie beside their keys, which nobody else can read and no repository takes', async () => {
    const folder = join(openFolder(), 'new', 'tls');
    await fill(folder);
    expect(readdirSync(folder).sort()).toEqual(['.gitignore', 'ca-key.pem', 'ca.pem', 'cert.pem', 'key.pem']);
    for (const name of ['ca-key.pem', 'key.pem']) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
      expect(createPrivateKey(readFileSync(join(folder, name))).asymmetricKeyType).toBe('ec');
    }
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('*\n');
  });
});

describe('a second run', () => {
  it('keeps what is there', async () => {
    const folder = openFolder();
    const first = await fill(folder);
    expect(first.made).toEqual(['ca', 'leaf']);
    const second = await fill(folder, { now: inDays(360) });
    expect(second.made).toEqual([]);
    expect(second.leaf.raw).toEqual(first.leaf.raw);
  });

  it('renews a certificate that ends within 30 days, for the same names and by the same authority', async () => {
    const folder = openFolder();
    const first = await fill(folder, { names: ['yeta-sim'] });
    const second = await fill(folder, { now: inDays(370) });
    expect(second.made).toEqual(['leaf']);
    expect(second.ca.raw).toEqual(first.ca.raw);
    expect(second.names).toEqual([...first.names]);
    expect(second.leaf.validToDate.getTime()).toBeGreaterThan(inDays(370 + 390).getTime());
  });

  it('renews the authority too once that ends', async () => {
    const folder = openFolder();
    await fill(folder);
    expect((await fill(folder, { now: inDays(3500) })).leaf.validToDate).toEqual(
      (await fill(folder, { now: inDays(3500) })).ca.validToDate,
    );
    expect((await fill(folder, { now: inDays(3640) })).made).toEqual(['ca', 'leaf']);
  });

  it('adds a name', async () => {
    const folder = openFolder();
    await fill(folder, { names: ['one.test'] });
    const { made, names } = await fill(folder, { names: ['two.test', 'fd00::2', 'localhost'] });
    expect(made).toEqual(['leaf']);
    expect(names.slice(4)).toEqual(['one.test', 'two.test', 'fd00::2']);
  });

  it('refuses a name that the authority may not sign for, unless it may make everything anew', async () => {
    const folder = openFolder();
    const first = await fill(folder);
    await expect(fill(folder, { names: ['shop.example.com', 'a.test', '8.8.8.8'] })).rejects.toThrow(
      `${join(folder, 'ca.pem')}: found an authority that may not sign for shop.example.com, 8.8.8.8, expected one that may: --force`,
    );
    const second = await fill(folder, { names: ['shop.example.com'], force: true });
    expect(second.made).toEqual(['ca', 'leaf']);
    expect(second.ca.raw).not.toEqual(first.ca.raw);
    expect((await fill(folder)).made).toEqual([]);
  });

  it.each(['cert.pem', 'key.pem', 'ca.pem', 'ca-key.pem'])(
    'touches nothing if the %s is lost, damaged or of somebody else, but with force',
    async (name) => {
      const folder = openFolder();
      await fill(folder);
      const others = openFolder();
      await fill(others);
      const look = () => readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'));
      const spoil = [
        () => rmSync(join(folder, name)),
        () => writeFileSync(join(folder, name), 'damaged'),
        () => copyFileSync(join(others, name), join(folder, name)),
      ];
      for (const each of spoil) {
        each();
        const before = look();
        await expect(fill(folder)).rejects.toThrow(
          'expected both or neither: remove them, or have everything',
        );
        expect(look()).toEqual(before);
      }
      expect((await fill(folder, { force: true })).made).toEqual(['ca', 'leaf']);
    },
  );

  it('makes the certificate alone anew once it was removed with its key', async () => {
    const folder = openFolder();
    await fill(folder);
    for (const name of ['cert.pem', 'key.pem']) rmSync(join(folder, name));
    expect((await fill(folder)).made).toEqual(['leaf']);
  });

  it('leaves the rules of a folder that was there alone', async () => {
    const folder = openFolder();
    writeFileSync(join(folder, '.gitignore'), 'node_modules\n');
    await fill(folder);
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('node_modules\n');
  });

  it('says so where nothing can be written', async () => {
    const folder = join(openFolder(), 'file');
    writeFileSync(folder, '');
    await expect(fill(folder)).rejects.toThrow('expected a folder that can be written');
  });
});
