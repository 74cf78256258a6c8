import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatInstant } from '../../src/sim/time/calendar.ts';
import { TestReceiver } from '../support/receiver.ts';
import { at, DAY, HOUR, MINUTE, numbersFrom, SECOND, Stage, TEN } from '../support/stage.ts';

const ORDINARY = '19900000001';
const NEVER_RANG = '19900001007';

function openFolder() {
  return mkdtempDisposable(join(tmpdir(), 'yeta-sim-restart-'));
}

describe('a simulator that was stopped and started again', () => {
  it('on a manual clock goes on from the last instant, with everything as it stood', async () => {
    await using folder = await openFolder();
    const options = { dataDir: folder.path };
    const first = await Stage.open(options);
    const id = await first.start({ numbers: numbersFrom(0, 30), recalls: 1, recallWait: 300 });
    await first.advance(40 * SECOND);
    const dump = first.dump();
    expect(JSON.parse(dump).call.some(({ state }: { state: number }) => state < 3)).toBe(true);
    await first.close();

    // Where it should begin counts only in an empty folder.
    await using again = await Stage.open({ ...options, startAt: '2040-01-01T00:00:00+08:00' });
    expect(again.now).toBe(TEN + 40 * SECOND);
    expect(again.dump()).toBe(dump);
    await again.idle();
    expect(await again.status(id)).toBe(4);
    const calls = await again.calls();
    expect(new Set(calls.map(({ row_index, tries }) => `${row_index} ${tries}`)).size).toBe(calls.length);
  });

  it('ends in the very same state as one that was not, wherever that was', async () => {
    const submit = async (stage: Stage) => {
      await stage.addFault({ on: 'push', httpStatus: 500, probability: 0.3 });
      await stage.callout([...numbersFrom(0, 10), '19900006007'], { line: '055196866001' });
      await stage.callIn({ relation: 'r' });
      await stage.start({
        numbers: numbersFrom(100, 12),
        recalls: 2,
        recallWait: 50,
        range: ['09:00:00-10:02:00', '10:05:00-10:06:00', '11:00:00-12:00:00'],
      });
    };
    const steps = [1, 500, 7000, 10_000, 20_000, 30_000, 45_000, 60_000, 5000, 120_000, 3_600_000, DAY];
    await using whole = await Stage.open();
    await submit(whole);
    for (const step of steps) await whole.advance(step);

    await using folder = await openFolder();
    const options = { dataDir: folder.path };
    let stage = await Stage.open(options);
    await submit(stage);
    for (const step of steps) {
      await stage.close();
      stage = await Stage.open(options);
      await stage.advance(step);
    }
    expect(JSON.parse(stage.dump())).toEqual(JSON.parse(whole.dump()));
    await stage.close();
  });

  it('on a scaled clock has lost no time', async () => {
    await using folder = await openFolder();
    const options = { dataDir: folder.path, clock: 'x1000' };
    const first = await Stage.open(options);
    await first.advance(HOUR);
    await first.close();
    const [{ value = 0 } = {}] = await readMeta(folder.path);
    expect(value).toBeGreaterThanOrEqual(TEN + HOUR);
    // An hour of its time goes by for a reader of these 3.6 s of wall time.
    const openedAt = performance.now();
    await using again = await Stage.open(options);
    const most = value + (performance.now() - openedAt + 50) * 1000;
    expect(again.now).toBeGreaterThanOrEqual(value);
    expect(again.now).toBeLessThanOrEqual(most);
  });

  it('on the real clock is at the time of the wall, and has made up for what was due meanwhile', async () => {
    await using folder = await openFolder();
    await using receiver = await TestReceiver.start();
    const startAt = formatInstant(Date.now() - 2 * DAY);
    const first = await Stage.open({ dataDir: folder.path, receiver, startAt });
    await first.callout([ORDINARY, NEVER_RANG]);
    await first.advance(SECOND);
    await first.close();

    const before = Date.now();
    await using again = await Stage.open({ dataDir: folder.path, receiver, clock: 'real' });
    await expect.poll(async () => (await again.calls()).map(({ state }) => state)).toEqual([3, 3]);
    expect(again.now).toBeGreaterThanOrEqual(before);
    expect(again.now).toBeLessThan(before + 30 * SECOND);
    const calls = await again.calls();
    // What they owe is due some seconds from now: on this clock too it can be moved ahead.
    await again.advance(15 * SECOND);
    expect(receiver.got).toHaveLength(6);
    expect(again.now).toBeGreaterThanOrEqual(before + 15 * SECOND);
    // What was planned stays as it was planned.
    expect(calls.every(({ hangup_at }) => (hangup_at ?? 0) < before - DAY)).toBe(true);
  });

  it('on the real clock offers the failure files of the days that ended meanwhile', async () => {
    await using folder = await openFolder();
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    const startAt = formatInstant(Date.now() - 2 * DAY);
    const first = await Stage.open({ dataDir: folder.path, receiver, startAt });
    await first.callout([NEVER_RANG]);
    await first.advance(3 * MINUTE);
    expect((await first.outbox()).every(({ state }) => state === 2)).toBe(true);
    await first.close();

    await using again = await Stage.open({ dataDir: folder.path, receiver, clock: 'real' });
    const result = await again.ask('failed', { date: startAt.slice(0, 10) });
    const [path = ''] = Object.values(result).flat() as string[];
    expect(path).toContain(startAt.slice(0, 10));
    const zip = await again.app.request(`/push_download/${path}`);
    expect([zip.status, (await zip.arrayBuffer()).byteLength > 100]).toEqual([200, true]);
  });

  it('leaves the failure file of the present day open', async () => {
    await using folder = await openFolder();
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    const options = { dataDir: folder.path, receiver };
    const first = await Stage.open(options);
    await first.callout([NEVER_RANG]);
    await first.advance(3 * MINUTE);
    await first.close();
    await using again = await Stage.open(options);
    expect(await again.rows('SELECT * FROM push_file')).toEqual([]);
    await again.callout([NEVER_RANG]);
    await again.advanceTo(at('2026-01-06 00:00'));
    expect(await again.rows('SELECT ready, lines FROM push_file')).toEqual([{ ready: 1, lines: 4 }]);
  });

  it('is itself after a reset, on disk as in memory', async () => {
    await using folder = await openFolder();
    await using stage = await Stage.open({ dataDir: folder.path });
    const fresh = stage.dump();
    await stage.callout(numbersFrom(0, 5));
    await stage.idle();
    expect(stage.dump()).not.toBe(fresh);
    await stage.simulation.reset();
    expect(stage.dump()).toBe(fresh);
    expect(stage.now).toBe(TEN);
  });
});

