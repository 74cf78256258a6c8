import { describe, expect, it } from 'vitest';
import { TestReceiver } from '../support/receiver.ts';
import { MINUTE, numbersFrom, rowsOf, SECOND, Stage, TEN } from '../support/stage.ts';

const NEVER_RANG = '19900001007';
const LINE = { line_num: '055169101408', robot_id: '719' };

/** The store may have so many pages, or as many as it has already. */
async function allowPages(stage: Stage, pages: number): Promise<void> {
  await stage.simulation.read((world) => world.database.prepare(`PRAGMA max_page_count = ${pages}`).get());
}

/** Callouts until there is no room for one more. @returns how many rows were taken */
async function fillUp(stage: Stage): Promise<number> {
  await allowPages(stage, 1);
  for (let taken = 0; taken < 100; taken++) {
    const { code } = await stage.call('callout', { ...LINE, ...rowsOf(numbersFrom(taken * 50, 50)) });
    if (code === 10004) return taken * 50;
  }
  throw new Error('there is always room');
}

describe('a store without room', () => {
  it('answers a single command with 10004', async () => {
    await using stage = await Stage.open({ expectErrors: true });
    await stage.client();
    await fillUp(stage);
    expect(stage.simulation.isWriting).toBe(false);
    expect(stage.simulation.fault).toBeNull();
    expect(stage.logged).toHaveLength(1);
  });
});
