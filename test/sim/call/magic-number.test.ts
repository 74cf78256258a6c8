import { describe, expect, it } from 'vitest';
import { parseMagicNumber, refusedByNumber } from '../../../src/sim/call/magic-number.ts';

const two = (number: number) => String(number).padStart(2, '0');
const hundred = Array.from({ length: 100 }, (_, i) => i);

describe('a magic number', () => {
  it.each(['19900000000', '19900000001', '19900000002', '19900000099'])(
    '%s is an ordinary answered call',
    (callee) => {
      expect(parseMagicNumber(callee)).toEqual({ kind: 'ordinary' });
    },
  );

  it.each([
    ['19900001000', 0],
    ['19900001005', 5],
    ['19900001028', 28],
    ['19900001099', -1],
  ])('%s gives result %i', (callee, result) => {
    expect(parseMagicNumber(callee)).toEqual({ kind: 'result', result });
  });

  it('gives no result that stands in no table', () => {
    const results = hundred.filter((i) => parseMagicNumber(`199000010${two(i)}`) !== null);
    expect(results).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 18, 19, 20, 22, 23, 25, 26, 27, 28, 99]);
  });

  it('says how often it stays unanswered', () => {
    expect(parseMagicNumber('19900002003')).toEqual({ kind: 'answers-late', tries: 3 });
  });

  it('names the tags A to F and no others', () => {
    const tags = hundred.map((i) => parseMagicNumber(`199000030${two(i)}`));
    expect(tags.filter((magic) => magic !== null)).toEqual(
      [...'ABCDEF'].map((tag) => ({ kind: 'tag', tag })),
    );
    expect(tags[1]).toEqual({ kind: 'tag', tag: 'A' });
  });

  it('talks for tens of seconds, from 01', () => {
    expect(parseMagicNumber('19900005001')).toEqual({ kind: 'talks', talkMs: 10_000 });
    expect(parseMagicNumber('19900005099')).toEqual({ kind: 'talks', talkMs: 990_000 });
    expect(parseMagicNumber('19900005000')).toBeNull();
  });

  it('has seven push behaviours', () => {
    const pushes = hundred.flatMap((i) => parseMagicNumber(`199000060${two(i)}`) ?? []);
    expect(pushes.map((magic) => (magic.kind === 'pushes' ? magic.behaviour : magic.kind))).toEqual([
      'twice',
      'outbound-first',
      'outbound-only',
      'records-last',
      'late',
      'failing',
      'again-after-hour',
    ]);
  });

  it.each([
    '13800000000',
    '19900007001',
    '1990000100',
    '199000010001',
    '19900001100',
    '1990000100x',
    '',
    '19901001000',
  ])('is not seen in "%s"', (callee) => {
    expect(parseMagicNumber(callee)).toBeNull();
  });
});

describe('a submission is refused by its number', () => {
  it.each([
    ['19900004000', 'wrong-relation'],
    ['19900004001', 'wrong-enterprise'],
    ['19900004002', 'wrong-task'],
    ['19900004003', 'wrong-number'],
    ['19900004004', 'wrong-robot'],
    ['19900004005', 'wrong-voice'],
    ['19900004006', 'wrong-speed'],
    ['19900004009', 'balance-used-up'],
    ['19900004010', 'wrong-format'],
    ['19900004011', 'too-large'],
    ['19900004012', 'wrong-columns'],
    ['19900004013', 'too-many-rows'],
    ['19900004022', 'outside-working-time'],
  ])('%s as %s', (callee, refusal) => {
    expect(refusedByNumber(callee)).toBe(refusal);
  });

  it('for those codes only', () => {
    expect(hundred.filter((i) => refusedByNumber(`199000040${two(i)}`) !== null)).toHaveLength(13);
    expect(refusedByNumber('19900000001')).toBeNull();
    expect(refusedByNumber('19900001003')).toBeNull();
  });
});
