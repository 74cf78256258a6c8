import { describe, expect, it } from 'vitest';
import { TASK_STATUS, type TaskStatus } from '../../../src/sim/task/task.ts';
import { moveFor, statusesFor, type TaskEvent } from '../../../src/sim/task/transition.ts';
import { aLine, at, HOUR, MINUTE, type NewTask, rowsOf, SECOND, Stage, TEN } from '../../support/stage.ts';

const STATUSES = Object.values(TASK_STATUS);
const OK = 0;
const DELETED = 3010102;
const COMPLETED = 3010101;
const NOT_POSSIBLE = 200200;
const AFTER_END = 200222;

const ORDINARY = '19900000001';
const UNANSWERED = '19900001020';
const TALKATIVE = '19900005010';

/** The clock stands at 10:00. */
const WHEN = {
  'before time_begin': { begin: at('10:01') },
  'inside the time range': { begin: at('09:00') },
  'outside the time range': { begin: at('09:00'), range: ['11:00:00-12:00:00'] },
  'after time_end': { begin: at('09:00'), end: at('09:30') },
} as const satisfies Record<string, NewTask>;

/** Spec 2.1, a column per command: what it answers, and the status after it. */
const TABLE: Readonly<Record<string, Readonly<Record<TaskStatus, readonly [code: number, status: number]>>>> =
  {
    'start before time_begin': {
      0: [OK, 1],
      1: [OK, 1],
      2: [OK, 2],
      3: [OK, 1],
      4: [COMPLETED, 4],
      5: [OK, 1],
      6: [OK, 1],
      7: [OK, 1],
    },
    'start inside the time range': {
      0: [OK, 2],
      1: [OK, 1],
      2: [OK, 2],
      3: [OK, 2],
      4: [COMPLETED, 4],
      5: [OK, 2],
      6: [OK, 2],
      7: [OK, 2],
    },
    'start outside the time range': {
      0: [OK, 6],
      1: [OK, 1],
      2: [OK, 2],
      3: [OK, 6],
      4: [COMPLETED, 4],
      5: [OK, 6],
      6: [OK, 6],
      7: [OK, 6],
    },
    'start after time_end': {
      0: [AFTER_END, 0],
      1: [AFTER_END, 1],
      2: [AFTER_END, 2],
      3: [AFTER_END, 3],
      4: [COMPLETED, 4],
      5: [AFTER_END, 5],
      6: [AFTER_END, 6],
      7: [AFTER_END, 7],
    },
    'pause inside the time range': {
      0: [NOT_POSSIBLE, 0],
      1: [OK, 3],
      2: [OK, 3],
      3: [OK, 3],
      4: [COMPLETED, 4],
      5: [OK, 3],
      6: [OK, 3],
      7: [NOT_POSSIBLE, 7],
    },
    'insert inside the time range': {
      0: [OK, 0],
      1: [NOT_POSSIBLE, 1],
      2: [NOT_POSSIBLE, 2],
      3: [NOT_POSSIBLE, 3],
      4: [COMPLETED, 4],
      5: [NOT_POSSIBLE, 5],
      6: [NOT_POSSIBLE, 6],
      7: [NOT_POSSIBLE, 7],
    },
    'delete inside the time range': {
      0: [OK, 0],
      1: [OK, 1],
      2: [OK, 2],
      3: [OK, 3],
      4: [OK, 4],
      5: [OK, 5],
      6: [OK, 6],
      7: [OK, 7],
    },
  };

const CELLS = Object.entries(TABLE).flatMap(([command, column]) =>
  STATUSES.map((status) => ({ command, status, expected: column[status] })),
);

