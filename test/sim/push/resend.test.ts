import { describe, expect, it } from 'vitest';
import { resendPage } from '../../../src/sim/push/resend.ts';
import { TestReceiver } from '../../support/receiver.ts';
import { HOUR, Stage } from '../../support/stage.ts';

type Which = Parameters<typeof resendPage>[1];

const ALL: Which = { since: 0, module: null, failedOnly: false };

/** So many calls that nobody answered, with two pushes each, all of which have failed without anybody being asked. */
async function openWithCalls(count: number): Promise<Stage> {
  const stage = await Stage.open({ push: { retryDelays: [] } });
  await stage.addFault({ on: 'push', network: 'reset' });
  const numbers = Array(count).fill('19900001007') as string[];
  await stage.start({ lines: '055196866001', turbo: true, numbers });
  await stage.idle();
  return stage;
}

/** Page after page, each a command of its own; @returns what each came to, and the ids that were owed after it */
async function resendAll(stage: Stage, which: Which) {
  const pages: { resent: number; after: number | null; owed: number }[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const from: number = after;
    const page = await stage.simulation.execute((world) => resendPage(world, which, from));
    const owed = await stage.simulation.read(({ outbox }) => outbox.owed);
    pages.push({ ...page, owed });
    after = page.after;
  }
  return pages;
}

describe('sending many pushes again', () => {
  it('goes page by page, each a command that owes a thousand at most, and all of them once', async () => {
    await using stage = await openWithCalls(1250);
    const ids = (await stage.outbox()).map(({ id }) => id);
    expect(ids).toHaveLength(2500);
    const pages = await resendAll(stage, ALL);
    expect(pages).toEqual([
      { resent: 1000, after: ids[999], owed: 1000 },
      { resent: 1000, after: ids[1999], owed: 2000 },
      { resent: 500, after: null, owed: 2500 },
    ]);
    expect((await stage.outbox()).every(({ state, tries }) => state === 0 && tries === 0)).toBe(true);
    await stage.idle();
    expect((await stage.attempts()).map(({ number }) => number)).toEqual(ids.flatMap(() => [1, 2]));
  });

  it('ends after a page that is full to the last, with an empty one', async () => {
    await using stage = await openWithCalls(500);
    const pages = await resendAll(stage, ALL);
    expect(pages.map(({ resent }) => resent)).toEqual([1000, 0]);
  });

  it('lets other commands in between, and takes nothing twice that was settled meanwhile', async () => {
    await using stage = await openWithCalls(600);
    const first = await stage.simulation.execute((world) => resendPage(world, ALL, 0));
    // All of the first page is settled before the second one is asked for.
    await stage.idle();
    const second = await stage.simulation.execute((world) => resendPage(world, ALL, first.after ?? 0));
    expect([first.resent, second.resent, second.after]).toEqual([1000, 200, null]);
  });

  it('takes only those of the module, the time and the state that were asked for', async () => {
    await using receiver = await TestReceiver.start();
    await using stage = await Stage.open({ receiver, push: { retryDelays: [] } });
    receiver.answer = ({ module }) => (module === 'receiveVoice' ? 'no' : 'success');
    await stage.callout(['19900005001']);
    await stage.advance(HOUR);
    const noon = stage.now;
    await stage.callout(['19900005001']);
    await stage.advance(HOUR);
    const run = async (which: Partial<Which>) => {
      const pages = await resendAll(stage, { ...ALL, ...which });
      await stage.idle();
      return pages.map(({ resent }) => resent);
    };
    expect(await run({})).toEqual([8]);
    expect(await run({ since: noon })).toEqual([4]);
    expect(await run({ module: 'receiveDialog' })).toEqual([2]);
    expect(await run({ failedOnly: true })).toEqual([2]);
    expect(await run({ failedOnly: true, module: 'receiveDialog' })).toEqual([0]);
  });

  it('is one answer of the control API', async () => {
    await using stage = await openWithCalls(600);
    const response = await stage.app.request('/_sim/pushes/resend', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect([response.status, await response.json()]).toEqual([200, { resent: 1200 }]);
  });
});
