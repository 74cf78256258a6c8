import { describe, expect, it } from 'vitest';
import { changeEnterprise } from '../../src/sim/account/change.ts';
import { Refusal } from '../../src/sim/refusal.ts';
import type { FailPoint } from '../../src/sim/store/database.ts';
import { callout } from '../../src/sim/task/callout.ts';
import type { World } from '../../src/sim/world.ts';
import { APPS, PlatformClient } from '../conformance/platform-client.ts';
import { MINUTE, numbersFrom, rowsOf, SECOND, Stage, TEN } from '../support/stage.ts';

/** Counts commits; they fail while `failing` says so. */
function watchCommits() {
  const watch = { before: 0, after: 0, failing: false };
  const failPoint = (point: FailPoint) => {
    if (point === 'before-commit') {
      watch.before++;
      if (watch.failing) throw new Error('the disk is full');
    }
    if (point === 'after-commit') watch.after++;
  };
  return { watch, failPoint };
}

const rename = (name: string) => (world: World) => {
  const task = world.task(129);
  if (task === null) throw new Error('there is no task 129');
  task.recallAt = name.length;
  world.touchTask(task);
  return name;
};

describe('commands', () => {
  it('of one tick share a commit', async () => {
    const { watch, failPoint } = watchCommits();
    await using stage = await Stage.open({ failPoint });
    const client = await stage.client();
    const before = watch.after;
    const line = { line_num: '69101338', robot_id: '719' };
    const answers = await Promise.all([
      stage.simulation.execute(rename('one')),
      stage.simulation.execute(rename('three')),
      client.call('callout', { ...line, ...rowsOf(['19900000001']) }),
      client.call('callout', { ...line, ...rowsOf(['19900000002']) }),
    ]);
    expect(answers.slice(0, 2)).toEqual(['one', 'three']);
    expect(answers.slice(2)).toMatchObject([{ code: 0 }, { code: 0 }]);
    // Those of the platform come a few ticks later, together.
    expect(watch.after - before).toBeLessThanOrEqual(2);
    expect(await stage.rows('SELECT * FROM submission')).toHaveLength(2);
  });

  it('that join them in the next turn of the loop share it too', async () => {
    const { watch, failPoint } = watchCommits();
    await using stage = await Stage.open({ failPoint });
    const before = watch.after;
    const all = [stage.simulation.execute(rename('one')), stage.simulation.execute(rename('two'))];
    await new Promise((resolve) => setImmediate(resolve));
    all.push(stage.simulation.execute(rename('three')));
    expect(await Promise.all(all)).toEqual(['one', 'two', 'three']);
    expect(watch.after - before).toBe(1);
  });

  it('that come one after the other each have their own', async () => {
    const { watch, failPoint } = watchCommits();
    await using stage = await Stage.open({ failPoint });
    const before = watch.after;
    for (const name of ['one', 'two', 'three']) await stage.simulation.execute(rename(name));
    expect(watch.after - before).toBe(3);
  });

  it('are answered though they never stop coming', async () => {
    await using stage = await Stage.open();
    const most = 10_000;
    const all: Promise<void>[] = [];
    let isAnswered = false;
    while (!isAnswered && all.length < most) {
      // Each turn of the loop finds more of them than the one before.
      all.push(
        stage.simulation.execute(() => {}),
        stage.simulation.execute(() => {}),
      );
      void all[0]?.then(() => {
        isAnswered = true;
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(all.length).toBeLessThan(most);
    await Promise.all(all);
  });

  it('are answered after their commit and never before', async () => {
    const { watch, failPoint } = watchCommits();
    await using stage = await Stage.open({ failPoint });
    const before = watch.after;
    const seen: number[] = [];
    await Promise.all(
      [1, 2, 3].map(() =>
        stage.simulation.execute(rename('x')).then(() => {
          seen.push(watch.after - before);
        }),
      ),
    );
    expect(seen).toEqual([1, 1, 1]);
  });

  it('that throw leave the others of their tick standing', async () => {
    await using stage = await Stage.open();
    const results = await Promise.allSettled([
      stage.simulation.execute(
        (world) => world.rules.add({ match: { callee: 'a' }, outcome: { result: 4 } }, null).id,
      ),
      stage.simulation.execute((world) => {
        world.rules.add({ match: { callee: 'b' }, outcome: { result: 5 } }, null);
        throw new Refusal('busy', 'too late: it has changed something, which none of ours does');
      }),
      stage.simulation.execute((world) => {
        world.rules.add({ match: { callee: 'c' }, outcome: { result: 5 } }, null);
        throw new Error('a bug');
      }),
      stage.simulation.execute(
        (world) => world.rules.add({ match: { callee: 'd' }, outcome: { result: 6 } }, null).id,
      ),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    const bodies = await stage.rows<{ body: string }>('SELECT body FROM rule ORDER BY id');
    expect(bodies.map(({ body }) => JSON.parse(body).match.callee)).toEqual(['a', 'd']);
  });

  it('after the close are refused', async () => {
    const stage = await Stage.open();
    await stage.close();
    await expect(stage.simulation.execute(rename('x'))).rejects.toMatchObject({ reason: 'busy' });
  });
});

describe('a command with a bug', () => {
  it('has its cause told, and leaves neither store nor working set changed', async () => {
    await using stage = await Stage.open();
    const id = await stage.start({ numbers: numbersFrom(0, 5) });
    await stage.advance(20 * SECOND);
    const live = await countLive(stage);
    expect(live).toBeGreaterThan(0);
    const before = stage.dump();
    const bug = new Error('a bug');
    const run = stage.simulation.execute((world) => {
      const enterprise = world.accounts.enterprise('167');
      if (enterprise !== undefined) changeEnterprise(world, enterprise, { balance: 0 });
      for (const call of world.calls.values()) {
        call.result = 8;
        world.touchCall(call);
      }
      world.calls.clear();
      for (const line of world.lines.values()) line.busy = 1000;
      world.takeNumber('call', 50);
      throw bug;
    });
    await expect(run).rejects.toBe(bug);
    expect(stage.dump()).toBe(before);
    expect(await countLive(stage)).toBe(live);
    expect(await stage.simulation.read((world) => world.accounts.enterprise('167')?.balance)).toBeNull();
    // And goes on as if nothing had been.
    await stage.idle();
    expect(await stage.status(id)).toBe(4);

    await using other = await Stage.open();
    await other.start({ numbers: numbersFrom(0, 5) });
    await other.advance(20 * SECOND);
    await other.idle();
    expect(stage.dump()).toBe(other.dump());
  });

  it('takes no number, row or count from the commands of its batch', async () => {
    const submit = (first: number) => (world: World) => {
      const { apps, enterprises } = world.accounts.fixtures;
      const app = apps.find(({ id }) => id === '20180739');
      const enterprise = enterprises.find(({ id }) => id === app?.businessId);
      if (app === undefined || enterprise === undefined) throw new Error('the default fixtures have changed');
      const rows = numbersFrom(first, 3).map((number) => [number, '张先生']);
      const columns = ['客户手机号码', '姓名'];
      const how = { lineNum: '69101338', robotId: '719', voiceCode: null, speed: 0 };
      return callout(world, { app, enterprise }, { ...how, columns, rows });
    };
    const dump = async (withBug: boolean) => {
      await using stage = await Stage.open();
      const { simulation } = stage;
      const settled = await Promise.allSettled([
        simulation.execute(submit(0)),
        simulation.execute((world) => {
          if (!withBug) return;
          submit(10)(world);
          throw new Error('a bug');
        }),
        simulation.execute(submit(20)),
      ]);
      expect(settled[1].status).toBe(withBug ? 'rejected' : 'fulfilled');
      await simulation.execute(submit(30));
      return stage.dump();
    };
    expect(await dump(true)).toBe(await dump(false));
  });

  it('that breaks while it is written takes no count from the commands of its batch', async () => {
    await using stage = await Stage.open();
    await stage.start({ numbers: numbersFrom(0, 5) });
    await stage.advance(20 * SECOND);
    const poolOf = (world: World) => {
      const pool = world.poolOf('20180739');
      if (pool === null) throw new Error('there is no pool');
      return pool;
    };
    const settled = await Promise.allSettled([
      stage.simulation.execute((world) => {
        poolOf(world).rowCount += 3;
        world.countTask(poolOf(world));
      }),
      stage.simulation.execute((world) => {
        world.touchTask(poolOf(world));
        const [call] = world.calls.values();
        if (call === undefined) throw new Error('there is no call');
        // No value of SQLite's: the store takes the task and not the call.
        Object.assign(call, { callee: {} });
        world.touchCall(call);
      }),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await stage.simulation.read((world) => poolOf(world).rowCount)).toBe(3);
    const [row] = await stage.rows<{ row_count: number }>(
      "SELECT row_count FROM task WHERE type = 2 AND app_id = '20180739'",
    );
    expect(row?.row_count).toBe(3);
  });

  it('in the middle of a batch takes nothing from those before and after it', async () => {
    await using stage = await Stage.open();
    const [first, , third] = await Promise.allSettled([
      stage.simulation.execute(rename('first')),
      stage.simulation.execute((world) => {
        rename('nobody will see this')(world);
        throw new Error('a bug');
      }),
      stage.simulation.execute((world) => world.task(129)?.recallAt),
    ]);
    expect([first, third]).toMatchObject([{ value: 'first' }, { value: 5 }]);
    expect((await stage.task('129')).recall_at).toBe(5);
  });
});

async function countLive(stage: Stage): Promise<number> {
  return await stage.simulation.read((world) => world.calls.size);
}

describe('a refused command', () => {
  it('leaves everything as it was', async () => {
    await using stage = await Stage.open();
    const done = await stage.start({ numbers: [] });
    await stage.advance(SECOND);
    const held = await stage.start({ lines: '055169101408', numbers: ['19900005030'] });
    await stage.advance(10 * SECOND);
    const poor = await PlatformClient.open(stage.app, APPS.poor);
    await stage.client();
    const before = stage.dump();
    const line = { line_num: '69101338', robot_id: '719' };
    const good = rowsOf(['19900000001']);
    const task = { task_name: '甲', robot_id: '719', time_begin: TEN };
    const refused = [
      await stage.call('callout', { ...line, ...good, robot_id: '720' }),
      await stage.call('callout', { ...line, ...good, line_num: '055169101408' }),
      await stage.call('callout', { ...line, ...good, line_num: '055169109999' }),
      await stage.call('callout', { ...line, ...good, voice_code: 'x' }),
      await stage.call('callout', { ...line, ...good, robot_speed: 501 }),
      await stage.call('callout', { ...line, ...rowsOf(['13800000001', '123']) }),
      await stage.call('callout', { ...line, ...rowsOf(Array(51).fill('13800000001') as string[]) }),
      await stage.call('callout', { ...line, call_column: ['姓名'], call_list: [['x']] }),
      await stage.call('create', { ...task, line_num: '055169101408' }),
      await stage.call('create', { ...task, line_num: '69101338', time_range: ['09:00:00-08:00:00'] }),
      await stage.call('create', { ...task, line_num: '055169101407', time_range: ['19:00:00-20:00:00'] }),
      await stage.call('start', { task_id: done }),
      await stage.call('pause', { task_id: '129' }),
      await stage.call('insert', { task_id: held, ...good }),
      await stage.call('delete', { task_id: '1' }),
      await stage.call('query', { page_size: 51 }),
      await poor.call('callout', {
        ...line,
        line_num: '055168000001',
        robot_id: '168001',
        call_column: ['客户手机号码'],
        call_list: [['13800000001']],
      }),
    ];
    expect(refused.map(({ code }) => code)).toEqual([
      200204, 3030002, 200200, 200205, 200206, 200203, 200213, 200212, 3030002, 10005, 200222, 3010101,
      200200, 200200, 200202, 10005, 200209,
    ]);
    expect(stage.dump()).toBe(before);
    // The same calls with nothing wrong about them change it.
    await stage.ask('callout', { ...line, ...good });
    expect(stage.dump()).not.toBe(before);
  });
});

describe('a commit that fails', () => {
  it('answers the whole batch with 10004, keeps nothing of it, tells no fact, and is over with the next that succeeds', async () => {
    const { watch, failPoint } = watchCommits();
    await using stage = await Stage.open({ failPoint, expectErrors: true });
    await stage.client();
    await stage.start({ numbers: numbersFrom(0, 3) });
    await stage.advance(5 * SECOND);
    const before = stage.dump();
    const facts = stage.gatherFacts();
    watch.failing = true;
    const line = { line_num: '055169101408', robot_id: '719' };
    const answers = await Promise.all([
      stage.call('callout', { ...line, ...rowsOf(['19900000001']) }),
      stage.call('callout', { ...line, ...rowsOf(['19900000002']) }),
      // Refused for a reason of its own, which nobody can be sure of now.
      stage.call('callout', { ...line, ...rowsOf(['1']) }),
    ]);
    expect(answers.map(({ code, status, message }) => [code, status, message])).toEqual(
      Array(3).fill([10004, 200, '服务忙,请稍后再试']),
    );
    expect(stage.simulation.isWriting).toBe(false);
    await expect(stage.advance(MINUTE)).rejects.toMatchObject({ reason: 'busy' });
    watch.failing = false;
    expect(stage.dump()).toBe(before);
    expect(facts).toEqual([]);
    expect(stage.now).toBe(TEN + 5 * SECOND);

    expect((await stage.call('callout', { ...line, ...rowsOf(['19900000001']) })).code).toBe(0);
    expect(stage.simulation.isWriting).toBe(true);
    await stage.idle();
    expect(facts.filter(({ event }) => event === 'call.dialed')).toHaveLength(1);
    expect(await stage.calls()).toHaveLength(4);
  });

  it('rejects the read that met the batch', async () => {
    const { watch, failPoint } = watchCommits();
    await using stage = await Stage.open({ failPoint, expectErrors: true });
    watch.failing = true;
    const command = stage.simulation.execute(rename('x'));
    const read = Promise.resolve(stage.simulation.read((world) => world.task(129)?.recallAt));
    await expect(command).rejects.toMatchObject({ reason: 'busy' });
    await expect(read).rejects.toMatchObject({ reason: 'busy' });
    watch.failing = false;
    expect(await stage.simulation.read((world) => world.task(129)?.recallAt)).toBe(0);
  });
});

describe('a read', () => {
  it('that meets an open batch is answered with it: after the commit, and with what it changed', async () => {
    const { watch, failPoint } = watchCommits();
    await using stage = await Stage.open({ failPoint });
    const before = watch.after;
    const command = stage.simulation.execute(rename('seven..'));
    const read = stage.simulation.read((world) => world.task(129)?.recallAt);
    expect(read).toBeInstanceOf(Promise);
    expect(watch.after).toBe(before);
    expect(await read).toBe(7);
    expect(watch.after).toBe(before + 1);
    await command;
  });

  it('finds in the store what the commands of its batch have counted', async () => {
    await using stage = await Stage.open();
    const count = (world: World) => {
      const pool = world.poolOf('20180739');
      if (pool === null) throw new Error('there is no pool');
      pool.rowCount += 3;
      world.countTask(pool);
    };
    const stored = ({ database }: World) =>
      database.prepare("SELECT row_count FROM task WHERE type = 2 AND app_id = '20180739'").get()?.row_count;
    const refuse = () => {
      throw new Refusal('busy', 'not now');
    };
    const { simulation } = stage;
    const [, first, , , second] = await Promise.allSettled([
      simulation.execute(count),
      simulation.read(stored),
      simulation.execute(count),
      simulation.read(refuse),
      simulation.read(stored),
    ]);
    expect([first, second]).toMatchObject([{ value: 3 }, { value: 6 }]);
  });

  it('that meets none is answered at once, without a commit', async () => {
    const { watch, failPoint } = watchCommits();
    await using stage = await Stage.open({ failPoint });
    const before = watch.before;
    expect(stage.simulation.read((world) => world.task(129)?.recallAt)).toBe(0);
    await stage.call('config', {}).catch(() => undefined);
    expect(watch.before).toBe(before + 1);
    await stage.call('config', {});
    expect(watch.before).toBe(before + 1);
  });
});

describe('facts', () => {
  it('are told in their order, after the commit of what they tell', async () => {
    const { watch, failPoint } = watchCommits();
    await using stage = await Stage.open({ failPoint });
    const told: [event: string, commits: number][] = [];
    let commits = 0;
    stage.simulation.onFacts((facts) => {
      for (const { event } of facts) told.push([event, watch.after - commits]);
    });
    await stage.client();
    commits = watch.after;
    const id = await stage.create({ numbers: ['19900001007'] });
    expect(told).toEqual([
      ['task.created', 1],
      ['task.rows', 2],
    ]);
    await stage.ask('start', { task_id: id });
    await stage.idle();
    expect(told.map(([event]) => event)).toEqual([
      'task.created',
      'task.rows',
      'task.status',
      'call.dialed',
      'call.ended',
      'task.status',
      'push.owed',
      'push.owed',
      'push.attempt',
      'push.attempt',
    ]);
  });
});

describe('on a running clock', () => {
  it('what is due by now happens before a command, and never after it', async () => {
    await using stage = await Stage.open({ clock: 'x1000' });
    await stage.callout(['19900001020']);
    await stage.simulation.execute(() => {});
    // A minute of ringing is 60 ms of wall time; nobody yields to a timer here.
    const [call] = await stage.calls();
    const hangupAt = call?.hangup_at ?? 0;
    expect(hangupAt).toBeGreaterThan(stage.now);
    while (stage.now < hangupAt) {
      // busy until then
    }
    const state = await stage.simulation.execute((world) => ({
      live: world.calls.size,
      isPast: world.now >= hangupAt,
    }));
    expect(state).toEqual({ live: 0, isPast: true });
  });
});
