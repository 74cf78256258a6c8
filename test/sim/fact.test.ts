import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/sim/fact.ts';
import { Refusal } from '../../src/sim/refusal.ts';
import type { FailPoint } from '../../src/sim/store/database.ts';
import type { World } from '../../src/sim/world.ts';
import { numbersFrom, SECOND, Stage } from '../support/stage.ts';

const ORDINARY = '19900000001';

const tell = (name: string) => (world: World) => world.tell('task.deleted', () => ({ taskId: name }));

function namesOf(facts: readonly Fact[]): string[] {
  return facts.map((fact) => (fact.event === 'task.deleted' ? fact.data.taskId : fact.event));
}

/** Whether facts are built, or only would be. */
function areBuilt(stage: Stage): boolean | Promise<boolean> {
  return stage.simulation.read((world) => world.onFact !== null);
}

describe('facts of a command that is rolled back', () => {
  it('are not told, while those of its tick are', async () => {
    await using stage = await Stage.open();
    const facts = stage.gatherFacts();
    const throwing = (event: string, error: Error) => (world: World) => {
      tell(event)(world);
      throw error;
    };
    await Promise.allSettled([
      stage.simulation.execute(tell('first')),
      stage.simulation.execute(throwing('of a bug', new Error('a bug'))),
      stage.simulation.execute(throwing('of a refusal', new Refusal('busy', 'later'))),
      stage.simulation.execute(tell('last')),
    ]);
    expect(namesOf(facts)).toEqual(['first', 'last']);
  });

  it('are not told with those of the next one', async () => {
    let isFull = false;
    const failPoint = (point: FailPoint) => {
      if (point === 'before-commit' && isFull) throw new Error('the disk is full');
    };
    await using stage = await Stage.open({ failPoint, expectErrors: true });
    const facts = stage.gatherFacts();
    isFull = true;
    await expect(stage.simulation.execute(tell('lost'))).rejects.toMatchObject({ reason: 'busy' });
    isFull = false;
    await stage.simulation.execute(tell('kept'));
    expect(namesOf(facts)).toEqual(['kept']);
  });

  it('are not told where it is a window of events', async () => {
    await using stage = await Stage.open({ expectErrors: true });
    await stage.callout([ORDINARY]);
    const facts = stage.gatherFacts();
    // The call is dialled, and cannot be written.
    await stage.simulation.execute(({ database }) =>
      database
        .prepare("CREATE TEMP TRIGGER bug BEFORE INSERT ON call BEGIN SELECT RAISE(ABORT, 'a bug'); END")
        .run(),
    );
    await expect(stage.advance(SECOND)).rejects.toThrow('a bug');
    await stage.simulation.execute(tell('after it'));
    expect(namesOf(facts)).toEqual(['after it']);
  });
});

describe('whoever listens', () => {
  it('is told each fact once, after any number of resets', async () => {
    await using stage = await Stage.open();
    const facts = stage.gatherFacts();
    for (const event of ['one', 'two', 'three']) {
      await stage.simulation.execute(tell(event));
      await stage.simulation.reset();
    }
    await stage.simulation.execute(tell('four'));
    expect(namesOf(facts)).toEqual(['one', 'reset', 'two', 'reset', 'three', 'reset', 'four']);
  });

  it('is told by the one simulator alone that stands', async () => {
    await using stage = await Stage.open();
    const facts = stage.gatherFacts();
    // Told before the reset, committed by it.
    const before = stage.simulation.execute(tell('before'));
    await Promise.all([before, stage.simulation.reset()]);
    await stage.simulation.execute(tell('after'));
    expect(namesOf(facts)).toEqual(['before', 'reset', 'after']);
  });

  it('takes the place of who listened before, and only the last one can leave it', async () => {
    await using stage = await Stage.open();
    const told: string[] = [];
    const listen = (name: string) =>
      stage.simulation.onFacts((facts) => void told.push(...namesOf(facts).map((told) => `${name} ${told}`)));
    const stopFirst = listen('first');
    const stopSecond = listen('second');
    stopFirst();
    await stage.simulation.execute(tell('x'));
    expect(told).toEqual(['second x']);
    stopSecond();
    expect(await areBuilt(stage)).toBe(false);
  });
});

describe('while nobody listens', () => {
  it('no facts are built: not after one has left, nor after a reset', async () => {
    await using stage = await Stage.open();
    expect(await areBuilt(stage)).toBe(false);
    const stop = stage.simulation.onFacts(() => {});
    expect(await areBuilt(stage)).toBe(true);
    await stage.simulation.reset();
    expect(await areBuilt(stage)).toBe(true);
    stop();
    expect(await areBuilt(stage)).toBe(false);
    await stage.simulation.reset();
    expect(await areBuilt(stage)).toBe(false);
  });

  it('no facts are built once all have waited, though each met a reset', async () => {
    await using stage = await Stage.open();
    const post = (path: string, body: object) =>
      stage.app.request(`/_sim${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    for (const callee of numbersFrom(0, 3)) {
      const waiting = post('/wait', { for: 'call', where: { callee } });
      while (!(await areBuilt(stage))) await new Promise((resolve) => setImmediate(resolve));
      await post('/reset', {});
      await stage.callout([callee]);
      await stage.idle();
      expect((await waiting).status).toBe(200);
    }
    expect(await areBuilt(stage)).toBe(false);
  });
});
