import { describe, expect, it } from 'vitest';
import { contextRequest, readContext } from '../../../src/sim/pull/context.ts';
import { anInboundCall } from '../../support/call.ts';

it('the request has the four headers, in the order of the sample', () => {
  expect(JSON.stringify(contextRequest(anInboundCall()))).toBe(
    '{"call_relation_id":"crm-77","business_id":"167","app_id":"20180739","robot_id":"719"}',
  );
});

describe('an answer', () => {
  it('that is a map of strings fills the script', () => {
    expect(readContext('{"key1": "value1","性别": "男","姓名": "张三"}')).toEqual({
      values: { key1: 'value1', 性别: '男', 姓名: '张三' },
    });
  });

  it('may be empty, and begin with a byte order mark', () => {
    expect(readContext('{}')).toEqual({ values: {} });
    expect(readContext('\uFEFF{"a":"b"}')).toEqual({ values: { a: 'b' } });
  });

  it('with other scalars gives their text and a note', () => {
    expect(readContext('{"年龄":66,"vip":true,"a":"b"}')).toEqual({
      values: { 年龄: '66', vip: 'true', a: 'b' },
      note: 'not a string: 年龄, vip',
    });
  });

  it('with deeper values leaves those out and notes it', () => {
    expect(readContext('{"a":{"b":1},"c":null,"d":"e"}')).toEqual({
      values: { d: 'e' },
      note: 'not a string: a, c',
    });
  });

  it.each([
    ['[]', 'the answer is not a map: []'],
    ['"张三"', 'the answer is not a map: "张三"'],
    ['null', 'the answer is not a map: null'],
    ['<html>', 'the answer is not JSON: <html>'],
    ['', 'the answer is not JSON: nothing'],
  ])('that is no map brings nothing, with a note: %s', (answer, note) => {
    expect(readContext(answer)).toEqual({ values: {}, note });
  });

  it('that is long is cut in the note', () => {
    expect(readContext('x'.repeat(500)).note?.length).toBeLessThan(120);
  });

  it('cannot change what every object inherits', () => {
    const { values } = readContext('{"__proto__":"x","a":"b"}');
    expect(Object.keys(values)).toEqual(['__proto__', 'a']);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
