import { describe, expect, it } from 'vitest';
import { TestReceiver } from '../../support/receiver.ts';
import { MINUTE, Stage } from '../../support/stage.ts';

const NEVER_RANG = '19900001007';

/** Origins that something is due at, of all that are known. */
function waitingOf(stage: Stage): Promise<string[]> | string[] {
  return stage.simulation.read(({ outbox }) => [...outbox.waiting()].map(({ origin }) => origin));
}

/** Pushes went there once, and never will again. @returns how often anybody has looked at one of them since */
async function addOldDestinations(stage: Stage, count: number): Promise<() => number> {
  let looks = 0;
  await stage.simulation.execute(({ outbox }) => {
    for (let i = 0; i < count; i++) {
      const { destination } = outbox.address('push', `http://old-${i}.test/x`);
      const get = () => {
        looks++;
        return Number.POSITIVE_INFINITY;
      };
      Object.defineProperty(destination, 'nextDueAt', { get });
    }
  });
  return () => looks;
}

describe('a destination', () => {
  it('is looked at only while something is due there: old ones cost nothing', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver });
    const looks = await addOldDestinations(stage, 1000);
    expect(await waitingOf(stage)).toEqual([]);
    await stage.callout([NEVER_RANG]);
    await stage.advance(0);
    const [call] = await stage.calls();
    await stage.advanceTo(call?.hangup_at ?? 0);
    expect(await waitingOf(stage)).toEqual([receiver.url]);
    await stage.idle();
    expect(receiver.got).toHaveLength(2);
    expect(await waitingOf(stage)).toEqual([]);
    expect(looks()).toBe(0);
  });

  it('is known again after a restart of the working set', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => 'no';
    await using stage = await Stage.open({ receiver });
    await stage.callout([NEVER_RANG]);
    await stage.advance(5000);
    expect(await waitingOf(stage)).toEqual([receiver.url]);
    await stage.simulation
      .execute(() => {
        throw new Error('a bug');
      })
      .catch(() => undefined);
    expect(await waitingOf(stage)).toEqual([receiver.url]);
    receiver.answer = () => 'success';
    await stage.advance(MINUTE);
    expect(await waitingOf(stage)).toEqual([]);
  });
});
