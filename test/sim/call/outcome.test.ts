import { describe, expect, it } from 'vitest';
import { decideOutcome, type OutcomeInput } from '../../../src/sim/call/outcome.ts';
import { deriveChance } from '../../../src/sim/random.ts';

const CHANCE = deriveChance(1, 'call', 1);

function decide(callee: string, rest: Partial<OutcomeInput> = {}) {
  return decideOutcome({ rule: null, callee, tries: 0, weights: { '6': 1 }, chance: CHANCE, ...rest });
}

describe('what becomes of a call is decided', () => {
  it('by a rule before anything else', () => {
    expect(decide('19900001005', { rule: { result: 8 } }).result).toBe(8);
  });

  it('by a magic number before any weights', () => {
    expect(decide('19900001005').result).toBe(5);
  });

  it('by the weights given before the default ones', () => {
    expect(decide('13800000000').result).toBe(6);
  });

  it('by the default weights at last', () => {
    const results = Array.from({ length: 300 }, (_, i) =>
      decide('13800000000', { weights: null, chance: deriveChance(1, 'call', i) }),
    );
    expect(new Set(results.map((outcome) => outcome.result)).size).toBeGreaterThan(8);
  });

  it('the same way for the same chance', () => {
    const again = () => decide('13800000000', { weights: null, timeOfDayHour: 10 });
    expect(again()).toEqual(again());
  });
});

describe('what a rule leaves out', () => {
  it('is left to the number', () => {
    const outcome = decide('19900005003', { rule: { ringMs: 1234 } });
    expect(outcome).toEqual({ result: 0, wish: { talkMs: 30_000 }, pushBehaviour: null, ringMs: 1234 });
  });

  it('is left to the weights', () => {
    expect(decide('13800000000', { rule: { talkMs: 5000 } })).toMatchObject({
      result: 6,
      wish: { talkMs: 5000 },
    });
  });

  it('is not there in the outcome', () => {
    expect(Object.keys(decide('13800000000'))).toEqual(['result', 'wish', 'pushBehaviour']);
  });
});

describe('a rule', () => {
  it('wins over the wish of the number, field by field', () => {
    const rule = { talkMs: 1500, walk: ['肯定'] };
    expect(decide('19900005003', { rule }).wish).toEqual({ talkMs: 1500, walk: ['肯定'] });
    expect(decide('19900003002', { rule: { talkMs: 1500 } }).wish).toEqual({ tag: 'B', talkMs: 1500 });
  });

  it('leaves the push behaviour of the number', () => {
    expect(decide('19900006005', { rule: { result: 20 } })).toMatchObject({
      result: 20,
      pushBehaviour: [{ lateMs: 180_000 }],
    });
  });
});

describe('a real phone', () => {
  const phone = { user: '1007', isReachable: true };

  it('decides for itself, unless a rule has a result', () => {
    expect(decide('19900001005', { phone })).toMatchObject({ sip: '1007' });
    const ruled = decide('13800000000', { phone, rule: { result: 5 } });
    expect(ruled).toMatchObject({ result: 5 });
    expect(ruled).not.toHaveProperty('sip');
  });

  it('that nobody has registered is switched off', () => {
    const outcome = decide('13800000000', { phone: { ...phone, isReachable: false } });
    expect(outcome).toMatchObject({ result: 4 });
    expect(outcome).not.toHaveProperty('sip');
  });
});

describe('a number that answers late', () => {
  it.each([
    [0, 20],
    [1, 20],
    [2, 0],
    [3, 0],
  ])('after %i recall rounds gives %i', (tries, result) => {
    expect(decide('19900002002', { tries }).result).toBe(result);
  });
});

it('numbers that ask for a tag, a time or pushes are answered', () => {
  expect(
    ['19900003006', '19900005001', '19900006001', '19900000001'].map((callee) => decide(callee).result),
  ).toEqual([0, 0, 0, 0]);
});

it('a number that is refused at the submission follows the weights if it is dialled all the same', () => {
  expect(decide('19900004003').result).toBe(6);
});