describe('a task', () => {
  it.each(CELLS)(
    'in status $status takes "$command" with $expected',
    async ({ command, status, expected }) => {
      const [operation = '', ...when] = command.split(' ');
      await using stage = await Stage.open();
      const id = await placeTask(stage, status, WHEN[when.join(' ') as keyof typeof WHEN]);
      const before = stage.dump();
      const { code } = await order(stage, operation, id);
      const task = await stage.task(id);
      expect([code, task.status]).toEqual(expected);
      expect(task.deleted).toBe(operation === 'delete' ? 1 : 0);
      // A refusal, and a command that finds everything done, leave nothing behind.
      const idle = code !== OK || (operation === 'start' && task.status === status);
      if (idle || (operation === 'pause' && status === 3)) expect(stage.dump()).toBe(before);
      else expect(stage.dump()).not.toBe(before);
    },
  );

  it.each(
    STATUSES.flatMap((status) =>
      ['start', 'pause', 'insert', 'delete'].map((operation) => ({ status, operation })),
    ),
  )('that is deleted in status $status refuses $operation with 3010102', async ({ status, operation }) => {
    await using stage = await Stage.open();
    const id = await placeTask(stage, status, WHEN['inside the time range']);
    await stage.ask('delete', { task_id: id });
    const before = stage.dump();
    expect((await order(stage, operation, id)).code).toBe(DELETED);
    expect(stage.dump()).toBe(before);
  });
});

