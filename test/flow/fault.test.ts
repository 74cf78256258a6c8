import { describe, expect, it } from 'vitest';
import { TestReceiver } from '../support/receiver.ts';
import { MINUTE, Stage } from '../support/stage.ts';

const NEVER_RANG = '19900001007';

describe('a fault that delays pushes', () => {
  /** Two pushes, each tried once within 0.6 s, to a receiver that takes its time. */
  async function pushTwice(clock: string, delayMs: number, answersAfterMs: number) {
    const receiver = await TestReceiver.start();
    const stage = await Stage.open({ receiver, clock, push: { timeout: 600, retryDelays: [] } });
    const arrivedAt: number[] = [];
    receiver.answer = async () => {
      arrivedAt.push(performance.now());
      await new Promise((resolve) => setTimeout(resolve, answersAfterMs));
      return 'success';
    };
    if (delayMs > 0) await stage.addFault({ on: 'push', delayMs });
    await stage.callout([NEVER_RANG]);
    const startedAt = performance.now();
    await stage.advance(MINUTE);
    const attempts = await stage.attempts();
    return {
      states: (await stage.outbox()).map(({ state }) => state),
      errors: attempts.map(({ error }) => error),
      took: attempts.map(({ took_ms }) => took_ms),
      /** Wall ms until each arrived. */
      after: arrivedAt.map((at) => at - startedAt),
      async [Symbol.asyncDispose]() {
        await stage.close();
        await receiver.stop();
      },
    };
  }

  const TIMED_OUT = 'timed out after 0.6 s';

  it.each(['manual', 'real'])('counts into the time of the attempt, on a clock that is %s', async (clock) => {
    await using within = await pushTwice(clock, 200, 10);
    expect(within).toMatchObject({ states: [1, 1], errors: [null, null] });
    for (const took of within.took) {
      expect(took).toBeGreaterThanOrEqual(200);
      expect(took).toBeLessThan(600);
    }
    await using over = await pushTwice(clock, 400, 350);
    expect(over).toMatchObject({ states: [2, 2], errors: [TIMED_OUT, TIMED_OUT], took: [600, 600] });
    // Neither of the two alone is too long.
    await using undelayed = await pushTwice(clock, 0, 350);
    expect(undelayed).toMatchObject({ states: [1, 1], errors: [null, null] });
  });

  it('lets them come later on a clock that runs, and on no other', async () => {
    await using delayed = await pushTwice('real', 400, 0);
    expect(delayed.after).toHaveLength(2);
    for (const after of delayed.after) expect(after).toBeGreaterThanOrEqual(399);
    for (const [clock, delayMs] of [
      ['real', 0],
      ['manual', 400],
    ] as const) {
      await using made = await pushTwice(clock, delayMs, 0);
      expect(made.after).toHaveLength(2);
      for (const after of made.after) expect(after).toBeLessThan(350);
    }
  });

  it('holds up nobody who closes: what is delayed was never made', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver, push: { timeout: 60_000 } });
    await stage.addFault({ on: 'push', delayMs: 50_000 });
    await stage.callout([NEVER_RANG]);
    await stage.simulation.setClock('scaled', 1000);
    // All that is due by then is under way.
    for (const until = stage.now + MINUTE; stage.now < until; ) await stage.simulation.execute(() => {});
    expect((await stage.outbox()).map(({ state }) => state)).toEqual([0, 0]);
    const startedAt = performance.now();
    await stage.close(0);
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(receiver.got).toEqual([]);
  });
});
