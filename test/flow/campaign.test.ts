import { describe, expect, it } from 'vitest';
import { DEFAULT_WEIGHTS } from '../../src/sim/call/weight.ts';
import { DEFAULT_FIXTURES } from '../support/dialogue.ts';
import { TestReceiver } from '../support/receiver.ts';
import { aLine, at, DAY, HOUR, MINUTE, numbersFrom, SECOND, Stage, TEN } from '../support/stage.ts';

const ORDINARY = '19900000001';
const NEVER_RANG = '19900001007';
const UNANSWERED = '19900001020';
const ANSWERS_SECOND = '19900002001';
/** Talks 100 s. */
const TALKATIVE = '19900005010';

describe('a campaign', () => {
  /** A campaign over a lunch break and a recall round. */
  async function passThrough() {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    const facts = stage.gatherFacts();
    const startedAt = performance.now();
    const id = await stage.create({
      lines: '055169101407',
      numbers: [ORDINARY, ANSWERS_SECOND],
      begin: at('12:30'),
      recalls: 1,
      recallWait: 600,
    });
    const seen = [await stage.status(id)];
    await stage.ask('start', { task_id: id });
    seen.push(await stage.status(id));
    // The line works 09:00–12:00 and 13:00–17:59:59.
    await stage.advanceTo(at('12:30'));
    seen.push(await stage.status(id));
    await stage.advanceTo(at('13:00'));
    seen.push(await stage.status(id));
    await stage.idle();
    seen.push(await stage.status(id));
    const wallMs = performance.now() - startedAt;
    const moves = facts.filter((fact) => fact.event === 'task.status');
    return { wallMs, seen, moves, task: await stage.task(id), pushes: receiver.got.length };
  }

  it('passes through 0, 1, 6, 2, 5, 2 and 4', async () => {
    const { seen, moves, task, pushes } = await passThrough();
    expect(seen).toEqual([0, 1, 6, 2, 4]);
    expect(moves.map(({ data }) => `${data.from}→${data.to}`)).toEqual([
      '0→1',
      '1→6',
      '6→2',
      '2→5',
      '5→2',
      '2→4',
    ]);
    const [, reached, opened, waited, recalled, finished] = moves.map((move) => move.at);
    expect([reached, opened]).toEqual([at('12:30'), at('13:00')]);
    expect((recalled ?? 0) - (waited ?? 0)).toBe(600 * SECOND);
    expect(task).toMatchObject({
      started_at: at('13:00'),
      finished_at: finished,
      recalled: 1,
      row_count: 2,
      dial_count: 3,
      called_count: 2,
      answered_count: 2,
      live_count: 0,
    });
    expect(pushes).toBe(10);
  });

  it('takes well under a second of wall time for an afternoon', async () => {
    // The best of three: the machine may have other things to do.
    const runs = [await passThrough(), await passThrough(), await passThrough()];
    expect(Math.min(...runs.map(({ wallMs }) => wallMs))).toBeLessThan(500);
  });

  it('calls each row once, and again in a recall round only those that nobody answered', async () => {
    await using stage = await Stage.open();
    const id = await stage.start({
      numbers: [ORDINARY, UNANSWERED, ANSWERS_SECOND, '19900002002', '19900001004', '19900001018'],
      recalls: 3,
      recallWait: 60,
    });
    await stage.idle();
    const calls = await stage.calls();
    const rounds = [0, 1, 2, 3].map((tries) =>
      calls.filter((call) => call.tries === tries).map((call) => [call.row_index, call.result]),
    );
    expect(rounds).toEqual([
      [
        [1, 0],
        [2, 20],
        [3, 20],
        [4, 20],
        [5, 4],
        [6, 18],
      ],
      [
        [2, 20],
        [3, 0],
        [4, 20],
        [5, 4],
      ],
      [
        [2, 20],
        [4, 0],
        [5, 4],
      ],
      [
        [2, 20],
        [5, 4],
      ],
    ]);
    expect(await stage.task(id)).toMatchObject({
      status: 4,
      recalled: 3,
      dial_count: calls.length,
      called_count: 6,
      answered_count: 4,
    });
  });

  it('begins a recall round so many seconds after the last call of the round before', async () => {
    await using stage = await Stage.open();
    await stage.start({ numbers: [UNANSWERED, '19900001006'], recalls: 2, recallWait: 90 });
    await stage.idle();
    const calls = await stage.calls();
    for (const tries of [1, 2]) {
      const before = calls.filter((call) => call.tries === tries - 1).map((call) => call.hangup_at ?? 0);
      const round = calls.filter((call) => call.tries === tries).map((call) => call.dial_at);
      expect(round).toEqual([Math.max(...before) + 90_000, Math.max(...before) + 90_000]);
    }
  });

  it('runs no recall round when every row was answered', async () => {
    await using stage = await Stage.open();
    const id = await stage.start({ numbers: [ORDINARY], recalls: 3, recallWait: 60 });
    await stage.idle();
    expect(await stage.task(id)).toMatchObject({ status: 4, recalled: 0, dial_count: 1 });
  });

  it('without rows is completed as soon as it begins', async () => {
    await using stage = await Stage.open();
    const id = await stage.start({ begin: TEN + HOUR });
    await stage.advance(HOUR - 1);
    expect(await stage.status(id)).toBe(1);
    await stage.advance(1);
    expect(await stage.task(id)).toMatchObject({ status: 4, finished_at: TEN + HOUR });
  });

  it('lets calls under way finish and dials nothing new while it is paused, and goes on where it stood', async () => {
    await using stage = await Stage.open({
      fixtures: { lines: [aLine('L', 2)] },
    });
    const id = await stage.start({ lines: 'L', numbers: Array(6).fill(TALKATIVE) as string[] });
    await stage.advance(30 * SECOND);
    await stage.ask('pause', { task_id: id });
    await stage.advance(HOUR);
    expect(await stage.status(id)).toBe(3);
    const before = await stage.calls();
    expect(before.map(({ state, result }) => [state, result])).toEqual([
      [3, 0],
      [3, 0],
    ]);
    await stage.ask('start', { task_id: id });
    await stage.idle();
    const calls = await stage.calls();
    expect(calls.map(({ row_index }) => row_index)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(calls[2]?.dial_at).toBe(TEN + 30 * SECOND + HOUR);
    expect(await stage.status(id)).toBe(4);
  });

  it('cuts its calls when it is deleted: 16 where somebody talks, 26 where not, and all of it is pushed', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver, fixtures: { lines: [aLine('L', 3)] } });
    // One talks for 100 s; the others ring for a minute.
    const id = await stage.start({ lines: 'L', numbers: [TALKATIVE, UNANSWERED, UNANSWERED, ORDINARY] });
    await stage.advance(30 * SECOND);
    const live = await stage.calls();
    expect(live.map(({ state }) => state)).toEqual([2, 1, 1]);
    await stage.ask('delete', { task_id: id });
    const deletedAt = stage.now;
    const cut = await stage.calls();
    expect(cut.map(({ state, result, hangup_at }) => [state, result, hangup_at])).toEqual([
      [3, 16, deletedAt],
      [3, 26, deletedAt],
      [3, 26, deletedAt],
    ]);
    await stage.idle();
    expect(await stage.calls()).toHaveLength(3);
    expect((await stage.call('start', { task_id: id })).code).toBe(3010102);
    expect((await stage.call('delete', { task_id: id })).code).toBe(3010102);
    const results = receiver.of('receiveCallRecord').flatMap(({ body }) => body.task_result ?? []);
    expect(results.sort()).toEqual(['16', '26', '26']);
    // The one that talked owes a dialogue and a recording of what there was.
    expect(receiver.of('receiveDialog')).toHaveLength(1);
    expect(receiver.of('receiveVoice')).toHaveLength(1);
    expect(receiver.of('receiveDialog')[0]?.body.time_end).toBe(deletedAt);
  });

  it('cuts a call before its first ring without ever having rung', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    const id = await stage.start({ numbers: [ORDINARY] });
    await stage.advance(100);
    expect((await stage.calls())[0]?.state).toBe(0);
    await stage.ask('delete', { task_id: id });
    await stage.idle();
    const record = receiver.got.map(({ body }) => body).find((body) => 'task_result' in body);
    expect(record).toMatchObject({ task_result: '26', time_answer: 0, duration_ring: 0 });
    expect(record).not.toHaveProperty('time_ring');
  });

  it('expires at its end: calls under way finish, rows not dialled stay so, and start is refused', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLine('L', 1)] } });
    const id = await stage.start({
      lines: 'L',
      numbers: [TALKATIVE, ORDINARY, ORDINARY],
      end: TEN + MINUTE,
    });
    await stage.advance(MINUTE - 1);
    expect(await stage.status(id)).toBe(2);
    await stage.advance(1);
    expect(await stage.status(id)).toBe(7);
    // The call that talks goes on.
    expect((await stage.calls()).map(({ state }) => state)).toEqual([2]);
    await stage.idle();
    const calls = await stage.calls();
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ state: 3, result: 0 });
    expect((calls[0]?.hangup_at ?? 0) - (calls[0]?.answer_at ?? 0)).toBe(100 * SECOND);
    expect((await stage.call('start', { task_id: id })).code).toBe(200222);
    expect(await stage.task(id)).toMatchObject({ status: 7, row_count: 3, called_count: 1, live_count: 0 });
    // Its line is free again.
    const next = await stage.start({ lines: 'L', numbers: [ORDINARY] });
    await stage.idle();
    expect(await stage.status(next)).toBe(4);
  });

  it('works on from day to day within its hours only', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLine('L', 1, ['09:00:00-12:00:00'])] } });
    const id = await stage.start({
      lines: 'L',
      numbers: Array(120).fill(TALKATIVE) as string[],
      range: ['11:00:00-23:00:00'],
    });
    await stage.idle();
    expect(await stage.status(id)).toBe(4);
    const days = new Map<number, number>();
    for (const { dial_at } of await stage.calls()) {
      const time = (dial_at + 8 * HOUR) % DAY;
      expect(time).toBeGreaterThanOrEqual(11 * HOUR);
      expect(time).toBeLessThan(12 * HOUR);
      const day = Math.floor((dial_at + 8 * HOUR) / DAY);
      days.set(day, (days.get(day) ?? 0) + 1);
    }
    // An hour a day holds about 34 calls of 100 s and what is around them.
    expect([...days.values()].length).toBe(4);
  });
});

