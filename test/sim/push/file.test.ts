import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FailureFile } from '../../../src/sim/port.ts';
import { createFilePort, type FileStore } from '../../../src/sim/push/file.ts';
import { unzip } from './unzip.ts';

const PATH = '150/2018-12-04/0E050E000F0B000A060D0D0C0B0B0B03.zip';

describe('a failure file', () => {
  it('holds a file per module below nested folders, a line per push', async () => {
    const { port, folder } = await createFolder();
    const { bytes } = await port.write(
      fileOf({ receiveVoice: ['{"a":1}'], receiveDialog: ['{"b":"您好"}', '{"b":2}'] }),
    );
    const path = join(folder, PATH);
    expect((await readFile(path)).length).toBe(bytes);
    expect((await unzip(path)).map(({ name, text }) => [name, text])).toEqual([
      ['150/2018-12-04/receiveDialog/receiveDialog.json', '{"b":"您好"}\n{"b":2}'],
      ['150/2018-12-04/receiveVoice/receiveVoice.json', '{"a":1}'],
    ]);
  });

  it('is the same to the byte when it is written again, in whatever order and zone', async () => {
    const { port, folder } = await createFolder();
    const many = Array.from({ length: 5000 }, (_, i) => JSON.stringify({ i, text: '客户'.repeat(i % 50) }));
    await port.write(fileOf({ receiveVoice: many, receiveDialog: ['{"b":1}'] }));
    const first = await readFile(join(folder, PATH));
    const zone = process.env.TZ;
    onTestFinished(() => {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    });
    process.env.TZ = 'America/Los_Angeles';
    await port.write(fileOf({ receiveDialog: ['{"b":1}'], receiveVoice: many }));
    expect((await readFile(join(folder, PATH))).equals(first)).toBe(true);
    expect((await unzip(join(folder, PATH)))[0]).toMatchObject({
      at: 'Tue Dec 04 2018 12:00:00',
      mode: 0o100644,
    });
  });

  it('appears under its name only when it is complete', async () => {
    const { port, folder } = await createFolder();
    const seen = new Set<string>();
    function* lines() {
      for (let i = 0; i < 50; i++) {
        yield randomBytes(100_000).toString('base64');
        for (const name of readdirSync(join(folder, '150/2018-12-04'))) seen.add(name);
      }
    }
    await port.write({ path: PATH, modules: [{ module: 'receiveVoice', lines }] });
    expect([...seen]).toEqual([`.${PATH.slice(15)}.tmp`]);
    expect(await readdir(join(folder, '150/2018-12-04'))).toEqual([PATH.slice(15)]);
  });

  it('that cannot be written leaves nothing, keeps the one before, and the next is written', async () => {
    const { port, folder } = await createFolder();
    await port.write(fileOf({ receiveVoice: ['{"a":1}'] }));
    const before = await readFile(join(folder, PATH));
    function* broken() {
      yield 'x'.repeat(200_000);
      throw new Error('the store is gone');
    }
    const failing = port.write({ path: PATH, modules: [{ module: 'receiveVoice', lines: broken }] });
    await expect(failing).rejects.toThrow('the store is gone');
    expect(await readdir(join(folder, '150/2018-12-04'))).toEqual([PATH.slice(15)]);
    expect((await readFile(join(folder, PATH))).equals(before)).toBe(true);
    await port.write(fileOf({ receiveVoice: ['{"a":2}'] }));
    expect((await unzip(join(folder, PATH)))[0]?.text).toBe('{"a":2}');
  });

  it.each(['../x.zip', '/etc/x.zip', '150/2018-12-04/../../x.zip', 'x.zip'])(
    'is never written to, or removed from, %s',
    async (path) => {
      const { port } = await createFolder();
      await expect(port.write({ path, modules: [] })).rejects.toThrow('is not the path of a failure file');
      await expect(port.remove(path)).rejects.toThrow('is not the path of a failure file');
    },
  );

  it('goes with its folder when it is removed, and removing it again is nothing', async () => {
    const { port, folder } = await createFolder();
    await port.write(fileOf({ receiveVoice: ['{}'] }));
    await port.remove(PATH);
    await port.remove(PATH);
    expect(await readdir(join(folder, '150'))).toEqual([]);
  });

  it('of many lines is written in flat memory', { timeout: 60_000 }, async () => {
    const script = fileURLToPath(new URL('./write-many-lines.ts', import.meta.url));
    // A heap that could not hold a tenth of them.
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--max-old-space-size=32',
      script,
      '200000',
    ]);
    const { characters, peakMiB } = JSON.parse(stdout) as { characters: number; peakMiB: number };
    expect(characters).toBeGreaterThan(60_000_000); // 170 MB of UTF-8
    expect(peakMiB).toBeLessThan(120);
  });
});

