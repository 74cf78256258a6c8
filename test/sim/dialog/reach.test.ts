import { describe, expect, it } from 'vitest';
import { compileScript } from '../../../src/sim/dialog/compile.ts';
import { isWay, lookAhead, planTag } from '../../../src/sim/dialog/reach.ts';
import { aHit, aNode, aScript } from '../../support/dialogue.ts';

const script = compileScript(
  aScript(
    aNode('open', 'NormalNode', { hits: [aHit('near', 'end'), aHit('far', 'mid'), aHit('round', 'loop')] }),
    aNode('loop', 'NoNeedAnswerNode', { next: 'open' }),
    aNode('mid', 'NormalNode', {
      tag: 'A',
      hits: [aHit('on', 'low'), aHit('help', 'human', { human: true })],
      next: 'silent',
    }),
    aNode('low', 'EndNode', { tag: 'C' }),
    aNode('end', 'EndNode'),
    aNode('human', 'EndNode', { tag: 'B' }),
    aNode('silent', 'EndNode', { tag: 'F' }),
  ),
);

describe('what lies ahead of a node', () => {
  it('is the number of steps of the shortest way to an end', () => {
    expect(lookAhead(script).steps).toEqual([1, 2, 1, 0, 0, 0, 0]);
  });

  it('says whether a human can still be asked for', () => {
    expect(lookAhead(script).human).toEqual([true, true, true, false, false, false, false]);
  });

  it('grows with what is still to be said', () => {
    const [open = 0, , mid = 0, low = 0] = lookAhead(script).restMs;
    expect(open).toBeGreaterThan(mid);
    expect(mid).toBeGreaterThan(low);
  });
});

describe('a plan to end with a tag', () => {
  it('exists for a tag that a walk ends with', () => {
    expect(planTag(script, 'C')).toMatchObject({ tag: 'C', anyWay: false });
  });

  it('goes through a human or through silence only if there is no other way', () => {
    expect(planTag(script, 'B')?.anyWay).toBe(true);
    expect(planTag(script, 'F')?.anyWay).toBe(true);
  });

  it('does not exist for a tag that is always passed by', () => {
    expect(planTag(script, 'A')).toBeNull();
    expect(planTag(script, 'D')).toBeNull();
  });

  it('leads round circles without losing the way', () => {
    expect(isWay(planTag(script, 'C')?.steps[1 * 2])).toBe(true);
  });
});