describe('a line', () => {
  const lines = [aLine('A', 3), aLine('B', 2), aLine('C', 4), aLine('D', 20)];

  /** Pools, tasks in both modes and inbound calls on four lines, for an hour. */
  async function mix(seed: number) {
    const stage = await Stage.open({ seed, fixtures: { lines } });
    // Rows of the pool stand in the queue before tasks take the lines.
    await stage.callout(numbersFrom(0, 20), { line: 'A' });
    await stage.callout(numbersFrom(100, 20), { line: 'C' });
    const ids = [
      await stage.start({ lines: 'A;B', numbers: numbersFrom(200, 60), recalls: 1, recallWait: 30 }),
      await stage.start({ lines: 'C', numbers: numbersFrom(300, 60), turbo: true }),
    ];
    await stage.callout(numbersFrom(400, 50), { line: 'D' });
    let refused = 0;
    let taken = 0;
    for (let i = 0; i < 240; i++) {
      await stage.advance(15 * SECOND);
      for (const line of ['A', 'C']) {
        await stage.callIn({ line, relation: `${line}${i}` }).then(
          () => taken++,
          () => refused++,
        );
      }
    }
    await stage.idle();
    return { stage, ids, refused, taken };
  }

  it('never carries more calls than it has channels, whatever runs on it', async () => {
    const { stage, ids, refused, taken } = await mix(1);
    await using _ = stage;
    const calls = await stage.calls();
    for (const { lineNum, concurrents } of lines) {
      const own = calls.filter((call) => call.line_num === lineNum);
      // At every instant at which anything happens on the line.
      const instants = own.flatMap((call) => [call.dial_at, call.hangup_at ?? 0]);
      const loads = instants.map(
        (instant) => own.filter((call) => call.dial_at <= instant && instant < (call.hangup_at ?? 0)).length,
      );
      // As many, and never more: a line with less to do than it can would show nothing.
      expect(Math.max(...loads)).toBe(concurrents);
    }
    // Every kind of call was there, and inbound calls met full lines too.
    expect(new Set(calls.map((call) => `${call.line_num} ${call.direction} ${call.turbo}`))).toEqual(
      new Set(['A 2 0', 'A 1 0', 'B 2 0', 'C 2 0', 'C 2 1', 'C 1 0', 'D 2 0']),
    );
    expect(refused).toBeGreaterThan(10);
    expect(taken).toBeGreaterThan(10);
    for (const id of ids) expect(await stage.status(id)).toBe(4);
  });

  it('rests each channel for 2 s between outbound calls, except after those of trubo_mode', async () => {
    const { stage } = await mix(2);
    await using _ = stage;
    const calls = await stage.calls();
    let waited = 0;
    let atOnce = 0;
    for (const { lineNum, concurrents } of lines) {
      const own = calls.filter((call) => call.line_num === lineNum);
      for (const call of own.filter(({ direction }) => direction === 2)) {
        const before = own.filter((other) => other.id < call.id);
        const busy = before.filter(({ hangup_at }) => (hangup_at ?? 0) > call.dial_at).length;
        const resting = before.filter(
          ({ hangup_at, turbo, direction }) =>
            direction === 2 &&
            turbo === 0 &&
            (hangup_at ?? 0) <= call.dial_at &&
            call.dial_at < (hangup_at ?? 0) + 2 * SECOND,
        ).length;
        expect(busy + resting + 1).toBeLessThanOrEqual(concurrents);
        if (before.some(({ hangup_at, turbo }) => turbo === 0 && hangup_at === call.dial_at - 2 * SECOND))
          waited++;
        if (before.some(({ hangup_at, turbo }) => turbo === 1 && hangup_at === call.dial_at)) atOnce++;
      }
    }
    // Channels were redialled as soon as they might be.
    expect(waited).toBeGreaterThan(50);
    expect(atOnce).toBeGreaterThan(30);
  });

  it('gives an inbound call a channel that rests', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLine('L', 1)] } });
    await stage.callout(['19900001006', ORDINARY], { line: 'L' });
    const until = async (count: number) => {
      for (;;) {
        const ended = (await stage.calls()).filter(({ state }) => state === 3).length;
        if (ended >= count) return;
        await stage.advance(50);
      }
    };
    await until(1);
    const hangupAt = (await stage.calls())[0]?.hangup_at ?? 0;
    // Less than 2 s later an outbound call has to wait; an inbound one has not.
    expect(stage.now).toBeLessThan(hangupAt + 2 * SECOND);
    await stage.callIn({ line: 'L' });
    await expect(stage.callIn({ line: 'L' })).rejects.toMatchObject({ reason: 'line-held' });
    await stage.idle();
    const [, inbound, outbound] = await stage.calls();
    expect(inbound?.direction).toBe(1);
    // The next outbound call waits for the channel that the inbound one took.
    expect(outbound?.dial_at).toBe(inbound?.hangup_at);
  });

  it('is held by a started task until that is over, and by nobody else', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLine('L', 1), aLine('M', 1)] } });
    const first = await stage.start({ lines: 'L', numbers: [TALKATIVE] });
    expect(
      (
        await stage.call('callout', {
          line_num: 'L',
          robot_id: '719',
          call_column: ['客户手机号码', '姓名'],
          call_list: [[ORDINARY, '张']],
        })
      ).code,
    ).toBe(3030002);
    await stage.advance(10 * SECOND);
    await stage.ask('pause', { task_id: first });
    // Paused, it still holds the line.
    const { code } = await stage.call('create', {
      task_name: '二',
      line_num: 'L',
      robot_id: '719',
      time_begin: TEN,
    });
    expect(code).toBe(3030002);
    const other = await stage.start({ lines: 'M', numbers: [ORDINARY] });
    await stage.ask('start', { task_id: first });
    await stage.idle();
    expect([await stage.status(first), await stage.status(other)]).toEqual([4, 4]);
    await stage.callout([ORDINARY], { line: 'L' });
  });

  it('is dialled over by the task that holds it first, and by earlier callouts as it has room', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLine('L', 1)] } });
    await stage.callout([NEVER_RANG, NEVER_RANG, NEVER_RANG], { line: 'L' });
    await stage.advance(0);
    const task = await stage.start({ lines: 'L', numbers: [ORDINARY, ORDINARY] });
    await stage.idle();
    expect(await stage.status(task)).toBe(4);
    expect((await stage.calls()).map(({ callee }) => callee)).toEqual([
      ...[NEVER_RANG, ORDINARY, ORDINARY, NEVER_RANG, NEVER_RANG],
    ]);
  });
});

