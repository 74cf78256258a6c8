import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { World } from '../../../src/sim/world.ts';
import { DAY, Stage } from '../../support/stage.ts';

const NEVER_RANG = '19900001007';

/** Runs a command in a simulator that is stopped and started again around it. */
async function inNewProcess<T>(dataDir: string, command: (world: World) => T): Promise<T> {
  await using stage = await Stage.open({ dataDir });
  return await stage.simulation.execute(command);
}

describe('an id', () => {
  it('of a rule never comes twice: not after it was removed, nor after a restart', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-id-'));
    const add = ({ rules }: World) => rules.add({ match: {}, outcome: { result: 4 } }, null).id;
    const remove = ({ rules }: World) => rules.clear();
    await using stage = await Stage.open();
    const ids = [await stage.simulation.execute(add), await stage.simulation.execute(add)];
    await stage.simulation.execute(({ rules }) => rules.remove(ids[1] ?? 0));
    ids.push(await stage.simulation.execute(add));
    expect(ids).toEqual([1, 2, 3]);

    const far: number[] = [];
    for (let i = 0; i < 3; i++) {
      far.push(await inNewProcess(folder.path, add));
      await inNewProcess(folder.path, remove);
    }
    expect(far).toEqual([1, 2, 3]);
  });

  it('of a fault never comes twice: its draws would be those of the one before', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-id-'));
    const addAndRemove = ({ faults }: World) => {
      const { id } = faults.add({ on: 'push', code: 10004 }, null);
      faults.remove(id);
      return id;
    };
    const ids: number[] = [];
    for (let i = 0; i < 3; i++) ids.push(await inNewProcess(folder.path, addAndRemove));
    expect(ids).toEqual([1, 2, 3]);
  });

  it('of a push never comes twice, though all of them have left the store', async () => {
    await using stage = await Stage.open({ keep: { days: 0 } });
    const ids: number[] = [];
    for (let i = 0; i < 3; i++) {
      await stage.callout([NEVER_RANG]);
      await stage.idle();
      ids.push(...(await stage.outbox()).map(({ id }) => id));
      await stage.advance(DAY);
      expect(await stage.outbox()).toEqual([]);
    }
    expect(ids).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('of a failure file never comes twice: the pushes of one that is gone are in no other', async () => {
    await using stage = await Stage.open({ keep: { days: 60 }, push: { retryDelays: [] } });
    await stage.addFault({ on: 'push', network: 'reset' });
    await stage.callout([NEVER_RANG]);
    await stage.advance(10 * DAY);
    expect(await stage.rows('SELECT * FROM push_file')).toEqual([]);
    await stage.callout([NEVER_RANG]);
    await stage.advance(DAY);
    expect(await stage.rows('SELECT id, lines, ready FROM push_file')).toEqual([
      { id: 2, lines: 2, ready: 1 },
    ]);
    expect((await stage.outbox()).map(({ file_id }) => file_id)).toEqual([1, 1, 2, 2]);
  });

  it('that a failed command took is free for the next one', async () => {
    await using stage = await Stage.open();
    const add = ({ rules }: World) => rules.add({ match: {}, outcome: { result: 4 } }, null).id;
    await expect(
      stage.simulation.execute((world) => {
        add(world);
        throw new Error('a bug');
      }),
    ).rejects.toThrow('a bug');
    expect(await stage.simulation.execute(add)).toBe(1);
  });
});
