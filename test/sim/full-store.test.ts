import { describe, expect, it } from 'vitest';
import type { FailPoint } from '../../src/sim/store/database.ts';
import { TestReceiver } from '../support/receiver.ts';
import { DAY, MINUTE, numbersFrom, rowsOf, SECOND, Stage, TEN } from '../support/stage.ts';

const NEVER_RANG = '19900001007';

/** What one callout of 50 rows is answered with. */
async function submit(stage: Stage, first: number): Promise<number> {
  const rows = rowsOf(numbersFrom(first, 50));
  return (await stage.call('callout', { line_num: '69101338', robot_id: '719', ...rows })).code;
}

/** From now on there is room for nothing more, or again for all. */
async function setRoom(stage: Stage, room: 'none' | 'enough'): Promise<void> {
  const pages = room === 'none' ? 1 : 1_000_000;
  await stage.simulation.read((world) => world.database.prepare(`PRAGMA max_page_count = ${pages}`).get());
}

describe('a store without room', () => {
  it('answers a command with 10004, though it is alone in its tick, and the first one that fits', async () => {
    await using stage = await Stage.open({ expectErrors: true });
    await stage.client();
    await setRoom(stage, 'none');
    const codes: number[] = [];
    while (codes.at(-1) !== 10004) codes.push(await submit(stage, codes.length * 50));
    expect(stage.simulation.isWriting).toBe(false);
    expect(stage.simulation.fault).toBeNull();
    expect(await submit(stage, 0)).toBe(10004);
    // It is told once, however many have met it.
    expect(stage.logged).toHaveLength(1);
    expect(await stage.rows('SELECT id FROM submission')).toHaveLength(codes.length - 1);

    await setRoom(stage, 'enough');
    expect(await submit(stage, 0)).toBe(0);
    expect(stage.simulation.isWriting).toBe(true);
    expect(await stage.rows('SELECT id FROM submission')).toHaveLength(codes.length);
  });

  it('in the middle of a window refuses the advance, keeps nothing of the window, and goes on from there', async () => {
    const run = async (isFull: boolean) => {
      await using stage = await Stage.open({ expectErrors: true });
      await stage.start({ numbers: numbersFrom(0, 200), lines: '055169101408' });
      if (isFull) {
        await setRoom(stage, 'none');
        let refusal: unknown = null;
        while (refusal === null) {
          const from = stage.now;
          refusal = await stage.advance(10 * SECOND).then(
            () => null,
            (error: unknown) => error,
          );
          // Time stands where the last window that was kept has left it.
          if (refusal !== null) expect(stage.now).toBeLessThan(from + 10 * SECOND);
        }
        expect(refusal).toMatchObject({ reason: 'busy' });
        expect([stage.simulation.isWriting, stage.simulation.fault]).toEqual([false, null]);
        await expect(stage.advance(MINUTE)).rejects.toMatchObject({ reason: 'busy' });
        await setRoom(stage, 'enough');
      }
      await stage.advanceTo(TEN + DAY);
      expect(stage.simulation.isWriting).toBe(true);
      return stage.dump();
    };
    expect(JSON.parse(await run(true))).toEqual(JSON.parse(await run(false)));
  });

  it('stops no running clock: requests are answered, and it goes on by itself once there is room', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver, clock: 'x1000', expectErrors: true });
    expect(await submit(stage, 0)).toBe(0);
    await setRoom(stage, 'none');
    let submitted = 50;
    while ((await submit(stage, submitted)) === 0) submitted += 50;
    expect([stage.simulation.isWriting, stage.simulation.fault]).toEqual([false, null]);
    // What is due by now cannot be written before any of these; they are answered all the same.
    const answers = await Promise.all([1, 2, 3].map((n) => submit(stage, n * 50)));
    expect(answers).toEqual([10004, 10004, 10004]);
    expect(await submit(stage, 0)).toBe(10004);
    expect((await stage.call('config', {})).code).toBe(0);

    await setRoom(stage, 'enough');
    await receiver.until(() => new Set(receiver.got.map(({ body }) => body.call_uuid)).size === submitted);
    expect([stage.simulation.isWriting, stage.simulation.fault]).toEqual([true, null]);
    expect(stage.logged).toHaveLength(1);
  });
});

describe('a command before which more is due than there is room for', () => {
  it('is answered, and kept only if it was told so', async () => {
    await using stage = await Stage.open({ expectErrors: true });
    await stage.start({ lines: '055196866001', turbo: true, numbers: numbersFrom(0, 400) });
    const close = () =>
      stage.simulation
        .execute(({ accounts }) => accounts.setEndpointState('token', 'disabled'))
        .then(
          () => 'kept',
          (error: unknown) => error,
        );
    const kept = () => stage.rows("SELECT value FROM setting WHERE kind = 'endpoint'");
    await stage.simulation.setClock('scaled', 1000);
    // Nobody gets a turn from here until the command.
    void setRoom(stage, 'none');
    for (const until = stage.now + 10 * SECOND; stage.now < until; );
    expect(await close()).toMatchObject({ reason: 'busy' });
    expect(await kept()).toEqual([]);
    expect([stage.simulation.isWriting, stage.simulation.fault]).toEqual([false, null]);

    await setRoom(stage, 'enough');
    expect(await close()).toBe('kept');
    expect(await kept()).toHaveLength(1);
    await stage.idle({ overlap: true });
    expect(await stage.calls()).toHaveLength(400);
  });
});

describe('a store that takes nothing while a failure file is written', () => {
  it('keeps nobody waiting for it: the file is offered after the next commit that succeeds', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    const written = { zips: 0, isFull: false };
    const failPoint = (point: FailPoint) => {
      if (point === 'after-rename') written.zips++;
      if (point === 'after-rename' && written.zips === 1) written.isFull = true;
      if (point === 'before-commit' && written.isFull) throw new Error('the disk is full');
    };
    await using stage = await Stage.open({
      receiver,
      failPoint,
      push: { retryDelays: [] },
      expectErrors: true,
    });
    await stage.callout([NEVER_RANG]);
    await stage.advance(MINUTE);
    const close = () => stage.app.request('/_sim/push-files/close', { method: 'POST' });
    expect((await close()).status).toBe(503);
    expect(await stage.rows('SELECT ready FROM push_file')).toEqual([{ ready: 0 }]);
    expect(written.zips).toBe(1);

    written.isFull = false;
    await stage.advance(MINUTE);
    expect(await stage.rows('SELECT ready, lines FROM push_file')).toEqual([{ ready: 1, lines: 2 }]);
    // The very same one again.
    expect(written.zips).toBe(2);
  });
});
