import { describe, expect, it } from 'vitest';
import { compileScript } from '../../../src/sim/dialog/compile.ts';
import { ASK_LIMIT, type Step, stepWalk } from '../../../src/sim/dialog/walk.ts';
import { aHit, aNode, aScript } from '../../support/dialogue.ts';

const script = compileScript(
  aScript(
    aNode('ask', 'NormalNode', { hits: [aHit('yes', 'tell')], next: 'end' }),
    aNode('tell', 'NoNeedAnswerNode', { next: 'stuck' }),
    aNode('stuck', 'NormalNode', { hits: [aHit('yes', 'end')] }),
    aNode('end', 'EndNode'),
  ),
);
const at = (id: string, asks = 0): Step => {
  const node = script.nodes.find((one) => one.node.id === id);
  if (node === undefined) throw new Error(id);
  return { node, asks };
};
const idOf = (step: Step | null) => step && [step.node.node.id, step.asks];

describe('the walk', () => {
  it('follows the hit that was taken', () => {
    const hit = script.start.hits[0];
    expect(hit && idOf(stepWalk(at('ask', 1), { kind: 'hit', hit }))).toEqual(['tell', 0]);
  });

  it('goes on by itself from a node that needs no answer', () => {
    expect(idOf(stepWalk(at('tell'), null))).toEqual(['stuck', 0]);
  });

  it.each(['silence', 'unclear'] as const)('asks again after %s, then goes to the fall-back', (kind) => {
    expect(idOf(stepWalk(at('ask'), { kind }))).toEqual(['ask', 1]);
    expect(idOf(stepWalk(at('ask', ASK_LIMIT - 2), { kind }))).toEqual(['ask', ASK_LIMIT - 1]);
    expect(idOf(stepWalk(at('ask', ASK_LIMIT - 1), { kind }))).toEqual(['end', 0]);
  });

  it('ends where there is no fall-back', () => {
    expect(stepWalk(at('stuck', ASK_LIMIT - 1), { kind: 'silence' })).toBeNull();
  });

  it('repeats a question for who wants to hear it again, however often', () => {
    expect(idOf(stepWalk(at('ask', 40), { kind: 'again' }))).toEqual(['ask', 41]);
  });

  it('does not leave a question without a reply', () => {
    expect(() => stepWalk(at('ask'), null)).toThrow('waits for a reply');
  });
});
