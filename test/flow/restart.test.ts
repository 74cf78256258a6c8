import { cpSync, globSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Robot } from '../../src/sim/account/account.ts';
import type { FailPoint } from '../../src/sim/store/database.ts';
import { DAY_MS, formatInstant, startOfDay } from '../../src/sim/time/calendar.ts';
import { ControlClient } from '../support/control.ts';
import { DEFAULT_FIXTURES } from '../support/dialogue.ts';
import { TestReceiver } from '../support/receiver.ts';
import { startSimulator, type TestSimulator } from '../support/simulator.ts';
import { aLine, at, DAY, HOUR, MINUTE, numbersFrom, SECOND, Stage, urlsTo } from '../support/stage.ts';

const ORDINARY = '19900000001';
const NEVER_RANG = '19900001007';
/** Talks 100 s. */
const TALKATIVE = '19900005010';

function openFolder() {
  return mkdtempDisposable(join(tmpdir(), 'yeta-sim-again-'));
}

async function ask(stage: Stage, path: string): Promise<{ status: number; bytes: number }> {
  const response = await stage.app.request(path);
  return { status: response.status, bytes: (await response.arrayBuffer()).byteLength };
}

describe('a seed other than that of the state', () => {
  async function callAndRestart(first: { seed: number; resetTo?: number }, again: { seed: number }) {
    await using folder = await openFolder();
    const before = await Stage.open({ dataDir: folder.path, seed: first.seed });
    if (first.resetTo !== undefined) await before.simulation.reset(first.resetTo);
    await before.callout([ORDINARY]);
    await before.idle();
    const [call] = await before.calls();
    const pushes = (await (await before.app.request('/_sim/pushes?module=receiveVoice')).json()) as {
      items: { body: { url: string } }[];
    };
    await before.close();

    await using after = await Stage.open({ dataDir: folder.path, seed: again.seed, expectErrors: true });
    const { seed } = (await (await after.app.request('/_sim/health')).json()) as { seed: number };
    const recording = await ask(after, `/voice/${pushes.items[0]?.body.url}`);
    const shown = await ask(after, `/_sim/calls/${call?.uuid}`);
    // What is called from now on is drawn from the seed that stands.
    await after.callout([ORDINARY]);
    await after.idle();
    const uuids = (await after.calls()).map(({ uuid }) => uuid);
    return { seed, found: [recording.status, shown.status], uuids, logged: after.logged.length };
  }

  it('gives way to it: recordings and calls of before are found, and the next calls are as they would have been', async () => {
    const same = await callAndRestart({ seed: 1 }, { seed: 1 });
    const other = await callAndRestart({ seed: 1 }, { seed: 2 });
    expect(same).toMatchObject({ seed: 1, found: [200, 200], logged: 0 });
    // It is said once that it counts for nothing.
    expect(other).toEqual({ ...same, logged: 1 });
  });

  it('gives way to that of a reset too', async () => {
    const run = await callAndRestart({ seed: 1, resetTo: 7 }, { seed: 1 });
    expect(run).toMatchObject({ seed: 7, found: [200, 200] });
    expect(run.uuids).toEqual((await callAndRestart({ seed: 7 }, { seed: 7 })).uuids);
  });
});

describe('hours that began or ended while nothing ran', () => {
  const span = (begin: number, end: number) =>
    [begin, end].map((time) => formatInstant(startOfDay(0) + time).slice(11, 19)).join('-');

  /** Status of a task that ran at `time` of yesterday, and as soon as the wall's time counts. */
  async function statusesAround(
    hours: string,
    time: number,
  ): Promise<{ before: number; after: number; dialled: number }> {
    await using folder = await openFolder();
    const options = { dataDir: folder.path, fixtures: { lines: [aLine('H', 1, [hours])] } };
    const yesterday = startOfDay(Date.now()) - DAY_MS;
    const first = await Stage.open({ ...options, startAt: formatInstant(yesterday + time) });
    const id = await first.start({
      lines: 'H',
      begin: first.now,
      numbers: Array(50).fill(TALKATIVE) as string[],
    });
    await first.advance(MINUTE);
    const before = await first.status(id);
    const calls = (await first.calls()).length;
    await first.close();
    await using again = await Stage.open({ ...options, clock: 'real' });
    // A command finds done what was due before it.
    await again.simulation.execute(() => {});
    return { before, after: await again.status(id), dialled: (await again.calls()).length - calls };
  }

  it('have moved the task at the start: 2 to 6, and nothing is dialled', async () => {
    const now = Date.now() - startOfDay(Date.now());
    const begin = now < 12 * HOUR ? now + 4 * HOUR : now - 5 * HOUR;
    const hours = span(begin, begin + HOUR);
    expect(await statusesAround(hours, begin + 10 * MINUTE)).toEqual({ before: 2, after: 6, dialled: 0 });
  });

  it('have moved the task at the start: 6 to 2, and dialling goes on', async () => {
    const now = Date.now() - startOfDay(Date.now());
    const hours = span(Math.max(0, now - HOUR), Math.min(DAY_MS - SECOND, now + HOUR));
    expect(await statusesAround(hours, (now + 12 * HOUR) % DAY_MS)).toEqual({
      before: 6,
      after: 2,
      dialled: 1,
    });
  });
});

