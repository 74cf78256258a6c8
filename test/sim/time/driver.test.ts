import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestReceiver } from '../../support/receiver.ts';
import {
  aLine,
  at,
  DAY,
  HOUR,
  MINUTE,
  numbersFrom,
  rowsOf,
  SECOND,
  Stage,
  TEN,
} from '../../support/stage.ts';

const ORDINARY = '19900000001';
const UNANSWERED = '19900001020';
const NEVER_RANG = '19900001007';

describe('on a manual clock', () => {
  it('nothing that is due runs outside of an advance, not even what is due now', async () => {
    await using stage = await Stage.open();
    const id = await stage.start({ numbers: [ORDINARY] });
    await stage.callout([ORDINARY], { line: '055169101408' });
    // Reads, writes and time on the wall change nothing about it.
    await stage.call('query', {});
    await stage.simulation.execute(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    expect(await stage.calls()).toEqual([]);
    expect(stage.now).toBe(TEN);

    const advanced = await stage.advance(0);
    expect(advanced).toMatchObject({ from: TEN, to: TEN });
    expect(advanced.events).toBeGreaterThan(0);
    expect((await stage.calls()).map(({ dial_at, state }) => [dial_at, state])).toEqual([
      [TEN, 0],
      [TEN, 0],
    ]);
    expect(await stage.status(id)).toBe(2);
  });

  it('an advance runs what is due by its end, that included, and nothing after it', async () => {
    await using stage = await Stage.open();
    await stage.callout([UNANSWERED]);
    await stage.advance(0);
    const [call] = await stage.calls();
    const hangupAt = call?.hangup_at ?? 0;
    await stage.advanceTo(hangupAt - 1);
    expect((await stage.calls())[0]?.state).toBe(1);
    await stage.advanceTo(hangupAt);
    expect((await stage.calls())[0]?.state).toBe(3);
  });

  it('an advance ends at its end, whether something was due or not', async () => {
    await using stage = await Stage.open();
    // Whoever starts looks at each line once.
    await stage.advance(0);
    const advanced = await stage.advance(90 * MINUTE);
    expect(advanced).toEqual({ from: TEN, to: TEN + 90 * MINUTE, events: 0, pushes: 0, pending: [] });
    expect(stage.now).toBe(TEN + 90 * MINUTE);
  });

  it('an advance settles the pushes and pulls of its time, and counts them', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    await stage.callout([NEVER_RANG]);
    const { pushes, events } = await stage.advance(10 * SECOND);
    expect(receiver.got).toHaveLength(2);
    expect([pushes, events > 0]).toEqual([2, true]);
    const idle = await stage.advance(DAY / 2);
    expect(idle).toMatchObject({ pushes: 0, events: 0 });
  });

  it('an advance counts the attempts that a fault decides', async () => {
    await using stage = await Stage.open();
    await stage.addFault({ on: 'push', network: 'timeout' });
    await stage.callout([NEVER_RANG]);
    expect(await stage.idle()).toMatchObject({ pushes: 8 });
  });

  it('steps of any size come to the same', async () => {
    const run = async (steps: readonly number[]) => {
      await using stage = await Stage.open();
      await stage.addFault({ on: 'push', httpStatus: 500, probability: 0.4 });
      await stage.start({ numbers: [...numbersFrom(0, 6), '19900002001'], recalls: 2, recallWait: 77 });
      await stage.callout([ORDINARY], { robot: '4567', line: '055196866001' });
      for (const step of steps) await stage.advance(step);
      await stage.advanceTo(TEN + 2 * HOUR);
      return stage.dump();
    };
    const whole = await run([]);
    expect(await run(Array(120).fill(MINUTE) as number[])).toBe(whole);
    expect(await run(Array(400).fill(997) as number[])).toBe(whole);
    expect(await run([1, 10, 100, 1000, 10_000, 100_000, 0, 0])).toBe(whole);
  });

  it('time stands while a receiver of the instant thinks', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver, grace: 5000 });
    const instants: number[] = [];
    const dues: number[] = [];
    receiver.answer = async () => {
      const before = stage.now;
      await new Promise((resolve) => setTimeout(resolve, 20));
      instants.push(before, stage.now);
      return 'success';
    };
    await stage.callout([NEVER_RANG, NEVER_RANG]);
    await stage.idle();
    for (const { due_at } of await stage.outbox()) dues.push(due_at, due_at);
    expect(instants).toEqual(dues.sort());
  });

  it('a second advance is refused while one is under way, also from within a receiver', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    const refusals: unknown[] = [];
    receiver.answer = async () => {
      refusals.push(await stage.advance(SECOND).catch((error: unknown) => error));
      return 'success';
    };
    await stage.callout([NEVER_RANG]);
    const first = stage.idle();
    expect(stage.simulation.isAdvancing).toBe(true);
    await expect(stage.advance(1)).rejects.toThrow('an advance is under way');
    await first;
    expect(refusals.map(String)).toEqual(Array(2).fill('Error: an advance is under way'));
    expect(stage.simulation.isAdvancing).toBe(false);
    await stage.advance(SECOND);
  });

  it('outcomes of one instant take effect in the order of the outbox, whoever answers first', async () => {
    const run = async (recordsMs: number, othersMs: number) => {
      await using receiver = await TestReceiver.start();
      await using other = await TestReceiver.start();
      const answerAfter = (ms: number) => async () => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return 'success';
      };
      receiver.answer = answerAfter(recordsMs);
      other.answer = answerAfter(othersMs);
      const urls = [
        { module: 'receiveCallRecord' as const, url: `${receiver.url}/r` },
        { module: 'receiveDialog' as const, url: `${other.url}/d` },
      ].map((entry) => ({ businessId: '167', enabled: true, ...entry }));
      await using stage = await Stage.open({ fixtures: { urls }, push: { recordTwice: 0 }, grace: 5000 });
      await stage.callout(Array(4).fill('19900005001') as string[]);
      await stage.advance(15 * SECOND);
      // All of them due at one instant.
      await stage.simulation.execute((world) =>
        world.database.prepare('UPDATE outbox SET due_at = ? WHERE state = 0').run(stage.now + MINUTE),
      );
      const facts = stage.gatherFacts();
      await stage.idle();
      return facts.filter((fact) => fact.event === 'push.attempt').map(({ data }) => data.id);
    };
    const slowRecords = await run(20, 1);
    expect(slowRecords.length).toBeGreaterThan(5);
    expect(await run(1, 20)).toEqual(slowRecords);
  });

  it('what a receiver asks of the platform happens at its instant', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver, grace: 5000 });
    const created: { id: string; at: number }[] = [];
    receiver.answer = async ({ body }) => {
      if ('task_result' in body) created.push({ id: await stage.create(), at: stage.now });
      return 'success';
    };
    await stage.callout([NEVER_RANG, NEVER_RANG]);
    await stage.idle();
    expect(created).toHaveLength(2);
    for (const { id, at: instant } of created) expect((await stage.task(id)).created_at).toBe(instant);
    const outbound = (await stage.outbox()).filter(({ variant }) => variant === 'outbound');
    expect(created.map((one) => one.at)).toEqual(outbound.map(({ due_at }) => due_at).sort());
  });
});

