import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TestReceiver } from '../support/receiver.ts';
import { numbersFrom, rowsOf, Stage } from '../support/stage.ts';

/** A file system of 2 MiB, where this process may mount one. */
const disk = mountSmallDisk();

afterAll(() => {
  if (disk !== null) spawnSync('umount', [disk]);
});

function mountSmallDisk(): string | null {
  if (process.platform !== 'linux') return null;
  const folder = mkdtempSync(join(tmpdir(), 'yeta-sim-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
  if (status === 0) return folder;
  rmSync(folder, { recursive: true });
  return null;
}

/** Takes all the room there is. */
function fill(folder: string): void {
  for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2)) {
    for (let i = 0; i < 64; i++) {
      try {
        writeFileSync(join(folder, `ballast-${size}-${i}`), Buffer.alloc(size));
      } catch {
        rmSync(join(folder, `ballast-${size}-${i}`), { force: true });
        break;
      }
    }
  }
}

function empty(folder: string): void {
  spawnSync('sh', ['-c', 'rm -f "$1"/ballast-*', 'sh', folder]);
}

describe.runIf(disk !== null)('a store whose disk is full', () => {
  const folder = join(disk ?? '', 'data');

  it('answers every request of the batch with 10004, keeps nothing of them, and works again afterwards', async () => {
    await using receiver = await TestReceiver.start();
    const stage = await Stage.open({ dataDir: folder, receiver, expectErrors: true });
    const taken = async (numbers: readonly string[]) => {
      const { code } = await stage.call('callout', {
        line_num: '055169101408',
        robot_id: '719',
        ...rowsOf(numbers),
      });
      return code;
    };
    expect(await taken(numbersFrom(0, 1))).toBe(0);
    const before = stage.dump();
    fill(disk ?? '');
    // More than fits into what may still be free within pages and log.
    const codes: number[] = [];
    for (let i = 0; i < 20; i++) {
      const batch = [1, 2, 3].map((n) => taken(numbersFrom(i * 1000 + n * 100, 50)));
      codes.push(...(await Promise.all(batch)));
    }
    const refused = codes.indexOf(10004);
    expect(refused).toBeGreaterThanOrEqual(0);
    // Once it is full it stays full, and the three of a tick share their fate.
    expect(new Set(codes.slice(refused))).toEqual(new Set([10004]));
    expect(refused % 3).toBe(0);
    expect(stage.simulation.isWriting).toBe(false);
    expect(stage.simulation.fault).toBeNull();
    await expect(stage.advance(1000)).rejects.toMatchObject({ reason: 'busy' });
    const full = JSON.parse(stage.dump());
    expect(full.submission).toHaveLength(1 + refused);
    expect(full.call).toEqual([]);
    // Reads are answered all the while.
    expect((await stage.call('config', {})).code).toBe(0);

    empty(disk ?? '');
    expect(await taken(numbersFrom(90_000, 1))).toBe(0);
    expect(stage.simulation.isWriting).toBe(true);
    await stage.idle({ overlap: true });
    const dump = stage.dump();
    const { submission, call, outbox } = JSON.parse(dump);
    expect(submission).toHaveLength(2 + refused);
    expect(call).toHaveLength(2 + refused * 50);
    expect(outbox.every(({ state }: { state: number }) => state === 1)).toBe(true);
    await stage.close();
    expect(before).not.toBe(dump);

    // And so it stands on the disk.
    await using again = await Stage.open({ dataDir: folder, receiver });
    expect(again.dump()).toBe(dump);
  });
});

it('is tried where a disk can be mounted', () => {
  expect(disk === null || existsSync(disk)).toBe(true);
});