describe('midnights that passed while nothing ran', () => {
  it('have closed the failure files of their days, also of an enterprise that is there no more', async () => {
    await using folder = await openFolder();
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    const day = formatInstant(Date.now() - 3 * DAY).slice(0, 10);
    const options = { dataDir: folder.path, receiver, push: { retryDelays: [] } };
    const first = await Stage.open({ ...options, startAt: `${day}T10:00:00+08:00` });
    await first.callout([NEVER_RANG]);
    await first.advance(MINUTE);
    await first.close();

    const without = DEFAULT_FIXTURES.enterprises.filter(({ id }) => id !== '167');
    await using again = await Stage.open({ ...options, fixtures: { enterprises: without }, clock: 'real' });
    const files = await again.rows<{ path: string }>('SELECT day, ready, lines, path FROM push_file');
    expect(files).toMatchObject([{ day, ready: 1, lines: 2 }]);
    expect(await ask(again, `/push_download/${files[0]?.path}`)).toMatchObject({ status: 200 });
  });

  it('have ended the time of failure files, which are gone then', async () => {
    await using folder = await openFolder();
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    const options = { dataDir: folder.path, receiver, push: { retryDelays: [] } };
    const first = await Stage.open({ ...options, startAt: formatInstant(Date.now() - 9 * DAY) });
    await first.callout([NEVER_RANG]);
    await first.advance(DAY);
    expect(globSync('push/**/*.zip', { cwd: folder.path })).toHaveLength(1);
    await first.close();
    await using again = await Stage.open({ ...options, clock: 'real' });
    expect(globSync('push/**/*.zip', { cwd: folder.path })).toEqual([]);
    expect(await again.rows('SELECT * FROM push_file')).toEqual([]);
  });
});

describe('a failure file whose time is over', () => {
  it('is removed, though the process died after it was taken off the list', async () => {
    await using folder = await openFolder();
    await using images = await openFolder();
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    const deaths: string[] = [];
    let isArmed = false;
    const failPoint = (point: FailPoint) => {
      if (!isArmed || point !== 'after-commit') return;
      // What is left of a process that is killed here.
      const image = join(images.path, String(deaths.length));
      cpSync(folder.path, image, { recursive: true });
      deaths.push(image);
    };
    const zips = (path: string) => globSync('push/**/*.zip', { cwd: path });
    const options = { receiver, push: { retryDelays: [] } };
    await using stage = await Stage.open({ ...options, dataDir: folder.path, failPoint });
    await stage.callout([NEVER_RANG]);
    await stage.advanceTo(at('2026-01-12 23:59:59'));
    expect(zips(folder.path)).toHaveLength(1);
    isArmed = true;
    await stage.advance(SECOND);
    isArmed = false;
    expect(zips(folder.path)).toEqual([]);
    // At the first of them it was off the list, and still there.
    expect(zips(deaths[0] ?? '')).toHaveLength(1);
    for (const image of deaths) {
      await using again = await Stage.open({ ...options, dataDir: image });
      await again.advance(DAY);
      expect(zips(image)).toEqual([]);
      expect(await again.rows('SELECT * FROM push_file')).toEqual([]);
    }
  });
});

describe('an attempt that the end of the process cut off', () => {
  it.each(['x100', 'manual'])(
    'was never made on a clock that is %s: the push stays owed, and is sent again',
    async (clock) => {
      await using folder = await openFolder();
      await using receiver = await TestReceiver.start();
      const never = Promise.withResolvers<string>();
      receiver.answer = () => never.promise;
      const options = { dataDir: folder.path, receiver };
      const first = await Stage.open({ ...options, clock, push: { timeout: 60_000 } });
      await first.callout([NEVER_RANG]);
      const advancing = clock === 'manual' ? first.advance(MINUTE) : null;
      // A clock that holds asks one after the other.
      const open = clock === 'manual' ? 1 : 2;
      await receiver.until(() => receiver.open === open);
      await first.close(0);
      await advancing;
      const cut = receiver.got.splice(0);
      expect(cut).toHaveLength(open);

      receiver.answer = () => 'success';
      await using again = await Stage.open(options);
      const states = async () => (await again.outbox()).map(({ state, tries }) => `${state} ${tries}`);
      expect(await states()).toEqual(['0 0', '0 0']);
      expect(await again.attempts()).toEqual([]);
      await again.idle();
      expect(await states()).toEqual(['1 1', '1 1']);
      const texts = receiver.got.map(({ text }) => text);
      expect(texts).toHaveLength(2);
      expect(texts).toEqual(expect.arrayContaining(cut.map(({ text }) => text)));
    },
  );
});

