import { describe, expect, it } from 'vitest';
import { aLine, at, DAY, MINUTE, numbersFrom, SECOND, Stage, TEN } from '../support/stage.ts';

const ORDINARY = '19900000001';
/** Talks 100 s. */
const TALKATIVE = Array(30).fill('19900005010') as string[];

/** Of so many seconds from ten o'clock on. */
function aLineFor(lineNum: string, seconds: number) {
  return { ...aLine(lineNum, 1), timeApply: TEN, timeExpire: seconds };
}

describe('a task whose only line expires', () => {
  it('stands in 6 from that instant on: nothing more is dialled, the call under way ends as it would', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLineFor('L', 600)] }, keep: { days: 60 } });
    const facts = stage.gatherFacts();
    const id = await stage.start({ lines: 'L', numbers: TALKATIVE });
    await stage.advanceTo(at('10:09:59'));
    expect(await stage.status(id)).toBe(2);
    await stage.advance(SECOND);
    expect(await stage.status(id)).toBe(6);
    await stage.advance(30 * DAY);
    expect(await stage.status(id)).toBe(6);
    const moves = facts.filter((fact) => fact.event === 'task.status');
    expect(moves.map((move) => [move.at, move.data.from, move.data.to])).toEqual([
      [TEN, 0, 2],
      [at('10:10'), 2, 6],
    ]);
    const calls = await stage.calls();
    expect(calls.length).toBeGreaterThan(3);
    expect(
      calls.every(({ dial_at, state, result }) => dial_at < at('10:10') && state === 3 && result === 0),
    ).toBe(true);
    expect(calls.at(-1)?.hangup_at).toBeGreaterThan(at('10:10'));
    expect(await stage.task(id)).toMatchObject({ dial_count: calls.length, live_count: 0, row_count: 30 });
    // And nothing is left that would happen by itself.
    await stage.idle();
  });

  it('expires at its own end all the same', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLineFor('L', 600)] } });
    const id = await stage.start({ lines: 'L', numbers: TALKATIVE, end: at('11:00') });
    await stage.advanceTo(at('10:30'));
    expect(await stage.status(id)).toBe(6);
    await stage.advanceTo(at('11:00'));
    expect(await stage.status(id)).toBe(7);
  });
});

describe('a task of which one line expires', () => {
  it('goes on over the other one', async () => {
    const lines = [aLineFor('L', 120), aLine('M', 1)];
    await using stage = await Stage.open({ fixtures: { lines } });
    const id = await stage.start({ lines: 'L;M', numbers: TALKATIVE });
    await stage.advanceTo(at('10:10'));
    expect(await stage.status(id)).toBe(2);
    const late = (await stage.calls()).filter(({ dial_at }) => dial_at >= TEN + 2 * MINUTE);
    expect(late.length).toBeGreaterThan(0);
    expect(late.every(({ line_num }) => line_num === 'M')).toBe(true);
    await stage.idle();
    expect(await stage.status(id)).toBe(4);
  });
});

describe('a line that was never applied for', () => {
  it('has no end, whatever it says of its length', async () => {
    const line = { ...aLine('L', 2), timeExpire: 86_400 };
    await using stage = await Stage.open({ fixtures: { lines: [line] }, keep: { days: 60 } });
    for (const now of [TEN, TEN + 10 * DAY]) {
      await stage.advanceTo(now);
      const { lines } = (await stage.ask('config', { type: 2 })) as { lines: Record<string, unknown>[] };
      expect(lines).toMatchObject([
        { line_num: 'L', time_apply: null, time_expire: 86_400, expired: 0, real_expiration_time: null },
      ]);
      await stage.callout([ORDINARY], { line: 'L' });
      await stage.callIn({ line: 'L' });
      await stage.idle();
      const id = await stage.start({ lines: 'L', begin: now, numbers: numbersFrom(0, 3) });
      await stage.idle();
      expect(await stage.status(id)).toBe(4);
    }
    expect(await stage.calls()).toHaveLength(10);
  });

  it('is another than one that was: that one ends', async () => {
    await using stage = await Stage.open({ fixtures: { lines: [aLineFor('L', 86_400)] } });
    await stage.advance(10 * DAY);
    const { lines } = (await stage.ask('config', { type: 2 })) as { lines: Record<string, unknown>[] };
    expect(lines).toMatchObject([{ expired: 1, real_expiration_time: TEN + DAY }]);
    await expect(stage.callIn({ line: 'L' })).rejects.toMatchObject({ name: 'Refusal' });
    await expect(stage.callout([ORDINARY], { line: 'L' })).rejects.toThrow('200200');
  });
});
