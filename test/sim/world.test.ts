import { describe, expect, it } from 'vitest';
import { FULL, rowsOf, SECOND, Stage } from '../support/stage.ts';

const NEVER_RANG = '19900001007';
const LINE = { line_num: '055196866001', robot_id: '719' };

async function agendaSize(stage: Stage): Promise<number> {
  return await stage.simulation.read(({ agenda }) => agenda.size);
}

describe('a clock that stands', () => {
  it('gathers no entry in its agenda for each submission', { timeout: FULL ? 60_000 : 20_000 }, async () => {
    await using stage = await Stage.open();
    const before = await agendaSize(stage);
    const count = FULL ? 20_000 : 200;
    for (let i = 0; i < count; i++) await stage.ask('callout', { ...LINE, ...rowsOf([NEVER_RANG]) });
    expect((await agendaSize(stage)) - before).toBeLessThan(5);
    // The one that there is lets all of them be called as their turn comes.
    await stage.advance(SECOND);
    await stage.ask('callout', { ...LINE, ...rowsOf([NEVER_RANG]) });
    const dialled = (await stage.calls()).length;
    expect(dialled).toBeGreaterThan(0);
    await stage.idle({ overlap: true });
    expect(await stage.calls()).toHaveLength(count + 1);
  });
});