describe('a reset', () => {
  it.each(['manual', 'x1000'])(
    'in the middle of everything leaves nothing of the old life in the new one, on a clock that is %s',
    async (clock) => {
      await using receiver = await TestReceiver.start();
      const gate = Promise.withResolvers<string>();
      receiver.answer = () => gate.promise;
      await using stage = await Stage.open({ receiver, clock });
      await stage.callout(Array(5).fill(NEVER_RANG) as string[]);
      const advance = stage.advance(MINUTE).then(
        () => 'ended',
        (error: unknown) => error,
      );
      // A manual clock holds for each, a running one for none: all ten are under way then.
      await receiver.until(() => receiver.open === (clock === 'manual' ? 1 : 10));
      await stage.simulation.reset();
      gate.resolve('success');
      expect(['ended', expect.objectContaining({ reason: 'busy' })]).toContainEqual(await advance);
      await receiver.until(() => receiver.open === 0);
      expect(await stage.calls()).toEqual([]);
      expect(await stage.outbox()).toEqual([]);
      // And it lives.
      const before = receiver.got.length;
      stage.renewToken();
      await stage.callout([NEVER_RANG]);
      await stage.idle();
      expect(receiver.got.length - before).toBe(2);
      expect(await stage.attempts()).toHaveLength(2);
      expect(stage.simulation.fault).toBeNull();
    },
  );
});

