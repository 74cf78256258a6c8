import { describe, expect, it } from 'vitest';
import { hangUp } from '../../../src/sim/call/hang-up.ts';
import { TestReceiver } from '../../support/receiver.ts';
import { HOUR, Stage } from '../../support/stage.ts';

const ORDINARY = '19900000001';

interface Pull {
  readonly state: number;
  readonly call_id: number;
  readonly uuid: string;
}

function pullsOf(stage: Stage): Promise<Pull[]> {
  return stage.rows<Pull>(
    "SELECT outbox.state, call_id, call.uuid FROM outbox JOIN call ON call.id = call_id WHERE kind = 'pull' ORDER BY outbox.id",
  );
}

describe('a pull that is owed when its call ends', () => {
  it('is dropped and never sent, and keeps nothing from being idle', async () => {
    await using receiver = await TestReceiver.start();
    const first = Promise.withResolvers<string>();
    receiver.answer = ({ module }) => (module === 'getSemantics' ? first.promise : 'success');
    // One at a time: the others have to wait for the first.
    await using stage = await Stage.open({ receiver, clock: 'x1000', push: { concurrency: 1 } });
    await stage.callout(Array(12).fill(ORDINARY) as string[], { line: '055196866001', robot: '4567' });
    await receiver.until(() => receiver.of('getSemantics').length === 1);
    while ((await pullsOf(stage)).length < 3) await stage.simulation.execute(() => {});
    const asked = String(receiver.of('getSemantics')[0]?.body.call_uuid);
    await stage.simulation.execute((world) => {
      for (const call of [...world.calls.values()]) if (call.uuid !== asked) hangUp(world, call);
    });
    const waiting = (await pullsOf(stage)).filter(({ uuid }) => uuid !== asked);
    expect(waiting.length).toBeGreaterThanOrEqual(2);
    expect(waiting.every(({ state }) => state === 0)).toBe(true);

    first.resolve('[]');
    await stage.idle({ within: HOUR });
    expect(receiver.of('getSemantics').map(({ body }) => body.call_uuid)).toEqual([asked]);
    const states = (await pullsOf(stage)).map(({ uuid, state }) => [uuid === asked, state]);
    expect(states).toEqual([[true, 1], ...waiting.map(() => [false, 4])]);
    // The calls that were cut are pushed as they were.
    expect((await stage.calls()).every(({ state }) => state === 3)).toBe(true);
    expect(receiver.of('receiveCallRecord').length).toBeGreaterThan(0);
  });
});