describe('a task of several lines', () => {
  it('dials over the line with the most free channels', async () => {
    const lines = [aLine('A', 3), aLine('B', 5), aLine('C', 1)];
    await using stage = await Stage.open({ fixtures: { lines } });
    const id = await stage.start({ lines: 'A;B;C', numbers: numbersFrom(0, 120) });
    await stage.idle();
    const calls = await stage.calls();
    const used = (before: typeof calls, lineNum: string, now: number) =>
      before.filter((call) => call.line_num === lineNum && (call.hangup_at ?? 0) + 2 * SECOND > now).length;
    for (const call of calls) {
      const before = calls.filter((other) => other.id < call.id);
      const free = new Map(
        lines.map(({ lineNum, concurrents }) => [lineNum, concurrents - used(before, lineNum, call.dial_at)]),
      );
      expect(free.get(call.line_num)).toBe(Math.max(...free.values()));
    }
    expect(calls.slice(0, 9).map(({ dial_at }) => dial_at)).toEqual(Array(9).fill(TEN));
    expect(new Set(calls.map(({ line_num }) => line_num))).toEqual(new Set(['A', 'B', 'C']));
    expect(await stage.task(id)).toMatchObject({ status: 4, called_count: 120 });
  });

  it('dials over each line within the hours of that line', async () => {
    const lines = [
      aLine('A', 1, ['09:00:00-10:30:00']),
      aLine('B', 1, ['10:15:00-11:00:00', '14:00:00-15:00:00']),
    ];
    await using stage = await Stage.open({ fixtures: { lines } });
    const facts = stage.gatherFacts();
    const id = await stage.start({ lines: 'A;B', numbers: Array(80).fill(TALKATIVE) as string[] });
    await stage.idle();
    const spans = (lineNum: string) => {
      const dials = stage.rows<{ dial_at: number }>('SELECT dial_at FROM call WHERE line_num = ?', lineNum);
      return dials.then((rows) => rows.map(({ dial_at }) => dial_at));
    };
    const [overA, overB] = [await spans('A'), await spans('B')];
    const withinHours = (dialAt: number, ...hours: string[]) =>
      hours.some((text) => {
        const [begin = '', end = ''] = text.split('-');
        const time = (dialAt - at('00:00')) % DAY;
        return time >= at(begin) - at('00:00') && time < at(end) - at('00:00');
      });
    expect(overA.filter((dialAt) => !withinHours(dialAt, '09:00-10:30'))).toEqual([]);
    expect(overB.filter((dialAt) => !withinHours(dialAt, '10:15-11:00', '14:00-15:00'))).toEqual([]);
    expect(overA.length + overB.length).toBe(80);
    expect(Math.min(...overB)).toBe(at('10:15'));
    // The task itself rests only while both lines do.
    const moves = facts.filter((fact) => fact.event === 'task.status').map((move) => [move.at, move.data.to]);
    expect(moves.slice(0, 4)).toEqual([[TEN, 2], [at('11:00'), 6], [at('14:00'), 2], ...moves.slice(3, 4)]);
    expect(await stage.status(id)).toBe(4);
  });
});

