import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FailPoint } from '../../../src/sim/store/database.ts';
import { TestReceiver } from '../../support/receiver.ts';
import { at, DAY, HOUR, numbersFrom, SECOND, Stage } from '../../support/stage.ts';

const NEVER_RANG = '19900001007';
/** Talks 990 s. */
const LONG = '19900005099';

/** How many of each there are. */
async function count(stage: Stage): Promise<Record<'call' | 'outbox' | 'attempt', number>> {
  const tables = JSON.parse(stage.dump()) as Record<'call' | 'outbox' | 'attempt', unknown[]>;
  return { call: tables.call.length, outbox: tables.outbox.length, attempt: tables.attempt.length };
}

describe('ended calls and settled pushes', () => {
  it('leave the store at the first midnight that finds them older than keep.days', async () => {
    await using stage = await Stage.open({ keep: { days: 2 } });
    await stage.callout(Array(3).fill(NEVER_RANG) as string[]);
    await stage.advanceTo(at('2026-01-06 12:00'));
    await stage.callout(Array(2).fill(NEVER_RANG) as string[]);
    await stage.advanceTo(at('2026-01-07 23:59:59'));
    expect(await count(stage)).toEqual({ call: 5, outbox: 10, attempt: 10 });
    // Two days after 2026-01-05 10:00 it is noon; the next midnight begins the 8th.
    await stage.advance(SECOND);
    expect(await count(stage)).toEqual({ call: 2, outbox: 4, attempt: 4 });
    await stage.advanceTo(at('2026-01-09 00:00'));
    expect(await count(stage)).toEqual({ call: 0, outbox: 0, attempt: 0 });
  });

  it('leave earlier once there are more than keep.calls, the oldest first', async () => {
    await using stage = await Stage.open({ keep: { calls: 4 } });
    await stage.callout(numbersFrom(0, 3));
    await stage.idle();
    await stage.callout(numbersFrom(100, 3));
    await stage.advanceTo(at('2026-01-06 00:00'));
    const calls = await stage.calls();
    expect(calls).toHaveLength(4);
    expect(calls.map(({ callee }) => callee).slice(1)).toEqual(expect.arrayContaining(numbersFrom(100, 3)));
  });

  it('leave what their task has counted, and never give their numbers away again', async () => {
    await using stage = await Stage.open({ keep: { days: 0 }, ids: 'small' });
    const id = await stage.start({ numbers: [NEVER_RANG, NEVER_RANG], recalls: 1, recallWait: 2 * 86_400 });
    await stage.idle({ within: HOUR }).catch(() => undefined);
    const first = await stage.calls();
    const pushes = await stage.outbox();
    await stage.advanceTo(at('2026-01-06 00:00'));
    expect(await count(stage)).toEqual({ call: 0, outbox: 0, attempt: 0 });
    expect(await stage.task(id)).toMatchObject({ row_count: 2, dial_count: 2, called_count: 2, status: 5 });
    // The recall round knows its rows.
    await stage.advanceTo(at('2026-01-07 12:00'));
    const second = await stage.calls();
    expect(second.map(({ row_index, tries }) => [row_index, tries])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(Math.min(...second.map((call) => call.id))).toBeGreaterThan(
      Math.max(...first.map((call) => call.id)),
    );
    const again = await stage.outbox();
    expect(Math.min(...again.map((push) => push.id))).toBeGreaterThan(
      Math.max(...pushes.map((push) => push.id)),
    );
    expect(new Set([...first, ...second].map(({ uuid }) => uuid)).size).toBe(4);
  });
});

describe('what stays, whatever keep says,', () => {
  it('is a call under way, and all that came after it', async () => {
    await using stage = await Stage.open({ keep: { days: 0, calls: 1 } });
    await stage.advanceTo(at('23:50'));
    await stage.callout([LONG, NEVER_RANG, NEVER_RANG]);
    await stage.advanceTo(at('2026-01-06 00:00'));
    expect((await stage.calls()).map(({ state }) => state)).toEqual([2, 3, 3]);
    await stage.advanceTo(at('2026-01-07 00:00'));
    expect(await count(stage)).toEqual({ call: 0, outbox: 0, attempt: 0 });
  });

  it('is a push that is owed', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    await using stage = await Stage.open({
      receiver,
      keep: { days: 0 },
      push: { retryDelays: [10 * HOUR, 10 * HOUR, 10 * HOUR] },
    });
    await stage.callout([NEVER_RANG]);
    await stage.advanceTo(at('2026-01-06 00:00'));
    expect(await count(stage)).toMatchObject({ call: 1, outbox: 2 });
    await stage.advanceTo(at('2026-01-06 23:00'));
    expect((await stage.outbox()).map(({ state }) => state)).toEqual([2, 2]);
    // And one that was lost, until the file that holds it is written: that of the 6th, at midnight.
    await stage.advanceTo(at('2026-01-07 00:00'));
    expect(await stage.rows('SELECT ready, lines FROM push_file')).toEqual([{ ready: 1, lines: 2 }]);
    await stage.advanceTo(at('2026-01-08 00:00'));
    expect(await count(stage)).toEqual({ call: 0, outbox: 0, attempt: 0 });
    const { '2026-01-06': _, ...rest } = await stage.ask('failed', {});
    expect(JSON.stringify([_, rest])).toContain('167/2026-01-06/');
  });

  it('is a lost push whose file could not be written yet', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-prune-'));
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    let broken = true;
    const failPoint = (point: FailPoint) => {
      if (broken && point === 'before-rename') throw new Error('no room for files');
    };
    await using stage = await Stage.open({
      receiver,
      dataDir: folder.path,
      keep: { days: 0 },
      failPoint,
      expectErrors: true,
    });
    await stage.callout([NEVER_RANG]);
    for (const day of ['06', '07', '08']) await stage.advanceTo(at(`2026-01-${day} 00:00`));
    expect(await count(stage)).toMatchObject({ call: 1, outbox: 2 });
    expect(await stage.rows('SELECT ready FROM push_file')).toEqual([{ ready: 0 }]);
    expect(stage.logged.length).toBeGreaterThan(0);
    broken = false;
    // It is tried again at the next midnight.
    await stage.advanceTo(at('2026-01-09 00:00'));
    expect(await stage.rows('SELECT ready, lines FROM push_file')).toEqual([{ ready: 1, lines: 2 }]);
    await stage.advance(DAY);
    expect(await count(stage)).toMatchObject({ call: 0, outbox: 0 });
  });
});
