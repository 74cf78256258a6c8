import { Timers } from 'sip.js/lib/core/index.js';
import { describe, expect, it, vi } from 'vitest';
import { runFor } from '../../../../src/sip/stack/context.ts';
import { retransmit } from '../../../../src/sip/stack/sip-js/retransmission.ts';
import '../../../../src/sip/stack/sip-js/core.ts';
import type { Flow } from '../../../../src/sip/transport/flow.ts';

const contextOf = (isReliable: boolean, t1 = 500) => ({ flow: { isReliable } as Flow, localUser: '', t1 });

describe('the timers of sip.js', () => {
  it.each([
    ['over UDP', false, { TIMER_D: 32_000, TIMER_I: 5000, TIMER_J: 32_000, TIMER_K: 5000 }],
    ['over a connection', true, { TIMER_D: 0, TIMER_I: 0, TIMER_J: 0, TIMER_K: 0 }],
  ])('are those of RFC 3261 %s', (_, isReliable, expected) => {
    const usual = {
      T1: 500,
      T2: 4000,
      T4: 5000,
      TIMER_B: 32_000,
      TIMER_F: 32_000,
      TIMER_H: 32_000,
      TIMER_L: 32_000,
    };
    expect(runFor(contextOf(isReliable), () => ({ ...Timers }))).toMatchObject({ ...usual, ...expected });
  });

  it('go with T1, for each server apart, also in timers that are set in it', async () => {
    const found = await Promise.all(
      [10, 500].map((t1) =>
        runFor(contextOf(false, t1), async () => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          return Timers.TIMER_H;
        }),
      ),
    );
    expect(found).toEqual([640, 32_000]);
  });

  it('stay what they were for whoever else uses sip.js in the process', () => {
    expect(Timers.TIMER_J).toBe(0);
    Timers.T1 = 123;
    expect([Timers.T1, runFor(contextOf(false), () => Timers.T1)]).toEqual([123, 500]);
    Timers.T1 = 500;
  });
});

it('what is sent again comes after T1, twice that, and so on up to T2', () => {
  vi.useFakeTimers({ now: 0 });
  const sentAt: number[] = [];
  const stop = retransmit({ send: () => sentAt.push(Date.now()), t1: 500, t2: 4000 });
  vi.advanceTimersByTime(20_000);
  stop();
  vi.advanceTimersByTime(20_000);
  vi.useRealTimers();
  expect(sentAt).toEqual([500, 1500, 3500, 7500, 11_500, 15_500, 19_500]);
});