describe('trubo_mode', () => {
  it('redials at once and pushes no recording', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver, fixtures: { lines: [aLine('L', 1)] } });
    const numbers = [ORDINARY, '19900005001', ORDINARY];
    await stage.start({ lines: 'L', numbers, turbo: true });
    await stage.idle();
    const calls = await stage.calls();
    expect(calls.map(({ dial_at }) => dial_at)).toEqual([TEN, calls[0]?.hangup_at, calls[1]?.hangup_at]);
    expect(receiver.of('receiveVoice')).toEqual([]);
    expect(receiver.of('receiveDialog')).toHaveLength(3);
    expect(receiver.of('receiveCallRecord')).toHaveLength(6);
  });

  it('is what makes the difference', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver, fixtures: { lines: [aLine('L', 1)] } });
    await stage.start({ lines: 'L', numbers: [ORDINARY, '19900005001', ORDINARY] });
    await stage.idle();
    const calls = await stage.calls();
    expect(calls[1]?.dial_at).toBe((calls[0]?.hangup_at ?? 0) + 2 * SECOND);
    expect(receiver.of('receiveVoice')).toHaveLength(3);
  });
});

describe('a balance', () => {
  it('that runs out stops the dialling until it is raised', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLine('L', 1), aLine('M', 1)] } });
    await stage.setBalance(5);
    // Each talks 100 s: two started minutes.
    const id = await stage.start({ lines: 'L', numbers: Array(6).fill(TALKATIVE) as string[] });
    await stage.idle();
    expect(await stage.calls()).toHaveLength(3);
    expect(await stage.status(id)).toBe(2);
    const balance = () => stage.simulation.read((world) => world.accounts.enterprise('167')?.balance);
    expect(await balance()).toBe(0);
    // Nothing can be submitted either.
    await expect(stage.callout([ORDINARY], { line: 'M' })).rejects.toThrow('200209');
    await stage.advance(HOUR);
    expect(await stage.calls()).toHaveLength(3);
    const raisedAt = stage.now;
    await stage.setBalance(7);
    await stage.idle();
    const calls = await stage.calls();
    expect(calls).toHaveLength(6);
    expect(calls[3]?.dial_at).toBe(raisedAt);
    expect(await balance()).toBe(1);
    expect(await stage.status(id)).toBe(4);
  });

  it('pays for started minutes of answered calls only', async () => {
    await using stage = await Stage.open();
    await stage.setBalance(100);
    // 10 s and 60 s are one minute each, 70 s are two; what nobody answers costs nothing.
    await stage.callout(['19900005001', '19900005006', '19900005007', UNANSWERED, '19900001008']);
    await stage.idle();
    expect(await stage.simulation.read((world) => world.accounts.enterprise('167')?.balance)).toBe(96);
  });
});