describe('by itself a task', () => {
  it('that was started begins at time_begin: 2 inside its time range, 6 outside', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLine('A', 1), aLine('B', 1)] } });
    const inside = await stage.start({ lines: 'A', begin: at('12:00'), numbers: [ORDINARY] });
    const outside = await stage.start({
      lines: 'B',
      begin: at('12:00'),
      numbers: [ORDINARY],
      range: ['08:00:00-11:00:00'],
    });
    await stage.advanceTo(at('12:00') - 1);
    expect([await stage.status(inside), await stage.status(outside)]).toEqual([1, 1]);
    await stage.advance(1);
    expect([await stage.status(inside), await stage.status(outside)]).toEqual([2, 6]);
  });

  it('goes to 6 when its hours end and back to 2 when they begin; calls under way finish', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLine('L', 1)] } });
    const id = await stage.start({
      lines: 'L',
      numbers: Array(3).fill(TALKATIVE) as string[],
      range: ['09:00:00-10:00:30', '10:30:00-11:00:00'],
    });
    await stage.advance(30 * SECOND - 1);
    expect(await stage.status(id)).toBe(2);
    await stage.advance(1);
    expect(await stage.status(id)).toBe(6);
    expect((await stage.calls()).map(({ state }) => state)).toEqual([2]);
    await stage.advanceTo(at('10:30') - 1);
    expect((await stage.calls()).map(({ state, result }) => [state, result])).toEqual([[3, 0]]);
    expect(await stage.status(id)).toBe(6);
    await stage.advance(1);
    expect(await stage.status(id)).toBe(2);
    expect((await stage.calls())[1]?.dial_at).toBe(at('10:30'));
  });

  it('waits in 5 after a round with unanswered rows, and begins the next in 2', async () => {
    await using stage = await Stage.open();
    const id = await stage.start({ numbers: [ORDINARY, UNANSWERED], recalls: 1, recallWait: 300 });
    await stage.advance(3 * MINUTE);
    const waiting = await stage.task(id);
    expect(waiting).toMatchObject({ status: 5, recalled: 0 });
    await stage.advanceTo(waiting.recall_at - 1);
    expect(await stage.status(id)).toBe(5);
    await stage.advance(1);
    expect(await stage.task(id)).toMatchObject({ status: 2, recalled: 1, recall_at: 0 });
    expect((await stage.calls()).map(({ row_index, tries }) => [row_index, tries])).toEqual([
      [1, 0],
      [2, 0],
      [2, 1],
    ]);
  });

  it('waits in 6 with a round that is due outside its hours', async () => {
    await using stage = await Stage.open();
    const id = await stage.start({
      numbers: [UNANSWERED],
      recalls: 1,
      recallWait: 1800,
      range: ['09:00:00-10:10:00', '14:00:00-15:00:00'],
    });
    await stage.advance(5 * MINUTE);
    expect(await stage.status(id)).toBe(5);
    await stage.advanceTo(at('11:00'));
    expect(await stage.task(id)).toMatchObject({ status: 6, recalled: 1 });
    expect(await stage.calls()).toHaveLength(1);
    await stage.idle();
    expect((await stage.calls())[1]).toMatchObject({ dial_at: at('14:00'), tries: 1 });
    expect(await stage.status(id)).toBe(4);
  });

  it('is completed when nothing is left to dial', async () => {
    await using stage = await Stage.open();
    const id = await stage.start({ numbers: [ORDINARY] });
    await stage.idle();
    const [call] = await stage.calls();
    expect(await stage.task(id)).toMatchObject({ status: 4, finished_at: call?.hangup_at });
  });

  it('expires at time_end from 2, 3, 5 and 6, and a new one does not', async () => {
    const end = at('11:00');
    const lines = ['A', 'B', 'C', 'D', 'E'].map((lineNum) => aLine(lineNum, 1));
    await using stage = await Stage.open({ fixtures: { lines } });
    const running = await stage.start({ lines: 'A', end, numbers: Array(100).fill(TALKATIVE) as string[] });
    const paused = await stage.start({ lines: 'B', end, numbers: [TALKATIVE, ORDINARY] });
    const waiting = await stage.start({
      lines: 'C',
      end,
      numbers: [UNANSWERED],
      recalls: 1,
      recallWait: 7200,
    });
    const outside = await stage.start({ lines: 'D', end, numbers: [ORDINARY], range: ['12:00:00-13:00:00'] });
    const fresh = await stage.create({ lines: 'E', end, numbers: [ORDINARY] });
    await stage.ask('pause', { task_id: paused });
    const all = [running, paused, waiting, outside, fresh];
    const statuses = () => Promise.all(all.map((id) => stage.status(id)));
    await stage.advanceTo(end - 1);
    expect(await statuses()).toEqual([2, 3, 5, 6, 0]);
    await stage.advance(1);
    expect(await statuses()).toEqual([7, 7, 7, 7, 0]);
    await stage.idle();
    expect(await statuses()).toEqual([7, 7, 7, 7, 0]);
    // Too late for each of them.
    for (const id of all) expect((await stage.call('start', { task_id: id })).code).toBe(AFTER_END);
  });

  it('stays completed, or deleted, when its end is reached', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLine('A', 1), aLine('B', 1)] } });
    const done = await stage.start({ lines: 'A', numbers: [ORDINARY], end: at('11:00') });
    const deleted = await stage.start({ lines: 'B', numbers: [ORDINARY], end: at('11:00') });
    await stage.ask('delete', { task_id: deleted });
    await stage.advance(2 * HOUR);
    expect(await stage.status(done)).toBe(4);
    expect(await stage.task(deleted)).toMatchObject({ status: 2, deleted: 1 });
  });
});

