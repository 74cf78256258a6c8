import { existsSync } from 'node:fs';
import { mkdtempDisposable, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closeFiles } from '../../src/sim/push/day-end.ts';
import type { OutboxRow } from '../../src/sim/push/outbox.ts';
import { resendPage, resendPush } from '../../src/sim/push/resend.ts';
import type { World } from '../../src/sim/world.ts';
import { unzip } from '../sim/push/unzip.ts';
import { TestReceiver } from '../support/receiver.ts';
import { at, DAY, MINUTE, Stage } from '../support/stage.ts';

const NEVER_RANG = '19900001007';

/** A push as it stands. */
function settled(world: World, id: number): OutboxRow {
  const row = world.outbox.row(id);
  if (row === null) throw new Error(`there is no push ${id}`);
  return row;
}

interface FileRow {
  readonly path: string;
  readonly ready: number;
  readonly lines: number;
}

/** A receiver that takes nothing, and a folder whose failure files have no room. */
async function openWithoutRoom() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-files-'));
  const receiver = await TestReceiver.start();
  receiver.answer = () => 'no';
  const push = join(folder.path, 'push');
  await writeFile(push, 'a file where a folder should be');
  return {
    receiver,
    options: { dataDir: folder.path, receiver, push: { retryDelays: [] }, expectErrors: true },
    makeRoom: () => rm(push),
    has: (path: string) => existsSync(join(push, path)),
    async [Symbol.asyncDispose]() {
      await receiver.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Resolves once there are two pushes in this state. */
async function waitForPushes(stage: Stage, state: 'failed' | 'delivered'): Promise<void> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const body = JSON.stringify({ for: 'push', where: { state }, count: 2 });
  expect((await stage.app.request('/_sim/wait', { ...init, body })).status).toBe(200);
}

function filesOf(stage: Stage): Promise<FileRow[]> {
  return stage.rows<FileRow>('SELECT path, ready, lines FROM push_file ORDER BY id');
}

async function close(stage: Stage): Promise<{ status: number; error?: { message: string } }> {
  const response = await stage.app.request('/_sim/push-files/close', { method: 'POST' });
  return { status: response.status, ...((await response.json()) as object) };
}

/** The lines of a failure file, as it is downloaded. */
async function linesOf(stage: Stage, path: string): Promise<string[]> {
  const response = await stage.app.request(`/push_download/${path}`);
  expect(response.status).toBe(200);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-zip-'));
  const zip = join(folder.path, 'file.zip');
  await writeFile(zip, Buffer.from(await response.arrayBuffer()));
  return (await unzip(zip)).flatMap(({ text }) => text.split('\n'));
}

it('a line of a failure file has the number of attempts that were made', async () => {
  await using receiver = await TestReceiver.start();
  receiver.answer = () => 'no';
  await using stage = await Stage.open({ receiver, push: { retryDelays: [1000] } });
  await stage.callout([NEVER_RANG]);
  await stage.idle();
  await close(stage);
  const [file] = await filesOf(stage);
  const lines = await linesOf(stage, file?.path ?? '');
  expect(lines.map((line) => JSON.parse(line).retryTimes)).toEqual([2, 2]);
  expect(receiver.got).toHaveLength(4);
});

describe('a failure file that cannot be written', () => {
  it('is told, and stops neither requests nor a clock that runs; it is written at the next close', async () => {
    await using room = await openWithoutRoom();
    const { receiver } = room;
    await using stage = await Stage.open({ ...room.options, clock: 'x1000' });
    await stage.callout([NEVER_RANG]);
    await waitForPushes(stage, 'failed');
    const first = await close(stage);
    const [{ path: unwritten = '' } = {}] = await filesOf(stage);
    expect(first).toMatchObject({
      status: 503,
      error: { code: 'push-file-not-written', details: { paths: [unwritten] } },
    });
    expect(first.error?.message).toContain('ENOTDIR');
    const again = await stage.app.request('/_sim/pushes/1/resend', { method: 'POST' });
    expect([again.status, await again.json()]).toMatchObject([409, { error: { code: 'push-being-filed' } }]);
    expect(stage.logged).toHaveLength(1);
    expect(stage.simulation.fault).toBeNull();
    expect(await filesOf(stage)).toMatchObject([{ ready: 0 }]);

    receiver.answer = () => 'success';
    await stage.callout([NEVER_RANG]);
    await waitForPushes(stage, 'delivered');
    expect([stage.simulation.fault, stage.simulation.isWriting]).toEqual([null, true]);

    await room.makeRoom();
    // There is nothing new to be closed.
    expect(await close(stage)).toEqual({ status: 200, files: [] });
    expect(await filesOf(stage)).toEqual([{ path: unwritten, ready: 1, lines: 2 }]);
    expect(await linesOf(stage, unwritten)).toHaveLength(2);
  });

  it('is written at the next midnight, though nothing was lost on that day', async () => {
    await using room = await openWithoutRoom();
    await using stage = await Stage.open(room.options);
    await stage.callout([NEVER_RANG]);
    await stage.advanceTo(at('2026-01-06 12:00'));
    expect(await filesOf(stage)).toMatchObject([{ ready: 0, lines: 2 }]);
    // It is not offered, and it is not asked for over and over.
    expect(Object.values(await stage.ask('failed', {})).flat()).toEqual([]);
    expect(stage.logged).toHaveLength(1);
    await room.makeRoom();
    await stage.advance(DAY);
    const [path = ''] = Object.values(await stage.ask('failed', {})).flat() as string[];
    expect(path).toContain('167/2026-01-05/');
    expect(await linesOf(stage, path)).toHaveLength(2);
  });

  it('keeps nobody from starting, and is written at the first start at which it can be', async () => {
    await using room = await openWithoutRoom();
    const first = await Stage.open(room.options);
    await first.callout([NEVER_RANG]);
    await first.advance(DAY);
    await first.close();

    const second = await Stage.open(room.options);
    expect(second.logged).toHaveLength(1);
    expect(second.simulation.fault).toBeNull();
    await second.advance(MINUTE);
    await second.close();

    await room.makeRoom();
    await using third = await Stage.open(room.options);
    expect(third.logged).toEqual([]);
    const [file] = await filesOf(third);
    expect([file?.ready, room.has(file?.path ?? '')]).toEqual([1, true]);
  });
});

describe('a failure file of a day that is long over', () => {
  it('has been written, offered and removed in its time, however far time was moved at once', async () => {
    const run = async (steps: readonly number[]) => {
      await using stage = await Stage.open({ push: { retryDelays: [] }, keep: { days: 1 } });
      await stage.addFault({ on: 'push', network: 'reset' });
      await stage.callout([NEVER_RANG]);
      for (const step of steps) await stage.advance(step);
      return JSON.parse(stage.dump());
    };
    for (const days of [3, 8, 12]) {
      const whole = await run([days * DAY]);
      expect(whole).toEqual(await run(Array(days).fill(DAY) as number[]));
      expect([whole.push_file.length, whole.outbox.length]).toEqual([days < 8 ? 1 : 0, 0]);
    }
  });
});

describe('a push whose failure file is closed and not written yet', () => {
  it('is not sent again: the file has as many lines as were told', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    await using stage = await Stage.open({ receiver, push: { retryDelays: [] } });
    await stage.callout([NEVER_RANG]);
    await stage.advance(MINUTE);
    const [one] = await stage.outbox();
    const id = one?.id ?? 0;
    // In one tick, before any zip.
    const all = { since: 0, module: null, failedOnly: true };
    const [files, alone, page] = await Promise.all([
      stage.simulation.execute((world) => closeFiles(world, { today: true })),
      stage.simulation.execute((world) => resendPush(world, settled(world, id))),
      stage.simulation.execute((world) => resendPage(world, all, 0)),
    ]);
    expect([alone, page.resent]).toEqual(['being-filed', 0]);
    await stage.simulation.writeFiles();
    expect(files).toMatchObject([{ lines: 2 }]);
    expect(await linesOf(stage, files[0]?.path ?? '')).toHaveLength(2);

    // Once it is written the push may go out, and what was told stays as it is.
    expect(await stage.simulation.execute((world) => resendPush(world, settled(world, id)))).toBe('owed');
    receiver.answer = () => 'success';
    await stage.idle();
    expect((await stage.outbox()).map(({ state }) => state)).toEqual([1, 2]);
    expect(await linesOf(stage, files[0]?.path ?? '')).toHaveLength(2);
    expect(await filesOf(stage)).toMatchObject([{ ready: 1, lines: 2 }]);
  });
});
