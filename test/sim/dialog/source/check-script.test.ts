import { describe, expect, it } from 'vitest';
import { formatPath } from '../../../../src/sim/account/finding.ts';
import type { Script, ScriptNode } from '../../../../src/sim/dialog/script.ts';
import { checkScript } from '../../../../src/sim/dialog/source/check-script.ts';
import { aHit, aNode, aScript } from '../../../support/dialogue.ts';

/** A sound script with one node in place of the first. */
function withFirst(node: ScriptNode): Script {
  return aScript(node, aNode('tell', 'NoNeedAnswerNode', { next: 'end' }), aNode('end', 'EndNode'));
}

function check(script: Script, columns: readonly string[] | null = ['客户手机号码', '姓名']): string[] {
  return checkScript(script, { columns }).map(
    ({ path, found, expected }) => `${formatPath(path)}: ${found}, expected ${expected}`,
  );
}

const asking = (rest: Partial<ScriptNode> = {}) =>
  aNode('ask', 'NormalNode', { hits: [aHit('yes', 'tell'), aHit('no', 'end')], ...rest });
const keyed = (type: 'ConditionNode' | 'KeyNavigationNode', ...keys: readonly (string | undefined)[]) =>
  aNode('ask', type, {
    hits: keys.map((key, i) => ({
      hit: `h${i}`,
      to: i === 0 ? 'tell' : 'end',
      weight: 1,
      says: [],
      ...(key && { keys: key }),
    })),
  });

it('a sound script has no fault', () => {
  expect(check(withFirst(asking()))).toEqual([]);
  expect(check(withFirst(keyed('KeyNavigationNode', '1', '2')))).toEqual([]);
});

describe('a fault is found', () => {
  it.each<[string, Script, string]>([
    [
      'an EndNode with hits',
      aScript(aNode('e', 'EndNode', { hits: [aHit('a', 'e')] })),
      'nodes[0].hits: 1 hits, expected none',
    ],
    [
      'an EndNode with a next',
      aScript(aNode('e', 'EndNode', { next: 'e' })),
      'nodes[0].next: a next node, expected none',
    ],
    [
      'a NoNeedAnswerNode with hits',
      withFirst(aNode('n', 'NoNeedAnswerNode', { next: 'tell', hits: [aHit('a', 'tell')] })),
      'nodes[0].hits: 1 hits, expected none: a NoNeedAnswerNode waits for no answer',
    ],
    [
      'a HookInfoNode without a next',
      withFirst(aNode('n', 'HookInfoNode')),
      'nodes[0].next: nothing, expected the node',
    ],
    [
      'a NormalNode without hits',
      withFirst(aNode('n', 'NormalNode', { next: 'tell' })),
      'nodes[0].hits: none, expected',
    ],
    [
      'a question without a text',
      withFirst(asking({ text: '' })),
      'nodes[0].text: nothing, expected what the robot asks',
    ],
    [
      'hits that nobody takes',
      withFirst(
        asking({ hits: [aHit('a', 'tell', { weight: 0 }), aHit('b', 'end', { human: true })], next: 'tell' }),
      ),
      'nodes[0].hits: no branch that an ordinary customer takes',
    ],
    [
      'a hit given twice',
      withFirst(asking({ hits: [aHit('a', 'tell'), aHit('a', 'end')] })),
      'nodes[0].hits[1].hit: "a" a second time',
    ],
    [
      'keys where words are meant',
      withFirst(asking({ hits: [aHit('a', 'tell', { keys: '1' })] })),
      'nodes[0].hits[0].keys: "1", expected none: a NormalNode listens to words',
    ],
    [
      'a menu without keys',
      withFirst(keyed('KeyNavigationNode', '1', undefined)),
      'nodes[0].hits[1].keys: nothing',
    ],
    [
      'keys given twice',
      withFirst(keyed('ConditionNode', '1', '1')),
      'nodes[0].hits[1].keys: "1" a second time',
    ],
    [
      'a node that nothing leads to',
      aScript(aNode('e', 'EndNode'), aNode('x', 'EndNode')),
      'nodes[1]: node "x", which nothing leads to',
    ],
    [
      'a node that is reached with no likelihood at all',
      withFirst(asking({ hits: [aHit('a', 'end'), aHit('b', 'tell', { weight: 0 })] })),
      'nodes[1]: node "tell", which nothing leads to',
    ],
    [
      'a circle without a way out',
      aScript(
        asking({ hits: [aHit('a', 'x'), aHit('b', 'end')] }),
        aNode('x', 'NoNeedAnswerNode', { next: 'x' }),
        aNode('end', 'EndNode'),
      ),
      'nodes[1]: node "x" in a circle without a way out',
    ],
    [
      'no end',
      aScript(aNode('x', 'NoNeedAnswerNode', { next: 'x' })),
      'nodes: no EndNode, expected at least one',
    ],
    [
      'an unknown column',
      withFirst(asking({ text: `您好\${性别}` })),
      `nodes[0].text: \${性别}, expected a column (客户手机号码, 姓名)`,
    ],
    [
      'an unknown column in a repetition',
      withFirst(asking({ again: `\${性别}` })),
      `nodes[0].again: \${性别}`,
    ],
    [
      "an unknown column in a customer's words",
      withFirst(asking({ hits: [aHit('a', 'tell', { says: ['好', `\${性别}`] })] })),
      `nodes[0].hits[0].says[1]: \${性别}`,
    ],
    [
      'a placeholder that is not closed',
      withFirst(asking({ text: `您好\${姓名` })),
      `nodes[0].text: an opening \${`,
    ],
    ['a placeholder without a name', withFirst(asking({ text: `您好\${ }` })), `nodes[0].text: \${}`],
  ])('%s', (_, script, expected) => {
    expect(check(script).join('\n')).toContain(expected);
  });

  it('all of them at once', () => {
    expect(check(withFirst(asking({ text: `\${a}\${b}`, again: `\${c}` })))).toHaveLength(3);
  });
});

describe('a placeholder may be', () => {
  it('a column of the robot', () => {
    expect(check(withFirst(asking({ text: `您好\${姓名}` })))).toEqual([]);
  });

  it('a node whose answer is meant', () => {
    expect(check(withFirst(asking({ again: `您说\${ask}` })))).toEqual([]);
  });

  it('anything in a dynamic robot, and in a script that pulls', () => {
    expect(check(withFirst(asking({ text: `\${随便}` })), null)).toEqual([]);
    expect(check(withFirst(asking({ text: `\${随便}`, code: 'SELF1' })))).toEqual([]);
  });
});

it('a branch for a human counts as one that leads somewhere', () => {
  const hits = [aHit('a', 'end'), aHit('b', 'tell', { weight: 0, human: true })];
  expect(check(withFirst(asking({ hits })))).toEqual([]);
});