describe('start', () => {
  it('during 5 begins the next round at once', async () => {
    await using stage = await Stage.open();
    const id = await stage.start({ numbers: [UNANSWERED], recalls: 1, recallWait: 36_000 });
    await stage.advance(5 * MINUTE);
    expect(await stage.status(id)).toBe(5);
    await stage.ask('start', { task_id: id });
    expect(await stage.task(id)).toMatchObject({ status: 2, recalled: 1, recall_at: 0 });
    await stage.idle();
    expect((await stage.calls())[1]).toMatchObject({ dial_at: TEN + 5 * MINUTE, tries: 1 });
  });

  it.each([
    ['long before the round was due', 10 * MINUTE],
    ['after the round was due', 12 * HOUR],
  ])('after a pause made during 5, %s, begins the next round at once', async (_, pauseMs) => {
    await using stage = await Stage.open();
    const id = await stage.start({ numbers: [UNANSWERED], recalls: 2, recallWait: 36_000 });
    await stage.advance(5 * MINUTE);
    await stage.ask('pause', { task_id: id });
    await stage.advance(pauseMs);
    expect(await stage.task(id)).toMatchObject({ status: 3, recalled: 0 });
    expect(await stage.calls()).toHaveLength(1);
    await stage.ask('start', { task_id: id });
    await stage.advance(0);
    expect((await stage.calls())[1]).toMatchObject({ dial_at: TEN + 5 * MINUTE + pauseMs, tries: 1 });
    await stage.idle();
    expect(await stage.task(id)).toMatchObject({ status: 4, recalled: 2, dial_count: 3 });
  });

  it('after a pause made during 2 goes on with the same round', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLine('L', 1)] } });
    const id = await stage.start({ lines: 'L', numbers: [UNANSWERED, ORDINARY], recalls: 1, recallWait: 60 });
    await stage.advance(10 * SECOND);
    await stage.ask('pause', { task_id: id });
    await stage.advance(5 * MINUTE);
    await stage.ask('start', { task_id: id });
    await stage.idle();
    expect((await stage.calls()).map(({ row_index, tries }) => [row_index, tries])).toEqual([
      [1, 0],
      [2, 0],
      [1, 1],
    ]);
  });
});

const { started, running, paused, completed, waitingRecall, outsideHours, expired } = TASK_STATUS;
const refuses = (reason: string) => ({ refuse: reason });

describe('the table of moves', () => {
  const MOVES: Readonly<Record<TaskEvent, Partial<Record<TaskStatus, unknown>>>> = {
    start: {
      0: 'by-time',
      1: 'stay',
      2: 'stay',
      3: 'by-time',
      4: refuses('task-completed'),
      5: 'by-time',
      6: 'by-time',
      7: 'by-time',
    },
    pause: {
      0: refuses('wrong-relation'),
      1: paused,
      2: paused,
      3: 'stay',
      4: refuses('task-completed'),
      5: paused,
      6: paused,
      7: refuses('wrong-relation'),
    },
    'begin-reached': { [started]: 'by-time' },
    'hours-end': { [running]: outsideHours },
    'hours-begin': { [outsideHours]: running },
    'round-over': { [running]: waitingRecall },
    'recall-due': { [waitingRecall]: 'by-time' },
    finished: { [running]: completed },
    'end-reached': { 1: expired, 2: expired, 3: expired, 5: expired, 6: expired },
  };
  const events = Object.keys(MOVES) as TaskEvent[];

  it.each(events.flatMap((event) => STATUSES.map((status) => ({ event, status }))))(
    'says what $event does in status $status',
    ({ event, status }) => {
      const move = MOVES[event][status];
      if (move === undefined) expect(() => moveFor(status, event)).toThrow(`knows no event ${event}`);
      else expect(moveFor(status, event)).toEqual(move);
    },
  );

  it.each(events)('names the statuses in which %s can happen', (event) => {
    expect(statusesFor(event)).toEqual(Object.keys(MOVES[event]).map(Number));
  });
});

/** A task that stands in a status, with a row; without the way there, as some cells have none on a clock that only goes forward. */
async function placeTask(stage: Stage, status: TaskStatus, when: NewTask): Promise<string> {
  const wireId = await stage.create({ numbers: [ORDINARY], recalls: 1, recallWait: 600, ...when });
  await stage.simulation.execute((world) => {
    const task = world.task(world.ids.parseTask(wireId) ?? 0);
    if (task === null) throw new Error(`there is no task ${wireId}`);
    task.status = status;
    if (status === waitingRecall) task.recallAt = at('10:05');
    if (status === completed) task.finishedAt = at('09:30');
    world.touchTask(task);
  });
  return wireId;
}

function order(stage: Stage, operation: string, id: string) {
  const rows = operation === 'insert' ? rowsOf([ORDINARY]) : {};
  return stage.call(operation as 'start' | 'pause' | 'insert' | 'delete', { task_id: id, ...rows });
}
