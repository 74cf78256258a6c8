import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asSent,
  cell,
  day,
  flag,
  instant,
  integer,
  isAbsent,
  type Kind,
  list,
  positive,
  rows,
  text,
  word,
} from '../../../../src/server/platform/input/field.ts';

type Case = readonly [sent: unknown, read: unknown];

/** For each kind what it makes of what is sent; undefined = it is of another kind. */
const CASES: readonly (readonly [name: string, kind: Kind<unknown>, cases: readonly Case[]])[] = [
  [
    'a text',
    text(3),
    [
      ['abc', 'abc'],
      ['0', '0'],
      [130, '130'],
      [346n, '346'],
      ['测试号', '测试号'],
      ['😀😀😀', '😀😀😀'],
      ['😀😀😀😀', undefined],
      ['abcd', undefined],
      [1234, undefined],
      [true, undefined],
      [{}, undefined],
      [['a'], undefined],
      ['\ud800', undefined],
    ],
  ],
  ['an unbounded text', text(), [[346252615123869699n, '346252615123869699']]],
  [
    'an integer',
    integer(0, 3),
    [
      [0, 0],
      [3, 3],
      ['3', 3],
      [4, undefined],
      [-1, undefined],
      [1.5, undefined],
      ['1.5', undefined],
      ['x', undefined],
      [' 1', undefined],
      [true, undefined],
      [[1], undefined],
      [2n ** 60n, undefined],
    ],
  ],
  [
    'a positive number',
    positive(50),
    [
      [1, 1],
      ['50', 50],
      [51, undefined],
      [-1, undefined],
    ],
  ],
  [
    'an instant',
    instant(),
    [
      [1527321492000, 1527321492000],
      ['1527321492000', 1527321492000],
      [-1, undefined],
      [1e16, undefined],
      ['2018-05-26', undefined],
    ],
  ],
  [
    'a flag',
    flag(),
    [
      [true, true],
      [false, false],
      ['TRUE', true],
      ['false', false],
      [1, true],
      [0, false],
      ['yes', undefined],
      [2, undefined],
      [[true], undefined],
      [{}, undefined],
    ],
  ],
  [
    'a word',
    word('ASC', 'DESC'),
    [
      ['DESC', 'DESC'],
      ['asc', 'ASC'],
      ['up', undefined],
      [1, undefined],
    ],
  ],
  [
    'a day',
    day(),
    [
      ['2018-12-10', '2018-12-10'],
      ['2018-02-29', undefined],
      ['2018-12-1', undefined],
      ['20181210', undefined],
      ['2018-12-10 ', undefined],
      [20181210, undefined],
    ],
  ],
  [
    'a list of integers',
    list(integer(0, 7)),
    [
      [
        [0, '7'],
        [0, 7],
      ],
      [[8], undefined],
      [3, undefined],
      ['3', undefined],
      [{ 0: 1 }, undefined],
    ],
  ],
  [
    'a list of rows',
    list(list(cell())),
    [
      [[['a', 1, null, '', 0]], [['a', '1', '', '', '0']]],
      [[[]], [[]]],
      [['a', 'b'], undefined],
      [[['a'], 'b'], undefined],
      [[[true]], undefined],
      [[[['a']]], undefined],
    ],
  ],
  [
    'a value handed on as sent',
    asSent({ type: 'number' }),
    [
      [200, 200],
      ['200', '200'],
      [true, true],
      [{}, {}],
      [2n ** 60n, 2 ** 60],
    ],
  ],
];

describe.each(CASES)('%s', (_name, kind, cases) => {
  it.each(cases.map(([sent, read]) => ({ sent, read, shown: inspect(sent), meant: inspect(read) })))(
    'reads $shown as $meant',
    ({ sent, read }) => {
      expect(kind.read(sent)).toEqual(read);
    },
  );
});

describe('rows', () => {
  it('are doubted if and only if a number stands in them twice', () => {
    const number = fc.oneof(fc.constantFrom('', '0', '19900000001'), fc.stringMatching(/^1[0-9]{1,10}$/));
    fc.assert(
      fc.property(fc.array(number, { maxLength: 50 }), (numbers) => {
        const doubt = rows().doubt?.(
          numbers.map((each) => [each, '张先生']),
          'call_list',
        );
        expect(doubt === null).toBe(new Set(numbers).size === numbers.length);
      }),
    );
  });
});

describe('absent', () => {
  it.each([
    [undefined, 'every kind', [text(), integer(0, 3), flag(), list(text())]],
    [null, 'every kind', [text(), integer(0, 3), flag(), list(text())]],
    ['', 'every kind', [text(), integer(0, 3), flag(), list(text())]],
    [[], 'every kind', [text(), integer(0, 3), flag(), list(text())]],
    [0, 'texts and numbers for which 0 means nothing', [text(), positive(), instant(), word('ASC'), day()]],
    ['0', 'numbers for which 0 means nothing', [positive(), instant()]],
  ])('is %j for %s', (value, _, kinds) => {
    expect(kinds.map((kind) => isAbsent(value, kind.blanks))).toEqual(kinds.map(() => true));
  });

  it.each([
    [0, 'numbers for which 0 has a meaning', [integer(0, 3), flag(), asSent({ type: 'number' })]],
    ['0', 'texts', [text(), integer(0, 3)]],
    [false, 'flags', [flag()]],
    [[0], 'lists', [list(integer(0, 7))]],
  ])('is not %j for %s', (value, _, kinds) => {
    expect(kinds.map((kind) => isAbsent(value, kind.blanks))).toEqual(kinds.map(() => false));
  });
});