describe('a folder of failure files', () => {
  it('is cleared of what a crash left half-written when it is taken up', async () => {
    const folder = await makeFolder();
    await mkdir(join(folder, '150/2018-12-04'), { recursive: true });
    await writeFile(join(folder, '150/2018-12-04/.0E05.zip.tmp'), 'half');
    await writeFile(join(folder, '150/2018-12-04/0A0B.zip'), 'whole');
    await createFilePort(folder).close();
    expect(await readdir(join(folder, '150/2018-12-04'))).toEqual(['0A0B.zip']);
  });

  it('that is private is made at the first write and gone after the close', async () => {
    const port = createFilePort(null);
    expect(await port.open(PATH)).toBe(null);
    await port.remove(PATH);
    const { bytes } = await port.write(fileOf({ receiveVoice: ['{}'] }));
    const file = await port.open(PATH);
    expect(file?.size).toBe(bytes);
    await file?.close();
    const folders = await readdir(tmpdir());
    await port.close();
    const gone = folders.filter((name) => name.startsWith('yeta-sim-') && !existsSync(join(tmpdir(), name)));
    expect(gone).not.toEqual([]);
    expect(await port.open(PATH)).toBe(null);
  });
});

describe('opening a failure file', () => {
  it('reads it piece by piece', async () => {
    const { port, folder } = await createFolder();
    await port.write(fileOf({ receiveVoice: ['{"a":1}'] }));
    const whole = await readFile(join(folder, PATH));
    const file = await port.open(PATH);
    expect(file?.size).toBe(whole.length);
    const pieces = [
      await file?.read(0, 10),
      await file?.read(10, 100_000),
      await file?.read(whole.length, 10),
    ];
    expect(Buffer.concat(pieces.map((piece) => piece ?? Buffer.alloc(0))).equals(whole)).toBe(true);
    expect(pieces[2]).toHaveLength(0);
    await file?.close();
  });

  it('finds nothing outside, half-written, linked, or that is no file', async () => {
    const { port, folder } = await createFolder();
    await port.write(fileOf({ receiveVoice: ['{}'] }));
    const day = join(folder, '150/2018-12-04');
    await writeFile(join(folder, 'secret.zip'), 'secret');
    await writeFile(join(day, '.0A.zip.tmp'), 'half');
    await symlink(join(folder, 'secret.zip'), join(day, '0C.zip'));
    await symlink(join(day, PATH.slice(15)), join(day, '0D.zip'));
    await symlink(join(folder, '150'), join(folder, '151'));
    await mkdir(join(day, '0E.zip'));
    for (const path of [
      '150/2018-12-04/0B.zip',
      '150/2018-12-04/.0A.zip.tmp',
      '150/2018-12-04/0C.zip',
      '150/2018-12-04/0D.zip',
      '150/2018-12-04/0E.zip',
      PATH.replace('150', '151'),
      '../secret.zip',
      'secret.zip',
      `${folder}/secret.zip`,
      `${PATH}/x.zip`,
      `150/2018-12-04/${'0'.repeat(64)}.zip`,
      '',
    ]) {
      expect([path, await port.open(path)]).toEqual([path, null]);
    }
    // A control: the file itself is there.
    const file = await port.open(PATH);
    expect(file).not.toBe(null);
    await file?.close();
  });
});

async function createFolder(): Promise<{ folder: string; port: FileStore }> {
  const folder = await makeFolder();
  const port = createFilePort(folder);
  onTestFinished(() => port.close());
  return { folder, port };
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'yeta-files-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

function fileOf(modules: Record<string, readonly string[]>): FailureFile {
  return {
    path: PATH,
    modules: Object.entries(modules).map(([module, lines]) => ({ module, lines: () => lines })),
  };
}