describe('the grace of a manual clock', () => {
  it('is all that a hanging receiver gets, three times running; then nobody waits until it answers again', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver, grace: 100, push: { timeout: 400 } });
    const gate = Promise.withResolvers<void>();
    let asleep = true;
    receiver.answer = async () => {
      if (asleep) await gate.promise;
      return 'success';
    };
    await stage.callout(Array(10).fill(NEVER_RANG) as string[], { line: '055169101408' });
    const startedAt = performance.now();
    // All first attempts, and no second one.
    await stage.advance(5 * SECOND);
    const elapsed = performance.now() - startedAt;
    // 20 pushes: three graces, and one time-out that all of them share.
    expect(elapsed).toBeGreaterThan(400);
    expect(elapsed).toBeLessThan(2000);
    expect(receiver.mostOpen).toBeGreaterThan(10);
    asleep = false;
    gate.resolve();
    await stage.idle();
    expect((await stage.outbox()).every(({ state, tries }) => state === 1 && tries === 2)).toBe(true);
    const attempts = await stage.attempts();
    expect(attempts.filter(({ error }) => error === 'timed out after 0.4 s')).toHaveLength(20);
    // The simulated time of the next attempt is that of a receiver that was waited for.
    for (const { outbox_id, at: first } of attempts.filter(({ number }) => number === 1)) {
      const second = attempts.find((one) => one.outbox_id === outbox_id && one.number === 2);
      expect((second?.at ?? 0) - first).toBe(400 + 5 * SECOND);
    }
  });

  it('that one receiver has used up is not taken from another', async () => {
    await using dead = await TestReceiver.start();
    await using quick = await TestReceiver.start();
    dead.answer = () => null;
    const url = (module: 'receiveCallRecord' | 'receiveDialog' | 'receiveVoice', to: TestReceiver) => ({
      businessId: '167',
      module,
      url: `${to.url}/${module}`,
      enabled: true,
    });
    const urls = [url('receiveCallRecord', quick), url('receiveDialog', quick), url('receiveVoice', dead)];
    await using stage = await Stage.open({
      grace: 100,
      push: { timeout: 300 },
      fixtures: { urls, lines: [aLine('L', 20)] },
    });
    await stage.callout(Array(20).fill('19900005001') as string[], { line: 'L' });
    const startedAt = performance.now();
    await stage.idle();
    // 80 attempts at the dead one, of 0.3 s each and many at a time; 60 pushes that are waited for, a ms or two each.
    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect(quick.got).toHaveLength(60);
    const states = (await stage.outbox()).map(({ module, state }) => `${module} ${state}`);
    expect(states.filter((text) => text === 'receiveVoice 2')).toHaveLength(20);
    expect(states.filter((text) => text.endsWith(' 1'))).toHaveLength(60);
  });

  it('is not given with overlap: the answers come in while time goes on', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    receiver.answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return 'success';
    };
    await stage.callout(Array(20).fill(NEVER_RANG) as string[], { line: '055169101408' });
    const startedAt = performance.now();
    await stage.idle({ overlap: true });
    // One by one they would take 2 s.
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(receiver.mostOpen).toBeGreaterThan(10);
    expect((await stage.outbox()).every(({ state }) => state === 1)).toBe(true);
  });

  it('with overlap comes to the same attempts at the same instants as without', async () => {
    const run = async (overlap: boolean) => {
      await using receiver = await TestReceiver.start();
      receiver.answer = ({ text }) => (text.length % 3 === 0 ? 'no' : 'success');
      await using stage = await Stage.open({ receiver });
      await stage.callout(numbersFrom(0, 20));
      await stage.idle({ overlap });
      return (await stage.attempts()).map(({ took_ms: _, ...rest }) => rest);
    };
    expect(await run(true)).toEqual(await run(false));
  });
});