describe('a magic number', () => {
  /** One call of a number from its dial to its last push. */
  async function callOne(number: string) {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    await stage.callout([number]);
    await stage.idle();
    return {
      got: receiver.got,
      calls: await stage.calls(),
      outbox: await stage.outbox(),
      attempts: await stage.attempts(),
    };
  }

  const RESULTS = [0, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 18, 19, 20, 22, 23, 25, 26, 27, 28, -1];

  it('199000010RR has result RR, 99 for -1', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    const code = (result: number) => (result === -1 ? 99 : result).toString().padStart(2, '0');
    await stage.callout(
      RESULTS.map((result) => `199000010${code(result)}`),
      { line: '055169101408' },
    );
    await stage.idle();
    const records = receiver.got.map(({ body }) => body).filter((body) => 'task_result' in body);
    const found = records.map((body) => [body.callee, body.task_result]);
    expect(found.sort()).toEqual(
      RESULTS.map((result) => [`199000010${code(result)}`, String(result)]).sort(),
    );
    const answered = records.filter((body) => body.time_answer !== 0).map((body) => Number(body.task_result));
    expect(answered.sort((a, b) => a - b)).toEqual([0, 15, 16, 18, 19]);
    for (const body of records) expect(body.duration_call === 0).toBe(body.time_answer === 0);
    // A number in no table is an ordinary one: the weights decide, and not only in one way.
    const others = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => await drawn(`19900001010`, i)),
    );
    expect(new Set(others).size).toBeGreaterThan(2);
  });

  /** Result of a number under a seed. */
  async function drawn(number: string, seed: number): Promise<number | null | undefined> {
    await using stage = await Stage.open({ seed });
    await stage.callout([number]);
    await stage.idle();
    return (await stage.calls())[0]?.result;
  }

  it('199000000NN and 199000060PP are answered with 0, whatever the seed', async () => {
    for (const number of ['19900000001', '19900000077', '19900006003', '19900006006']) {
      const results = await Promise.all(Array.from({ length: 6 }, (_, seed) => drawn(number, seed)));
      expect(results).toEqual([0, 0, 0, 0, 0, 0]);
    }
  });

  it('199000020NN is answered in the recall round NN', async () => {
    await using stage = await Stage.open();
    await stage.start({ numbers: ['19900002000', '19900002001', '19900002003'], recalls: 3 });
    await stage.idle();
    const results = (
      await stage.rows<{ callee: string; result: number }>('SELECT * FROM call ORDER BY callee, tries')
    ).map(({ callee, result }) => [callee.slice(-2), result]);
    expect(results).toEqual([
      ['00', 0],
      ['01', 20],
      ['01', 0],
      ['03', 20],
      ['03', 20],
      ['03', 20],
      ['03', 0],
    ]);
  });

  it('199000030TT ends its dialogue with the intention tag TT', async () => {
    for (const [i, tag] of ['A', 'B', 'C', 'D', 'E', 'F'].entries()) {
      const { got } = await callOne(`1990000300${i + 1}`);
      const dialog = got.find(({ module }) => module === 'receiveDialog')?.body.dialog as {
        tag_name?: string;
      }[];
      expect(dialog.findLast((turn) => turn.tag_name !== undefined)?.tag_name).toBe(tag);
    }
  });

  it('199000040EE is refused with 2002EE, and an EE that is no code is called', async () => {
    await using stage = await Stage.open();
    for (const code of [
      200200, 200201, 200202, 200203, 200204, 200205, 200206, 200209, 200210, 200211, 200212, 200213, 200222,
    ]) {
      const number = `199000040${String(code).slice(-2)}`;
      const answer = await stage.call('callout', {
        line_num: '69101338',
        robot_id: '719',
        call_column: ['客户手机号码', '姓名'],
        call_list: [
          ['13800000001', '张'],
          [number, '王'],
        ],
      });
      expect([number, answer.code]).toEqual([number, code]);
    }
    expect(await stage.rows('SELECT * FROM submission')).toEqual([]);
    await stage.callout(['19900004007']);
    await stage.idle();
    expect(await stage.calls()).toHaveLength(1);
  });

  it('199000050SS talks exactly SS times 10 s', async () => {
    await using stage = await Stage.open();
    await stage.callout(['19900005001', '19900005006', '19900005030', '19900005099']);
    await stage.idle();
    const talks = (await stage.calls()).map(({ answer_at, hangup_at, result }) => [
      (hangup_at ?? 0) - (answer_at ?? 0),
      result,
    ]);
    expect(talks).toEqual([
      [10 * SECOND, 0],
      [60 * SECOND, 0],
      [300 * SECOND, 0],
      [990 * SECOND, 0],
    ]);
  });

  it('19900006001 gets each push twice', async () => {
    const { got } = await callOne('19900006001');
    expect(modulesOf(got).sort()).toEqual([
      ...['basic', 'basic', 'outbound', 'outbound'],
      ...['receiveDialog', 'receiveDialog', 'receiveVoice', 'receiveVoice'],
    ]);
    expect(new Set(got.map(({ text }) => text)).size).toBe(4);
  });

  it('19900006002 gets the outbound record before the basic one', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      await using receiver = await TestReceiver.start();
      await using stage = await Stage.open({ receiver, seed });
      await stage.callout(['19900006002']);
      await stage.idle();
      expect(modulesOf(receiver.got).filter((name) => name === 'basic' || name === 'outbound')).toEqual([
        'outbound',
        'basic',
      ]);
    }
  });

  it('19900006003 gets the outbound record alone', async () => {
    const { got } = await callOne('19900006003');
    expect(modulesOf(got).sort()).toEqual(['outbound', 'receiveDialog', 'receiveVoice']);
  });

  it('19900006004 gets dialogue and voice before the records', async () => {
    const { got } = await callOne('19900006004');
    expect(modulesOf(got).slice(0, 2).sort()).toEqual(['receiveDialog', 'receiveVoice']);
    expect(modulesOf(got).slice(2).sort()).toEqual(['basic', 'outbound']);
  });

  it('19900006005 gets everything 3 minutes late', async () => {
    const { outbox, calls } = await callOne('19900006005');
    const late = outbox.map(({ due_at }) => due_at - (calls[0]?.hangup_at ?? 0));
    expect(late).toHaveLength(4);
    for (const ms of late) {
      expect(ms).toBeGreaterThan(3 * MINUTE);
      expect(ms).toBeLessThanOrEqual(3 * MINUTE + 10 * SECOND);
    }
  });

  it('19900006006 has every attempt count as failed, though the receiver says success', async () => {
    const { got, outbox, attempts } = await callOne('19900006006');
    expect(got).toHaveLength(16);
    expect(outbox.map(({ state, tries }) => [state, tries])).toEqual(Array(4).fill([2, 4]));
    expect(attempts.every(({ answer, error }) => answer === 'success' && error !== null)).toBe(true);
  });

  it('19900006007 gets the same again after an hour', async () => {
    const { got, outbox } = await callOne('19900006007');
    expect(got).toHaveLength(8);
    expect(got.slice(4).map(({ text }) => text)).toEqual(got.slice(0, 4).map(({ text }) => text));
    const due = outbox.map(({ due_at }) => due_at);
    expect(due.slice(4)).toEqual(due.slice(0, 4).map((dueAt) => dueAt + HOUR));
  });
});

