import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Overdue } from '../../../src/sim/time/overdue.ts';
import { aLine, MINUTE, numbersFrom, Stage } from '../../support/stage.ts';

describe('what is overdue', () => {
  it('happens a hundred at once, and a thousand a second', () => {
    const overdue = new Overdue({ at: 0, wallNow: 5000 });
    expect([overdue.roomAt(5000), overdue.waitMs]).toEqual([100, 0]);
    overdue.take(100);
    expect([overdue.roomAt(5000), overdue.waitMs]).toEqual([0, 100]);
    expect(overdue.roomAt(5010)).toBe(10);
    overdue.take(25);
    expect([overdue.roomAt(5010), overdue.waitMs]).toEqual([-15, 115]);
    // A wall that goes back gives nothing, and takes nothing.
    expect(overdue.roomAt(4000)).toBe(-15);
    expect(overdue.roomAt(9000)).toBe(100);
  });

  it('after a restart on the real clock comes in its order, not all at once', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-overdue-'));
    const options = { dataDir: folder.path, fixtures: { lines: [aLine('69101338', 400)] } };
    const first = await Stage.open(options);
    const id = await first.start({ numbers: numbersFrom(0, 400) });
    await first.advance(1);
    await first.close();

    await using again = await Stage.open({ ...options, clock: 'real' });
    const ended = async () => (await again.calls()).filter(({ state }) => state === 3).length;
    await expect.poll(ended).toBeGreaterThan(0);
    // 1,200 events in a moment, if nothing held them back.
    expect(await ended()).toBeLessThan(400);
    // Whoever asks for it gets it at once.
    await again.advance(10 * MINUTE);
    const calls = await again.calls();
    expect(calls.filter(({ state }) => state === 3)).toHaveLength(400);
    expect(await again.status(id)).toBe(4);
    const ends = calls.map(({ hangup_at }) => hangup_at ?? 0);
    expect(Math.min(...ends)).toBeGreaterThan(0);
  });
});