describe('an attempt', () => {
  it.each(['manual', 'x1000'])(
    'is under way once at a time, however busy a clock that is %s is with other things',
    async (clock) => {
      await using receiver = await TestReceiver.start();
      const open = new Map<string, number>();
      const count = (text: string, change: number) => {
        const now = (open.get(text) ?? 0) + change;
        open.set(text, now);
        return now;
      };
      let twiceAtOnce = 0;
      receiver.answer = async ({ text }) => {
        if (count(text, 1) > 1) twiceAtOnce++;
        await new Promise((resolve) => setTimeout(resolve, 1 + (text.length % 3)));
        count(text, -1);
        return 'no';
      };
      // Tried again at once, so that a row is due again as soon as its outcome is in.
      await using stage = await Stage.open({
        receiver,
        clock,
        push: { retryDelays: [0, 0, 0], timeout: 60_000 },
      });
      for (let first = 0; first < 200; first += 50)
        await stage.callout(numbersFrom(first, 50), { line: '055169101408' });
      const { to } = await stage.idle({ overlap: true });
      expect(twiceAtOnce).toBe(0);
      const pushes = (await stage.outbox()).length;
      const received = Map.groupBy(receiver.got, ({ text }) => text);
      expect([received.size, receiver.got.length]).toEqual([pushes, pushes * 4]);
      // No day went by over it.
      expect(to).toBeLessThan(TEN + HOUR);
    },
  );
});

