import { expect, it } from 'vitest';
import { readFixtures } from '../../../../src/sim/account/read-fixtures.ts';
import { ConfigurationError } from '../../../../src/sim/configuration-error.ts';

const SOUND = `
enterprises: [{ id: "1", name: a }]
robots:
  - robotId: "9"
    businessId: "1"
    name: r
    callColumn: [号码, 姓名]
    timeCreate: 0
    script:
      start: 问候
      nodes:
        - name: 问候
          type: NormalNode
          text: 您好，\${姓名}
          hits:
            - { hit: 好, to: 按键, says: [好的] }
            - { hit: 不, to: 结束, says: [不要] }
          next: 结束
        - name: 按键
          type: KeyNavigationNode
          text: 请按一或者二
          hits:
            - { hit: 一, to: 说明, keys: "1" }
            - { hit: 二, to: 结束, keys: "2" }
          next: 结束
        - { name: 说明, type: NoNeedAnswerNode, text: 说明一下, next: 结束 }
        - { name: 结束, type: EndNode, text: 再见 }
`;

/** Problems of the sound fixtures with one piece replaced. */
function problemsWith(piece: string, by: string): { text: string; problems: string[] } {
  expect(SOUND.split(piece)).toHaveLength(2);
  const text = SOUND.replace(piece, () => by);
  try {
    readFixtures(text, 'f.yaml');
  } catch (error) {
    if (error instanceof ConfigurationError) return { text, problems: error.message.split('\n') };
    throw error;
  }
  return { text, problems: [] };
}

function placeOf(text: string, piece: string): string {
  const before = text.slice(0, text.indexOf(piece)).split('\n');
  return `f.yaml:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

it('the sound one has no problem', () => {
  expect(problemsWith('r\n', 'r\n').problems).toEqual([]);
});

it.each<[kind: string, piece: string, by: string, at: string, found: string, remedy: string]>([
  [
    'an unknown key',
    'text: 说明一下',
    'txt: 说明一下',
    'txt: ',
    'an unknown key',
    'one of name, id, type, text',
  ],
  [
    'a wrong type',
    'to: 按键, says: [好的]',
    'to: 按键, says: 好的',
    'says: 好的',
    '"好的"',
    'a list of texts',
  ],
  ['a missing key', 'to: 按键, says', 'says', '{ hit: 好', 'nothing', 'a text in quotes'],
  ['a strange node type', 'NoNeedAnswerNode', 'TellNode', 'type: TellNode', '"TellNode"', 'one of AnyNode'],
  ['a strange tag', 'type: EndNode,', 'type: EndNode, tag: Z,', 'tag: Z', '"Z"', 'a letter from A to F'],
  [
    'a hit that leads nowhere',
    'to: 说明',
    'to: 说',
    'to: 说,',
    '"说"',
    'the name or id of a node, such as "说明"',
  ],
  [
    'a next that leads nowhere',
    '说明一下, next: 结束',
    '说明一下, next: 完',
    'next: 完',
    '"完"',
    'the name or id',
  ],
  [
    'a start that leads nowhere',
    'start: 问候',
    'start: 开始',
    'start: 开始',
    '"开始"',
    'the name or id of a node',
  ],
  [
    'two nodes of one name',
    'name: 说明',
    'name: 按键',
    'name: 按键, type',
    '"按键" a second time',
    'a name of its own, or an id',
  ],
  [
    'a node that nothing leads to',
    'to: 说明',
    'to: 结束',
    '{ name: 说明',
    'node "说明", which nothing leads to',
    'a hit or next that leads to it',
  ],
  [
    'a circle without a way out',
    '说明一下, next: 结束',
    '说明一下, next: 说明',
    '{ name: 说明',
    'in a circle without a way out',
    'a branch that leads to an EndNode',
  ],
  [
    'no end',
    'type: EndNode, text: 再见',
    'type: NoNeedAnswerNode, text: 再见, next: 问候',
    'nodes:',
    'no EndNode',
    'at least one',
  ],
  [
    'a question without a text',
    '          text: 请按一或者二\n',
    '',
    'name: 按键\n',
    'nothing',
    'what the robot asks',
  ],
  [
    'two hits of one name',
    'hit: 二',
    'hit: 一',
    'hit: 一, to: 结束',
    '"一" a second time',
    'a name of its own',
  ],
  [
    'keys given twice',
    'keys: "2"',
    'keys: "1"',
    'keys: "1" }\n          next',
    '"1" a second time',
    'other keys',
  ],
  ['keys that no telephone has', 'keys: "2"', 'keys: "x"', 'keys: "x"', '"x"', 'telephone keys'],
  [
    'keys where words are meant',
    'says: [不要]',
    'keys: "2"',
    'keys: "2" }\n          next',
    '"2"',
    'a NormalNode listens to words',
  ],
  ['a menu without keys', ', keys: "2"', '', '{ hit: 二', 'nothing', 'the keys that take this branch'],
  [
    'an end that goes on',
    '再见 }',
    '再见, next: 问候 }',
    'next: 问候',
    'a next node',
    'none: an EndNode hangs up',
  ],
  [
    'a telling that ends nowhere',
    ', next: 结束 }\n        - { name: 结束',
    ' }\n        - { name: 结束',
    '{ name: 说明',
    'nothing',
    'the node that follows the NoNeedAnswerNode',
  ],
  [
    'a column that is none',
    `\${姓名}`,
    `\${性别}`,
    'text: 您好',
    `\${性别}`,
    'a column (号码, 姓名) or the name of a node',
  ],
  [
    'a placeholder that is not closed',
    `\${姓名}`,
    `\${姓名`,
    'text: 您好',
    'an opening ${ that is not closed',
    `\${列名}`,
  ],
  [
    'weights of no result',
    'start: 问候',
    'weights: { "99": 1 }\n      start: 问候',
    '"99": 1',
    '"99"',
    'a task_result of the table',
  ],
])('%s gets an error that names place and remedy', (_, piece, by, at, found, remedy) => {
  const { text, problems } = problemsWith(piece, by);
  expect(problems.filter((problem) => problem.startsWith(`${placeOf(text, at)} robots[0].`))).toContainEqual(
    expect.stringMatching(
      new RegExp(`found .*${RegExp.escape(found)}.*, expected .*${RegExp.escape(remedy)}`),
    ),
  );
});

it('faults of several kinds are said at once, also beside a reference that leads nowhere', () => {
  const text = SOUND.replace('to: 说明', 'to: 无')
    .replace(`\${姓名}`, `\${无}`)
    .replace('keys: "2"', 'keys: "1"');
  expect(() => readFixtures(text, 'f.yaml')).toThrow(
    expect.objectContaining({ problems: expect.objectContaining({ length: 3 }) }),
  );
});
