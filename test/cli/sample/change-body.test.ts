import { describe, expect, it } from 'vitest';
import { changeBody } from '../../../src/cli/sample/change-body.ts';

const BODY = '{"id":"9","count":3,"list":["a",{"b":"c"}]}';

describe('a field is set', () => {
  it.each([
    ['id=55', '{"id":"55","count":3,"list":["a",{"b":"c"}]}'],
    ['count=55', '{"id":"9","count":55,"list":["a",{"b":"c"}]}'],
    ['count=many', '{"id":"9","count":"many","list":["a",{"b":"c"}]}'],
    ['id:=55', '{"id":55,"count":3,"list":["a",{"b":"c"}]}'],
    ['id:=null', '{"id":null,"count":3,"list":["a",{"b":"c"}]}'],
    ['id=', '{"id":"","count":3,"list":["a",{"b":"c"}]}'],
    ['id=a=b', '{"id":"a=b","count":3,"list":["a",{"b":"c"}]}'],
    ['id=a:=b', '{"id":"a:=b","count":3,"list":["a",{"b":"c"}]}'],
    ['new=好的', '{"id":"9","count":3,"list":["a",{"b":"c"}],"new":"好的"}'],
    ['list.0=z', '{"id":"9","count":3,"list":["z",{"b":"c"}]}'],
    ['list.1.b=z', '{"id":"9","count":3,"list":["a",{"b":"z"}]}'],
    ['list.2={"d":1}', '{"id":"9","count":3,"list":["a",{"b":"c"},{"d":1}]}'],
  ])('%s', (change, expected) => {
    expect(changeBody(BODY, [change])).toBe(expected);
  });

  it('one after the other, and none leaves the body as it is to the byte', () => {
    expect(changeBody(BODY, ['list=[]', 'list.0=x'])).toBe('{"id":"9","count":3,"list":["x"]}');
    expect(changeBody('{ "id": 1 }', [])).toBe('{ "id": 1 }');
  });
});

describe('what cannot be set is said, all at once', () => {
  it.each([
    ['id', 'a field and its value'],
    ['=5', 'a field and its value'],
    ['id:={', 'JSON behind :='],
    ['none.b=1', 'a field of the body: id, count, list'],
    ['id.b=1', 'no field below id'],
    ['list.5=1', 'an index from 0 to 2 in list'],
    ['list.x=1', 'an index from 0 to 2 in list'],
    ['list.1.x.y=1', 'a field of list.1: b'],
    ['__proto__=1', 'a field of the body'],
    ['__proto__.x=1', 'a field of the body'],
    ['constructor.prototype.x=1', 'a field of the body'],
  ])('%s', (change, expected) => {
    expect(() => changeBody(BODY, [change])).toThrow(`found "${change}", expected ${expected}`);
  });

  it('with all of them', () => {
    expect(() => changeBody(BODY, ['x.y=1', 'id'])).toThrow(/"x\.y=1".*\n.*"id"/);
  });
});
