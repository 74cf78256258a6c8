import { describe, expect, it } from 'vitest';
import { parseBody } from '../../../../src/server/platform/input/json.ts';
import { Refusal } from '../../../../src/sim/refusal.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

describe('a body', () => {
  it('that is empty is an empty object', () => {
    expect(parseBody(new Uint8Array())).toEqual({});
  });

  it('may begin with a byte order mark', () => {
    expect(parseBody(encode('\ufeff{"a":1}'))).toEqual({ a: 1 });
  });

  it('is read as UTF-8', () => {
    expect(parseBody(encode('{"姓名":"张三😀"}'))).toEqual({ 姓名: '张三😀' });
  });

  it('may be nested 32 deep', () => {
    expect(Object.keys(parseBody(encode(nested(32))))).toEqual(['a']);
  });

  it('may hold any number of brackets and quotes within strings', () => {
    const text = `${'[{'.repeat(40)}"\\${'['.repeat(40)}`;
    expect(parseBody(encode(JSON.stringify({ a: text })))).toEqual({ a: text });
  });

  it('may hold any number of brackets side by side', () => {
    const rows = Array.from({ length: 50 }, () => ['a']);
    expect(parseBody(encode(JSON.stringify({ rows })))).toEqual({ rows });
  });

  it.each<[string, Uint8Array]>([
    ['nested 33 deep', encode(nested(33))],
    ['of ten million open brackets', encode('['.repeat(10_000_000))],
    ['that is a list', encode('[{}]')],
    ['that is null', encode('null')],
    ['that is a string', encode('"{}"')],
    ['that is a number', encode('1')],
    ['that ends too early', encode('{"a":"b')],
    ['that ends within an escape', encode('{"a":"b\\')],
    ['with something behind it', encode('{} {}')],
    ['in single quotes', encode("{'a':1}")],
    ['that is a form', encode('app_key=1&app_secret=2')],
    ['in GBK', Uint8Array.of(0x7b, 0x22, 0xd5, 0xc5, 0x22, 0x3a, 0x31, 0x7d)],
    ['with half a character', Uint8Array.of(0x7b, 0x22, 0xe5, 0xbc, 0x22, 0x3a, 0x31, 0x7d)],
    ['in UTF-16', new Uint8Array(new Uint16Array([0x7b, 0x7d]).buffer)],
  ])('%s is refused', (_, bytes) => {
    expect(() => parseBody(bytes)).toThrow(expect.objectContaining({ reason: 'invalid-parameter' }));
  });

  it('is refused as a refusal and with what is wrong', () => {
    expect(() => parseBody(encode('{"a":}'))).toThrow(Refusal);
    expect(() => parseBody(encode('{"a":}'))).toThrow(/JSON/);
  });
});

describe('a number in a body', () => {
  it.each([
    ['346252615123869699', 346252615123869699n],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['9007199254740991', 9007199254740991],
    ['1000000000000130', 1000000000000130],
    ['0.1234567890123456789', 0.12345678901234568],
    ['1e300', 1e300],
    ['130', 130],
    ['9.992050400451685E15', 9992050400451685n],
    ['9992050400451685.0', 9992050400451685n],
    ['-3.46252615123869699e+17', -346252615123869699n],
    ['34625261512386969900.5', Number('34625261512386969900.5')],
    ['9007199254740993e-1', Number('900719925474099.3')],
    ['1.0E3', 1000],
    ['1e999', Number.POSITIVE_INFINITY],
  ])('%s is read exactly', (source, expected) => {
    expect(parseBody(encode(`{"task_id":${source},"b":[1,"x"]}`))).toEqual({
      task_id: expected,
      b: [1, 'x'],
    });
  });

  it('of many digits within a string stays a string', () => {
    expect(parseBody(encode('{"a":"346252615123869699"}'))).toEqual({ a: '346252615123869699' });
  });
});