describe('a process that died in the middle of an instant', () => {
  it('has the tasks of that instant moved when it is started again', async () => {
    await using folder = await openFolder();
    const options = { dataDir: folder.path };
    const first = await Stage.open(options);
    const id = await first.start({
      numbers: Array(3).fill('19900005099') as string[],
      range: ['09:00:00-10:05:00'],
    });
    const end = at('10:05');
    await first.advanceTo(end - 1);
    expect(await first.status(id)).toBe(2);
    // Something else happened at the end of the hours and was committed, and the task's turn never came.
    await first.simulation.execute((world) =>
      world.database.prepare("UPDATE meta SET value = ? WHERE key = 'now'").run(end),
    );
    await first.close();

    await using again = await Stage.open(options);
    expect(again.now).toBe(end);
    await again.advance(0);
    expect(await again.status(id)).toBe(6);
  });
});

describe('a clock whose mode is changed while it runs', () => {
  it('never shows an earlier time than before', async () => {
    await using stage = await Stage.open({ clock: 'x1000' });
    const modes = [
      ['manual', 1],
      ['scaled', 5000],
      ['real', 1],
      ['manual', 1],
      ['real', 1],
      ['scaled', 100],
    ] as const;
    let shown = stage.now;
    for (const [mode, speed] of modes) {
      // A little time goes by, on whatever clock.
      for (const until = performance.now() + 3; performance.now() < until; );
      const before = stage.now;
      expect(before).toBeGreaterThanOrEqual(shown);
      await stage.simulation.setClock(mode, speed);
      shown = stage.now;
      expect([mode, shown >= before]).toEqual([mode, true]);
      expect(stage.simulation.clock.mode).toBe(mode);
    }
  });

  it('never shows an earlier time than before, though more was due than a command waits for', async () => {
    await using stage = await Stage.open();
    const numbers = Array(1000).fill(NEVER_RANG) as string[];
    await stage.start({ lines: '055196866001', turbo: true, numbers });
    await stage.simulation.setClock('scaled', 1000);
    for (const until = stage.now + 30 * SECOND; stage.now < until; );
    const before = stage.now;
    await stage.simulation.setClock('manual', 1);
    expect(stage.now).toBeGreaterThanOrEqual(before);
    // Something was left for later, so this was seen.
    expect(await stage.simulation.read(({ agenda }) => agenda.peek()?.at)).toBeLessThan(before);
  });

  it('lets nothing more happen by itself once it stands', async () => {
    await using stage = await Stage.open();
    await stage.callout([ORDINARY]);
    await stage.advance(0);
    await stage.simulation.setClock('scaled', 1000);
    await stage.simulation.setClock('manual', 1);
    const [call] = await stage.calls();
    // On the clock before, all of the call would be over by then.
    for (const until = performance.now() + 100; performance.now() < until; )
      await new Promise((resolve) => setImmediate(resolve));
    expect(await stage.calls()).toEqual([call]);
    expect(call?.state).toBeLessThan(3);
  });

  it('runs by itself what it had only held until then', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    await stage.callout([ORDINARY]);
    await stage.advance(0);
    expect(receiver.got).toEqual([]);
    await stage.simulation.setClock('scaled', 10_000);
    await receiver.until(() => receiver.got.length === 4);
    await stage.simulation.setClock('manual', 1);
    const standing = stage.now;
    for (const until = performance.now() + 3; performance.now() < until; );
    expect(stage.now).toBe(standing);
  });
});

async function readMeta(dataDir: string): Promise<{ value: number }[]> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(join(dataDir, 'state.sqlite'));
  const rows = database.prepare("SELECT value FROM meta WHERE key = 'now'").all();
  database.close();
  return rows as { value: number }[];
}
