import { mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { DEFAULT_FIXTURES } from '../../support/dialogue.ts';
import { TestReceiver } from '../../support/receiver.ts';
import { at, DAY, HOUR, MINUTE, numbersFrom, SECOND, Stage, type StageOptions } from '../../support/stage.ts';

const openFolder = () => mkdtempDisposable(join(tmpdir(), 'yeta-sim-snapshot-test-'));

/** Work of every kind, some of it hours ahead. */
async function submit(stage: Stage): Promise<string> {
  await stage.addFault({ on: 'push', httpStatus: 500, probability: 0.4 });
  await stage.callout([...numbersFrom(0, 10), '19900006007', '19900006006'], { line: '055196866001' });
  await stage.callIn({ relation: 'r' });
  await stage.setBalance(1000);
  return stage.start({
    numbers: numbersFrom(100, 12),
    recalls: 2,
    recallWait: 50,
    range: ['09:00:00-10:02:00', '10:05:00-10:06:00', '11:00:00-12:00:00'],
  });
}

/** More of it, over two midnights. */
async function goOn(stage: Stage): Promise<void> {
  for (const step of [7, 3 * SECOND, MINUTE]) await stage.advance(step);
  await stage.callout(numbersFrom(500, 3), { line: '055196866001' });
  await stage.advance(HOUR);
  await stage.advanceTo(at('2026-01-07 00:00:01'));
}

const opened = (options: StageOptions = {}) => Stage.open({ expectErrors: true, ...options });

describe('a snapshot', () => {
  it.each([
    ['in memory', 'in memory'],
    ['in memory', 'on disk'],
    ['on disk', 'in memory'],
    ['on disk', 'on disk'],
  ])('taken %s and put into a fresh simulator %s goes on byte for byte', async (from, to) => {
    await using folder = await openFolder();
    const dataDir = (where: string, name: string) =>
      where === 'on disk' ? { dataDir: join(folder.path, name) } : {};
    await using receiver = await TestReceiver.start();
    await using whole = await opened({ receiver });
    await submit(whole);
    await whole.advance(40 * SECOND);
    const before = receiver.got.length;
    await goOn(whole);
    const bodies = receiver.got.map(({ text }) => text);

    receiver.got.length = 0;
    await using first = await opened({ receiver, ...dataDir(from, 'first') });
    await submit(first);
    await first.advance(40 * SECOND);
    const snapshot = await first.sim.snapshot();
    await using second = await opened({ receiver, seed: 4711, ...dataDir(to, 'second') });
    await second.callout(numbersFrom(900, 5));
    await second.advance(DAY);
    receiver.got.length = before;
    const { seed, clock } = await second.sim.restore(snapshot);
    expect([seed, clock.nowMs]).toEqual([1, first.now]);
    expect(second.dump()).toBe(first.dump());
    second.renewToken();
    await goOn(second);
    expect(receiver.got.map(({ text }) => text)).toEqual(bodies);
    expect(second.dump()).toBe(whole.dump());
  });

  it('is put back after what should not have been', async () => {
    await using stage = await opened();
    await submit(stage);
    await stage.advance(30 * SECOND);
    const snapshot = await stage.sim.snapshot();
    const dump = stage.dump();
    for (let i = 0; i < 2; i++) {
      await stage.advance(DAY);
      expect(stage.dump()).not.toBe(dump);
      await stage.sim.restore(snapshot);
      expect(stage.dump()).toBe(dump);
    }
  });

  it('survives the process in a data folder', async () => {
    await using folder = await openFolder();
    await using first = await opened();
    await submit(first);
    await first.advance(30 * SECOND);
    const second = await opened({ dataDir: folder.path, seed: 9 });
    await second.sim.restore(await first.sim.snapshot());
    await second.close();
    await using again = await opened({ dataDir: folder.path, seed: 9 });
    expect(again.dump()).toBe(first.dump());
    await again.idle();
    await first.idle();
    expect(again.dump()).toBe(first.dump());
    expect((await readdir(folder.path)).filter((name) => name.startsWith('snapshot'))).toEqual([]);
  });

  it('brings its failure files along', async () => {
    await using first = await opened();
    await first.callout(['19900006006']);
    await first.idle();
    const [file] = await first.sim.closePushFiles();
    const download = async (stage: Stage) => {
      const answer = await stage.app.request(`/push_download/${file?.path}`);
      return [answer.status, Buffer.from(await answer.arrayBuffer()).toString('hex')];
    };
    await using second = await opened();
    expect((await download(second))[0]).toBe(404);
    await second.sim.restore(await first.sim.snapshot());
    expect(await download(second)).toEqual(await download(first));
    expect((await download(second))[0]).toBe(200);
  });

  it('brings its fixtures along, until a reset', async () => {
    await using folder = await openFolder();
    const apps = DEFAULT_FIXTURES.apps.map((app) => ({ ...app, appKey: `own-${app.id}` }));
    await using first = await opened({ fixtures: { apps, tasks: [] } });
    await first.advance(SECOND);
    const second = await opened({ dataDir: folder.path });
    await second.sim.restore(await first.sim.snapshot());
    expect(second.sim.app).toEqual(first.sim.app);
    expect(await second.sim.token()).toBe(await first.sim.token());
    await second.close();
    await using again = await opened({ dataDir: folder.path });
    expect(again.sim.app).toEqual(first.sim.app);
    await again.sim.reset();
    expect(again.sim.app.appKey).toBe(DEFAULT_FIXTURES.apps[0]?.appKey);
    expect(await again.sim.tasks({ taskId: '129' })).toHaveLength(1);
  });

  it('leaves the clock running as it does, and empties the journals', async () => {
    await using stage = await opened();
    await stage.callout(numbersFrom(0, 1));
    const snapshot = await stage.sim.snapshot();
    await stage.sim.clock.run('x50');
    await using events = await stage.sim.events({ event: ['restored', 'call.dialed'] });
    await stage.sim.restore(snapshot);
    expect(await stage.sim.requests()).toEqual([]);
    expect(await stage.sim.clock.state()).toMatchObject({ mode: 'scaled', speed: 50 });
    let event: string | undefined;
    while (event !== 'restored') ({ event } = (await events.next()).value ?? {});
    expect((await events.next()).value).toMatchObject({ event: 'call.dialed' });
  });

  it('is of a universe alone, and put into one of the same name and seed', async () => {
    await using stage = await opened();
    const { universes } = stage.sim;
    const wish = { name: 'a', clock: 'manual' };
    const first = await universes.create(wish);
    await first.platform.call('task/create', {
      task_name: 'x',
      line_num: '055196866001',
      robot_id: '719',
      time_begin: 1,
    });
    const snapshot = await first.snapshot();
    await using other = await universes.create({ name: 'b' });
    for (const wrong of [stage.sim, other])
      await expect(wrong.restore(snapshot)).rejects.toMatchObject({
        code: 'snapshot-foreign',
        message: expect.stringContaining(first.id),
      });
    await expect(other.restore(await stage.sim.snapshot())).rejects.toMatchObject({
      code: 'snapshot-foreign',
    });
    await first.end();
    await using again = await universes.create(wish);
    await again.restore(snapshot);
    expect(await again.tasks({ name: 'x' })).toHaveLength(1);
    expect(await stage.sim.tasks({ name: 'x' })).toEqual([]);
  });
});

describe('nothing is lost by', () => {
  /** A database that was made from a snapshot by other hands. */
  async function changed(snapshot: Uint8Array<ArrayBuffer>, sql: string): Promise<Uint8Array<ArrayBuffer>> {
    await using folder = await openFolder();
    const path = join(folder.path, 'changed.sqlite');
    await writeFile(path, snapshot);
    const database = new DatabaseSync(path);
    database.exec(sql);
    const copy = join(folder.path, 'copy.sqlite');
    database.prepare('VACUUM INTO ?').run(copy);
    database.close();
    return new Uint8Array(await readFile(copy));
  }
  const withFixtures = (path: string, value: string) => (snapshot: Uint8Array<ArrayBuffer>) =>
    changed(
      snapshot,
      `UPDATE snapshot SET head = json_set(head, '${path.replace('$', '$.fixtures')}', json('${value}'))`,
    );
  const text = (value: string) => new TextEncoder().encode(value) as Uint8Array<ArrayBuffer>;

  it.each<
    [
      string,
      (snapshot: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>,
      string,
      string,
    ]
  >([
    ['nothing at all', () => new Uint8Array(0), 'snapshot-invalid', 'no snapshot'],
    ['a text', () => text('{"state":{}}'), 'snapshot-invalid', 'no snapshot'],
    ['half a snapshot', (all) => all.slice(0, all.length / 2), 'snapshot-invalid', 'damaged'],
    [
      'a page of it overwritten',
      (all) => all.slice().fill(0xff, 4096, 12_288),
      'snapshot-invalid',
      'damaged',
    ],
    ['another database', (all) => changed(all, 'PRAGMA application_id=0'), 'snapshot-invalid', 'no snapshot'],
    [
      'one that a newer version made',
      (all) => changed(all, 'PRAGMA user_version=4711'),
      'snapshot-foreign',
      'newer',
    ],
    [
      'one with a trigger',
      (all) => changed(all, 'CREATE TRIGGER t AFTER INSERT ON call BEGIN DELETE FROM task; END'),
      'snapshot-invalid',
      '"t"',
    ],
    [
      'one with a view',
      (all) => changed(all, 'DROP TABLE rule; CREATE VIEW rule AS SELECT 1'),
      'snapshot-invalid',
      '"rule"',
    ],
    ['one with another table', (all) => changed(all, 'CREATE TABLE mine(x)'), 'snapshot-invalid', 'mine'],
    ['one that lacks a table', (all) => changed(all, 'DROP TABLE fault'), 'snapshot-invalid', 'fault'],
    [
      'one with another column',
      (all) => changed(all, 'ALTER TABLE task ADD COLUMN x'),
      'snapshot-invalid',
      'task',
    ],
    [
      'one without its head',
      (all) => changed(all, 'DELETE FROM snapshot'),
      'snapshot-invalid',
      'what it is of',
    ],
    [
      'one with a head of nonsense',
      (all) => changed(all, "UPDATE snapshot SET head = '[]'"),
      'snapshot-invalid',
      'what it is of',
    ],
    [
      'one with fixtures of nonsense',
      (all) => changed(all, `UPDATE snapshot SET head = json_set(head, '$.fixtures', json('{}'))`),
      'snapshot-invalid',
      'what it is of',
    ],
    [
      'one with an app of nonsense',
      withFixtures('$.apps[0]', 'null'),
      'snapshot-invalid',
      'fixtures.apps[0]: found null, expected an app: a map of id,',
    ],
    [
      'one with a channel too few',
      withFixtures('$.lines[1].concurrents', '-1'),
      'snapshot-invalid',
      'fixtures.lines[1].concurrents: found -1, expected a whole number from 1 up',
    ],
    [
      'one with a key that fixtures do not have',
      withFixtures('$.robots[0].script.nodes[0].run', '"x"'),
      'snapshot-invalid',
      'fixtures.robots[0].script.nodes[0].run: found an unknown key',
    ],
    [
      'one with a node that leads nowhere',
      withFixtures('$.robots[0].script.start', '"nowhere"'),
      'snapshot-invalid',
      'fixtures.robots[0].script.start: found "nowhere", expected the name or id of a node',
    ],
    [
      'one that pushes to a file of the machine',
      withFixtures('$.urls[0].url', '"file:///etc/passwd"'),
      'snapshot-invalid',
      'fixtures.urls[0].url: found "file:///etc/passwd", expected an http or https address',
    ],
    [
      "one with an app of nobody's",
      withFixtures('$.apps[1].businessId', '"4711"'),
      'snapshot-invalid',
      'fixtures.apps[1].businessId: found "4711", expected an enterprise: 167',
    ],
    [
      'one with more wrong than an answer has room for',
      withFixtures('$.sensitiveNumbers', JSON.stringify(Array(5000).fill(1))),
      'snapshot-invalid',
      'fixtures.sensitiveNumbers[9]: found 1, expected a text in quotes; and 4990 more',
    ],
    [
      'one with a rule of nonsense',
      (all) => changed(all, "INSERT INTO rule(id, body) VALUES(9, '{')"),
      'snapshot-invalid',
      'cannot be loaded',
    ],
    [
      'one of an instant that no calendar has',
      (all) => changed(all, "INSERT OR REPLACE INTO meta VALUES('now', 9e15)"),
      'snapshot-invalid',
      'its instant is 9000000000000000',
    ],
    [
      'one whose seed is no number',
      (all) => changed(all, "UPDATE meta SET value = 'x' WHERE key = 'seed'"),
      'snapshot-invalid',
      'its seed is x',
    ],
    [
      'one with ids of another kind',
      (all) => changed(all, `UPDATE snapshot SET head = json_set(head, '$.ids', 'small')`),
      'snapshot-foreign',
      'ids: small',
    ],
  ])('%s', async (_, make, code, message) => {
    await using folder = await openFolder();
    for (const options of [{}, { dataDir: folder.path }]) {
      await using stage = await Stage.open(options);
      await stage.callout(numbersFrom(0, 3));
      await stage.advance(20 * SECOND);
      const bad = await make(await stage.sim.snapshot());
      const dump = stage.dump();
      await expect(stage.sim.restore(bad)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
      expect(stage.dump()).toBe(dump);
      expect(await stage.sim.requests()).not.toEqual([]);
      await stage.idle();
      expect(stage.simulation.held().filter((line) => line !== 'the database')).toEqual([]);
    }
  });

  it('one that is too large, which is not kept', async () => {
    await using stage = await Stage.open();
    const universe = await stage.sim.universes.create();
    const large = new Uint8Array(64 * 1024 * 1024 + 1);
    await expect(universe.restore(large)).rejects.toMatchObject({ status: 413, code: 'too-large' });
    expect((await universe.health()).status).toBe('ready');
  });

  it('one that comes, or is asked for, while the clock is advanced', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    const { sim } = stage;
    const snapshot = await sim.snapshot();
    const codes: string[] = [];
    receiver.answer = async () => {
      for (const ask of [() => sim.snapshot(), () => sim.restore(snapshot)])
        await ask().catch(({ code }) => codes.push(code));
      return 'success';
    };
    await stage.callout(['19900001006']);
    await stage.idle();
    expect(codes).toEqual(Array(4).fill('clock-busy'));
    expect(await stage.calls()).toHaveLength(1);
  });

  it('a client that goes away in the middle of one', async () => {
    await using stage = await Stage.open();
    const url = await stage.listen();
    await stage.callout(numbersFrom(0, 3));
    const dump = stage.dump();
    const snapshot = await stage.sim.snapshot();
    const gone = new AbortController();
    const half = new ReadableStream({
      start(controller) {
        controller.enqueue(snapshot.slice(0, 1000));
      },
      pull: () => gone.abort(),
    });
    const init = { method: 'PUT', body: half, duplex: 'half', signal: gone.signal } as RequestInit;
    await expect(fetch(`${url}/_sim/snapshot`, init)).rejects.toThrow();
    await expect.poll(() => stage.simulation.held()).toEqual(['the database']);
    expect(stage.dump()).toBe(dump);
  });
});

describe('GET /snapshot', () => {
  it('is a file with a name', async () => {
    await using stage = await Stage.open();
    const url = await stage.listen();
    const answer = await fetch(`${url}/_sim/snapshot`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/vnd.sqlite3']);
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="yeta-sim-2026-01-05T100000.sqlite"',
    );
    expect(answer.headers.get('content-length')).toBe(String(bytes.length));
    const put = await fetch(`${url}/_sim/snapshot`, { method: 'PUT', body: bytes });
    expect([put.status, await put.json()]).toMatchObject([200, { seed: 1, clock: { mode: 'manual' } }]);
  });

  it('leaves nothing behind where it is not read', async () => {
    await using stage = await Stage.open();
    const answer = await stage.app.request('/_sim/snapshot');
    expect(stage.simulation.held().some((line) => line.includes('snapshot'))).toBe(true);
    await answer.body?.cancel();
    await stage.app.request('/_sim/snapshot', { method: 'HEAD' });
    expect(stage.simulation.held()).toEqual(['the database']);
  });
});