describe('what is under way', () => {
  it.each(['manual', 'x1000'])(
    'is told, and waited for by a close, which leaves nothing, on a clock that is %s',
    async (clock) => {
      await using receiver = await TestReceiver.start();
      const { promise: answer, resolve: give } = Promise.withResolvers<string>();
      receiver.answer = () => answer;
      await using stage = await Stage.open({ receiver, clock, startAt: TEN, grace: 60_000 });
      await stage.callout([NEVER_RANG]);
      const advancing = clock === 'manual' ? stage.advance(10 * SECOND) : null;
      await receiver.until(() => receiver.open > 0);
      expect(stage.simulation.held()).toContainEqual(
        expect.stringMatching(clock === 'manual' ? /^an advance of the clock$/ : /^\d attempts that are not/),
      );
      const order: string[] = [];
      const closing = stage.simulation.close().then(() => order.push('closed'));
      setTimeout(() => {
        order.push('answered');
        give('success');
      }, 50);
      await Promise.all([closing, advancing]);
      expect(order).toEqual(['answered', 'closed']);
      expect(stage.simulation.held()).toEqual([]);
    },
  );

  it('is a timer on a clock that runs: midnight comes by itself', async () => {
    await using stage = await Stage.open({ clock: 'x60', startAt: TEN });
    expect(stage.simulation.held()).toContain('a timer of the clock');
    await stage.simulation.close();
    expect(stage.simulation.held()).toEqual([]);
  });
});

describe('until idle', () => {
  it('ends at the last thing that happened, and not at the bound', async () => {
    await using stage = await Stage.open();
    await stage.callout([ORDINARY]);
    const { to, pending } = await stage.idle();
    const [last] = await stage.rows<{ at: number }>('SELECT max(at) AS at FROM attempt');
    expect([to, pending]).toEqual([last?.at, []]);
    // There is nothing left, now and in a month.
    expect(await stage.idle()).toMatchObject({ from: to, to, events: 0 });
  });

  it('waits for working hours that begin tomorrow, and not for midnights', async () => {
    await using stage = await Stage.open();
    await stage.advanceTo(at('18:30'));
    const id = await stage.start({ lines: '055169101407', numbers: [NEVER_RANG] });
    const { to } = await stage.idle();
    expect(await stage.status(id)).toBe(4);
    expect(to).toBeGreaterThan(at('2026-01-06 09:00'));
    expect(to).toBeLessThan(at('2026-01-06 09:01'));
  });

  it('does not wait for what only somebody else can bring on', async () => {
    await using stage = await Stage.open({
      fixtures: { lines: [aLine('A', 1), aLine('B', 1), aLine('C', 1)] },
    });
    await stage.create({ lines: 'A', numbers: [ORDINARY] });
    const paused = await stage.start({ lines: 'B', numbers: [ORDINARY, ORDINARY] });
    await stage.ask('pause', { task_id: paused });
    await stage.setBalance(1);
    await stage.start({ lines: 'C', numbers: Array(3).fill('19900005003') as string[] });
    const { pending } = await stage.idle();
    expect(pending).toEqual([]);
    expect(await stage.calls()).toHaveLength(1);
  });

  it('has a bound, and says what keeps scheduling when it meets that', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLine('A', 1), aLine('B', 1)] } });
    const waiting = await stage.start({
      lines: 'A',
      numbers: [UNANSWERED],
      recalls: 1,
      recallWait: 10 * 86_400,
    });
    await stage.callout(Array(50).fill('19900005099') as string[], { line: 'B' });
    const bound = TEN + HOUR;
    const advanced = await stage.simulation.advance({ to: bound, untilIdle: true, overlap: false });
    expect(advanced.to).toBeLessThanOrEqual(bound);
    expect(advanced.pending.join('; ')).toMatch(
      new RegExp(`^1 calls under way; .*task ${waiting} in status 5; \\d+ rows of the pool on line B$`),
    );
  });

  it('never ends before it began, on a running clock with nothing to do', async () => {
    await using stage = await Stage.open({ clock: 'real' });
    const { from, to } = await stage.idle();
    expect(to).toBeGreaterThanOrEqual(from);
  });

  it('names pushes that are owed', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    await using stage = await Stage.open({ receiver });
    await stage.callout([NEVER_RANG]);
    const to = TEN + 20 * SECOND;
    const advanced = await stage.simulation.advance({ to, untilIdle: true, overlap: false });
    expect(advanced.pending).toEqual(['2 pushes or pulls owed']);
  });

  it('on a running clock ends too, however long the receiver takes', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = async ({ text }) => {
      await new Promise((resolve) => setTimeout(resolve, 40));
      return receiver.got.filter((got) => got.text === text).length < 3 ? 'no' : 'success';
    };
    await using stage = await Stage.open({ receiver, clock: 'x1000' });
    await stage.callout([NEVER_RANG, ORDINARY]);
    const { to } = await stage.idle();
    expect((await stage.outbox()).every(({ state, tries }) => state === 1 && tries === 3)).toBe(true);
    // The time of the calls and retries, and no midnight beyond them.
    expect(to).toBeLessThan(TEN + HOUR);
  });
});