describe('a robot that the fixtures have no more', () => {
  const without = DEFAULT_FIXTURES.robots.filter(({ robotId }) => robotId !== '719');

  it('calls the rows that were submitted for it, as it was last', async () => {
    const run = async (change: boolean) => {
      await using folder = await openFolder();
      const first = await Stage.open({ dataDir: folder.path });
      await first.callout(numbersFrom(0, 5));
      await first.create({ numbers: numbersFrom(100, 5), lines: '055169101407' });
      const id = await first.start({ numbers: numbersFrom(200, 5), begin: at('14:00'), recalls: 1 });
      await first.advance(5 * SECOND);
      await first.close();
      const fixtures = change ? { robots: without, tasks: [] } : {};
      await using again = await Stage.open({ dataDir: folder.path, fixtures });
      await again.idle();
      expect(await again.status(id)).toBe(4);
      const refused = await again.call('callout', {
        line_num: '69101338',
        robot_id: '719',
        call_column: ['客户手机号码', '姓名'],
        call_list: [[ORDINARY, '张']],
      });
      return { calls: await again.calls(), outbox: await again.outbox(), code: refused.code };
    };
    const [changed, same] = await Promise.all([run(true), run(false)]);
    expect(changed.calls.length).toBeGreaterThan(10);
    expect(changed.calls).toEqual(same.calls);
    expect(changed.outbox).toEqual(same.outbox);
    // Nobody can submit more for it.
    expect([changed.code, same.code]).toEqual([200204, 0]);
  });

  it('calls them as the last of several was that rows were submitted for, though it was there before', async () => {
    await using folder = await openFolder();
    const named = (name: string) =>
      DEFAULT_FIXTURES.robots.map((robot) => (robot.robotId === '719' ? { ...robot, name } : robot));
    for (const name of ['甲', '乙', '甲']) {
      const fixtures = { robots: named(name) };
      await using stage = await Stage.open({ dataDir: folder.path, fixtures });
      await stage.callout([ORDINARY]);
    }
    await using stage = await Stage.open({ dataDir: folder.path, fixtures: { robots: without, tasks: [] } });
    await stage.idle();
    const used = await stage.rows<{ body: string }>(
      'SELECT body FROM call JOIN robot_revision ON robot_revision.id = call.revision',
    );
    expect(used.map(({ body }) => (JSON.parse(body) as Robot).name)).toEqual(['甲', '甲', '甲']);
  });
});

describe('addresses that were put over those of the fixtures', () => {
  it('stand as long as the fixtures give the same, and no longer', async () => {
    await using folder = await openFolder();
    await using one = await TestReceiver.start();
    await using other = await TestReceiver.start();
    await using put = await TestReceiver.start();
    const first = await Stage.open({ dataDir: folder.path, receiver: one });
    const urls = urlsTo(put);
    await first.simulation.execute(({ accounts }) => accounts.setUrls('167', urls));
    await first.close();
    const gotBy = async (receiver: TestReceiver) => {
      await using stage = await Stage.open({ dataDir: folder.path, receiver });
      await stage.callout([NEVER_RANG]);
      await stage.idle();
      return [one, other, put].map(({ got }) => got.splice(0).length);
    };
    expect(await gotBy(one)).toEqual([0, 0, 2]);
    expect(await gotBy(other)).toEqual([0, 2, 0]);
    expect(await gotBy(one)).toEqual([0, 0, 2]);
  });

  it('give way to another --push-url', async () => {
    await using folder = await openFolder();
    const open = (pushUrl: string) => startSimulator({ dataDir: folder.path, pushUrl });
    const shown = async (simulator: TestSimulator) => {
      const { body } = await new ControlClient(simulator).get('/urls?businessId=167');
      return [...new Set(body.items[0].urls.map(({ url }: { url: string }) => url.split('/')[2]))];
    };
    const first = await open('http://one.test');
    const control = new ControlClient(first);
    const entry = { module: 'receiveDialog', url: 'http://put.test/x' };
    await control.put('/urls', { businessId: '167', urls: [entry] });
    await first.stop();
    const same = await open('http://one.test');
    expect(await shown(same)).toEqual(['put.test']);
    await same.stop();
    const changed = await open('http://two.test');
    expect(await shown(changed)).toEqual(['two.test']);
    await changed.stop();
  });
});