describe('a rule', () => {
  it('wins over magic numbers and weights; the one added last comes first, for as many calls as it says', async () => {
    await using stage = await Stage.open();
    await stage.simulation.execute((world) => {
      world.rules.add({ match: {}, outcome: { result: 8 } }, null);
      world.rules.add(
        { match: { callee: ORDINARY }, outcome: { result: 15, ringMs: 7000, talkMs: 33_000 } },
        1,
      );
    });
    await stage.callout([ORDINARY, ORDINARY, '19900001004']);
    await stage.idle();
    const [first, second, third] = await stage.calls();
    expect([first?.result, second?.result, third?.result]).toEqual([15, 8, 8]);
    expect((first?.answer_at ?? 0) - (first?.dial_at ?? 0)).toBe(7000);
    expect((first?.hangup_at ?? 0) - (first?.answer_at ?? 0)).toBe(33_000);
  });

  it('is for the task, robot, line and recall round that it names', async () => {
    await using stage = await Stage.open();
    const id = await stage.create({ numbers: [ORDINARY, ORDINARY], recalls: 2 });
    await stage.simulation.execute((world) => {
      world.rules.add({ match: { taskId: id, tries: 0 }, outcome: { result: 4 } }, null);
      world.rules.add(
        { match: { taskId: id, tries: 1, robotId: '719', lineNum: '69101338' }, outcome: { result: 5 } },
        null,
      );
      world.rules.add({ match: { taskId: '129' }, outcome: { result: 7 } }, null);
      world.rules.add({ match: { robotId: '11' }, outcome: { result: 7 } }, null);
      world.rules.add({ match: { lineNum: '69101408' }, outcome: { result: 7 } }, null);
    });
    await stage.ask('start', { task_id: id });
    await stage.idle();
    expect((await stage.calls()).map(({ tries, result }) => [tries, result])).toEqual([
      [0, 4],
      [0, 4],
      [1, 5],
      [1, 5],
      [2, 0],
      [2, 0],
    ]);
  });
});

