import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/sim/call/outcome.ts';
import { type CallPlan, planCall } from '../../../src/sim/call/plan.ts';
import { isAnswered, RESULT_NUMBERS } from '../../../src/sim/call/result.ts';
import { deriveChance } from '../../../src/sim/random.ts';

const plan = (result: number, call: number, ringMs?: number): CallPlan => {
  const outcome: Outcome = {
    result,
    wish: {},
    pushBehaviour: null,
    ...(ringMs === undefined ? null : { ringMs }),
  };
  return planCall(outcome, deriveChance(1, 'call', call));
};
const many = (result: number) => Array.from({ length: 500 }, (_, call) => plan(result, call));

describe.each(RESULT_NUMBERS.filter(isAnswered))('an answered call (%i)', (result) => {
  it('rings 3 to 20 s, from the dial and from the first ring', () => {
    for (const { ringAfterMs, answerAfterMs, hangupAfterMs } of many(result)) {
      expect(hangupAfterMs).toBeNull();
      expect(answerAfterMs).toBeGreaterThanOrEqual(3000);
      expect(answerAfterMs).toBeLessThanOrEqual(20_000);
      expect((answerAfterMs ?? 0) - (ringAfterMs ?? 0)).toBeGreaterThanOrEqual(3000);
    }
  });
});

describe.each(RESULT_NUMBERS.filter((result) => !isAnswered(result)))(
  'a call that is not answered (%i)',
  (result) => {
    it('ends without an answer, after its ring if it rang', () => {
      for (const { ringAfterMs, answerAfterMs, hangupAfterMs } of many(result)) {
        expect(answerAfterMs).toBeNull();
        expect(hangupAfterMs).toBeGreaterThan(ringAfterMs ?? 0);
      }
    });
  },
);

it.each([20, -1])('nobody picks up for 45 to 60 s (%i)', (result) => {
  for (const { ringAfterMs, hangupAfterMs } of many(result)) {
    expect(ringAfterMs).not.toBeNull();
    expect(hangupAfterMs).toBeGreaterThanOrEqual(45_000);
    expect(hangupAfterMs).toBeLessThanOrEqual(60_000);
  }
});

it.each([6, 7, 9, 28])('a dead number or line shows within a second and never rings (%i)', (result) => {
  for (const { ringAfterMs, hangupAfterMs } of many(result)) {
    expect(ringAfterMs).toBeNull();
    expect(hangupAfterMs).toBeLessThan(1000);
  }
});

it('times are whole ms but not whole seconds', () => {
  const times = many(0).map((one) => one.answerAfterMs ?? 0);
  expect(times.every(Number.isInteger)).toBe(true);
  expect(times.filter((ms) => ms % 1000 === 0).length).toBeLessThan(20);
});

describe('a wished ring time', () => {
  it.each([0, 1, 700, 90_000])('is exact: %i ms', (ringMs) => {
    expect(plan(0, 1, ringMs).answerAfterMs).toBe(ringMs);
    expect(plan(20, 1, ringMs).hangupAfterMs).toBe(ringMs);
    expect(plan(0, 1, ringMs).ringAfterMs).toBeLessThanOrEqual(ringMs);
  });

  it('makes nothing ring that would not', () => {
    expect(plan(6, 1, 8000)).toEqual({ ringAfterMs: null, answerAfterMs: null, hangupAfterMs: 8000 });
  });
});