describe('a bug in an event', () => {
  it('stops the clock for good, is told with its cause, and leaves the state as it was before the window', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    await using stage = await Stage.open({ receiver, expectErrors: true });
    await stage.callout([NEVER_RANG]);
    await stage.advance(5 * SECOND);
    // A rebuild that differs from what was sent is a bug, and is not sent silently.
    await stage.simulation.execute((world) => world.database.prepare("UPDATE outbox SET sha = 'x'").run());
    const before = stage.dump();
    const sent = receiver.got.length;
    await expect(stage.advance(MINUTE)).rejects.toThrow('built again, is not what was sent before');
    expect(stage.simulation.fault).toBeInstanceOf(Error);
    expect(stage.logged).toHaveLength(1);
    await expect(stage.advance(MINUTE)).rejects.toMatchObject({
      message: 'the simulation stopped at a fault of its own',
      cause: stage.simulation.fault,
    });
    const stands = { call: 'call', attempt: 'attempt' };
    for (const table of Object.keys(stands)) {
      expect(JSON.parse(stage.dump())[table]).toEqual(JSON.parse(before)[table]);
    }
    expect(receiver.got).toHaveLength(sent);
    // Questions are answered all the while.
    expect((await stage.call('query', {})).code).toBe(0);
  });

  /** From now on the clock runs, and at once, before anybody could have taken a turn, it is 10 s later. */
  async function letTenSecondsBeDue(stage: Stage): Promise<void> {
    await stage.simulation.setClock('scaled', 1000);
    for (const until = stage.now + 10 * SECOND; stage.now < until; );
  }

  it('that a command meets stops a running clock, keeps nothing of what was due, and costs the command nothing', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-bug-'));
    await using receiver = await TestReceiver.start();
    const options = { receiver, dataDir: folder.path };
    const stage = await Stage.open({ ...options, expectErrors: true });
    await stage.client();
    await stage.callout([NEVER_RANG]);
    await stage.advance(0);
    const [call] = await stage.calls();
    await stage.advanceTo(call?.hangup_at ?? 0);
    await stage.callout([UNANSWERED]);
    // The later one of the two pushes has a bug; by then another call has begun.
    await stage.simulation.execute(({ database }) =>
      database.prepare("UPDATE outbox SET sha = 'x' WHERE due_at = (SELECT max(due_at) FROM outbox)").run(),
    );
    await letTenSecondsBeDue(stage);
    const before = stage.dump();
    await expect(stage.simulation.execute(() => 'answered')).resolves.toBe('answered');
    expect(String(stage.simulation.fault)).toContain('built again, is not what was sent before');
    expect(stage.logged).toEqual([stage.simulation.fault]);
    expect(stage.dump()).toBe(before);
    // Others are answered too, and nothing happens any more.
    expect(
      (await stage.call('callout', { line_num: '69101338', robot_id: '719', ...rowsOf([ORDINARY]) })).code,
    ).toBe(0);
    expect((await stage.outbox()).map(({ state, tries }) => [state, tries])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    await stage.close();
    expect(receiver.got).toEqual([]);

    await using again = await Stage.open(options);
    await again.simulation.execute(({ database }) => database.prepare('UPDATE outbox SET sha = NULL').run());
    await again.idle();
    expect((await again.outbox()).every(({ state, tries }) => state === 1 && tries === 1)).toBe(true);
    // Two of each that nobody answered, and four of the other.
    expect(receiver.got).toHaveLength(8);
  });

  it('that shows only when all of it is written lets nothing out of what was not', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver, expectErrors: true });
    await stage.callout([NEVER_RANG]);
    await stage.advance(0);
    await stage.simulation.execute(({ database }) =>
      database
        .prepare(
          "CREATE TEMP TRIGGER bug BEFORE INSERT ON call WHEN new.state = 3 BEGIN SELECT RAISE(ABORT, 'a bug'); END",
        )
        .run(),
    );
    await letTenSecondsBeDue(stage);
    const before = stage.dump();
    await stage.simulation.execute(() => {});
    expect(String(stage.simulation.fault)).toContain('a bug');
    expect(stage.dump()).toBe(before);
    await stage.close();
    // The pushes of a call that has not ended are nobody's.
    expect(receiver.got).toEqual([]);
  });
});

