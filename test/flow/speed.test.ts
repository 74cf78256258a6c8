import { describe, expect, it } from 'vitest';
import { TestReceiver } from '../support/receiver.ts';
import { DAY, FULL, numbersFrom, SECOND, Stage, type StageOptions } from '../support/stage.ts';

const CALLS = FULL ? 1000 : 200;
/** Limits are for a thousand calls on a quiet machine; fewer get their share, and something to start with. */
const share = (limitMs: number) => (limitMs * CALLS) / 1000 + 500;

/** A pool of ordinary numbers on the largest line, until nothing is left to happen. */
async function run(options: StageOptions, more: { overlap?: boolean; calls?: number; fault?: boolean } = {}) {
  const { overlap = false, calls = CALLS, fault = false } = more;
  await using stage = await Stage.open(options);
  if (fault) await stage.addFault({ on: 'push', network: 'timeout' });
  for (let first = 0; first < calls; first += 50) {
    await stage.callout(numbersFrom(first, Math.min(50, calls - first)), { line: '055169101408' });
  }
  const startedAt = performance.now();
  const { from, to } = await stage.idle({ overlap, within: DAY });
  const wallMs = performance.now() - startedAt;
  const outbox = await stage.outbox();
  const states = Map.groupBy(outbox, ({ state }) => state);
  expect(await stage.rows('SELECT count(*) AS n FROM call WHERE state = 3')).toEqual([{ n: calls }]);
  if (FULL)
    console.log(
      `${calls} calls, ${outbox.length} pushes, ${(to - from) / SECOND} s of its time: ${Math.round(wallMs)} ms`,
    );
  return {
    wallMs,
    pushes: outbox.length,
    delivered: states.get(1)?.length ?? 0,
    failed: states.get(2)?.length ?? 0,
    tries: outbox.reduce((sum, { tries }) => sum + tries, 0),
  };
}

/** The limits are for a quiet machine: in the suite one that is busy at this moment is given two more. */
const PATIENCE = FULL ? { timeout: 600_000 } : { timeout: 60_000, retry: 2 };

describe('a campaign on a manual clock', PATIENCE, () => {
  it('of a thousand calls against a receiver of 5 ms takes at most 10 s, with overlap', async () => {
    await using receiver = await receiverOf(5);
    const { wallMs, pushes, delivered } = await run({ receiver }, { overlap: true });
    expect(delivered).toBe(pushes);
    expect(receiver.got).toHaveLength(pushes);
    expect(wallMs).toBeLessThan(share(10_000));
  });

  it('without overlap waits for each answer, one after the other', async () => {
    await using receiver = await receiverOf(5);
    const { wallMs, pushes, delivered } = await run({ receiver }, { calls: FULL ? 1000 : 50 });
    expect(delivered).toBe(pushes);
    expect(receiver.mostOpen).toBe(1);
    expect(wallMs).toBeGreaterThan(pushes * 4.5);
    expect(wallMs).toBeLessThan(FULL ? 40_000 : 4000);
  });

  it('with the fault timeout on all pushes takes at most 5 s for a thousand calls', async () => {
    const { wallMs, pushes, failed } = await run({}, { fault: true });
    expect(failed).toBe(pushes);
    expect(wallMs).toBeLessThan(share(5000));
  });

  it('against a receiver that never answers takes at most 3 minutes for a thousand calls', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => null;
    // In the suite time-outs are a tenth as long, and the calls fewer.
    const calls = FULL ? 1000 : 40;
    const scaled = FULL ? {} : { push: { timeout: 300 }, grace: 25 };
    const { wallMs, pushes, failed, tries } = await run({ receiver, ...scaled }, { calls });
    expect(failed).toBe(pushes);
    expect(tries).toBe(pushes * 4);
    // A tenth of the time-out may be over on a busy machine before the attempt is read.
    expect(receiver.got.length).toBeLessThanOrEqual(tries);
    expect(receiver.got.length).toBeGreaterThanOrEqual(FULL ? tries : tries * 0.9);
    expect(wallMs).toBeLessThan(FULL ? 180_000 : 8000);
  });
});

/** A receiver that takes so many ms for each answer. */
async function receiverOf(ms: number): Promise<TestReceiver> {
  const receiver = await TestReceiver.start();
  receiver.answer = async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return 'success';
  };
  return receiver;
}
