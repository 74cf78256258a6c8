import { describe, expect, it } from 'vitest';
import { isAnswered, RESULT_NUMBERS } from '../../../src/sim/call/result.ts';
import { DEFAULT_WEIGHTS, drawResult, type Weights } from '../../../src/sim/call/weight.ts';
import { deriveChance } from '../../../src/sim/random.ts';

/** How often each result comes in 20,000 calls. */
function count(weights: Weights | null, hour: number | null): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < 20_000; i++) {
    const result = drawResult(deriveChance(1, 'call', i), weights, hour);
    counts.set(result, (counts.get(result) ?? 0) + 1);
  }
  return counts;
}

function answeredShare(counts: ReadonlyMap<number, number>): number {
  return [...counts].reduce((sum, [result, times]) => sum + (isAnswered(result) ? times : 0), 0) / 20_000;
}

describe('the default weights', () => {
  it('know every result of the table and no other', () => {
    expect(
      Object.keys(DEFAULT_WEIGHTS)
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual([...RESULT_NUMBERS]);
  });

  it('let about 45 % of calls be answered', () => {
    expect(answeredShare(count(null, null))).toBeCloseTo(0.45, 1);
    expect(answeredShare(count(null, null))).toBeGreaterThan(0.43);
  });

  it('make nobody picking up the most frequent of the rest', () => {
    const unanswered = [...count(null, 10)].filter(([result]) => !isAnswered(result));
    const order = unanswered.sort((a, b) => b[1] - a[1]).map(([result]) => result);
    expect(order.slice(0, 5)).toEqual([20, 5, 4, 3, 6]);
  });

  it('let more people answer in the evening than at noon, and fewest at night', () => {
    const [night, noon, evening] = [3, 12, 19].map((hour) => answeredShare(count(null, hour)));
    expect(evening).toBeGreaterThan((noon ?? 0) + 0.03);
    expect(noon).toBeGreaterThan((night ?? 0) + 0.1);
  });
});

describe('weights of a robot or a line', () => {
  it('replace the default ones altogether', () => {
    expect([...count({ '0': 1, '-1': 1 }, 10).keys()].sort()).toEqual([-1, 0]);
  });

  it('do not vary with the hour', () => {
    const weights = { '0': 1, '20': 1 };
    expect(count(weights, 3)).toEqual(count(weights, 19));
  });

  it('give a result in proportion', () => {
    expect((count({ '0': 3, '6': 1 }, null).get(6) ?? 0) / 20_000).toBeCloseTo(0.25, 1);
  });
});