describe('two simulators in one process', () => {
  it('have clocks at different times, and know nothing of each other', async () => {
    await using receiver = await TestReceiver.start();
    await using early = await Stage.open({ receiver, startAt: '2026-01-05T10:00:00+08:00' });
    await using late = await Stage.open({ receiver, startAt: '2030-06-01T09:30:00+08:00', seed: 2 });
    await using quick = await Stage.open({ clock: 'x1000', startAt: '2028-01-01T12:00:00+08:00' });
    await early.callout([ORDINARY]);
    await late.callout([ORDINARY]);
    // At the same time, each at its own pace.
    await Promise.all([early.idle(), late.advance(3 * DAY), quick.advance(HOUR)]);
    expect(early.now).toBeLessThan(at('10:10'));
    expect(late.now).toBe(Date.parse('2030-06-04T09:30:00+08:00'));
    expect(quick.now).toBeGreaterThanOrEqual(Date.parse('2028-01-01T13:00:00+08:00'));
    const [[one], [other]] = await Promise.all([early.calls(), late.calls()]);
    expect(one?.dial_at).toBe(TEN);
    expect(other?.dial_at).toBe(Date.parse('2030-06-01T09:30:00+08:00'));
    expect(one?.uuid).not.toBe(other?.uuid);
    expect(await quick.calls()).toEqual([]);
    expect(receiver.got).toHaveLength(8);
    const dials = receiver.got.flatMap(({ body }) => body.time_dial ?? []);
    expect(dials.sort()).toEqual([one?.dial_at, other?.dial_at]);
  });

  it('of the same seed come to the same, and of another seed do not', async () => {
    const run = async (seed: number) => {
      await using stage = await Stage.open({ seed });
      await stage.callout(numbersFrom(0, 5));
      await stage.idle();
      return stage.dump();
    };
    const [a, b, c] = await Promise.all([run(1), run(1), run(2)]);
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });
});