describe('weights', () => {
  it('of the robot come before those of the line, and those before the default ones', async () => {
    const robots = DEFAULT_FIXTURES.robots.map((robot) =>
      robot.robotId === '11' ? { ...robot, script: { ...robot.script, weights: { '18': 1 } } } : robot,
    );
    const lines = [{ ...aLine('A', 50), weights: { '4': 1 } }, aLine('B', 100)];
    await using stage = await Stage.open({ fixtures: { robots, lines } });
    const numbers = numbersFrom(0, 50);
    await stage.callout(numbers, { line: 'A', robot: '11' });
    await stage.callout(numbers, { line: 'A' });
    await stage.callout(numbers, { line: 'B' });
    await stage.callout(numbers, { line: 'B' });
    await stage.idle();
    const results = (await stage.calls()).map(({ line_num, robot_id, result }) => ({
      at: `${line_num} ${robot_id}`,
      result,
    }));
    const of = (place: string) => results.filter((one) => one.at === place).map(({ result }) => result);
    expect(new Set(of('A 11'))).toEqual(new Set([18]));
    expect(new Set(of('A 719'))).toEqual(new Set([4]));
    expect(new Set(of('B 719')).size).toBeGreaterThan(5);
    expect(of('B 719').every((result) => String(result) in DEFAULT_WEIGHTS)).toBe(true);
  });
});

function modulesOf(got: readonly { module: string; body: Record<string, unknown> }[]): string[] {
  return got.map(({ module, body }) =>
    module === 'receiveCallRecord' ? ('task_result' in body ? 'outbound' : 'basic') : module,
  );
}
