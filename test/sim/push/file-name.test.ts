import { describe, expect, it } from 'vitest';
import { failureLine, pushFileName, readPushFilePath } from '../../../src/sim/push/file-name.ts';
import { deriveChance } from '../../../src/sim/random.ts';

describe('the name of a failure file', () => {
  const name = pushFileName(deriveChance(1, 'push-file', '150', '2018-12-04'));

  it('is 16 pairs of 0 and a hex digit, as in the sample', () => {
    expect('0E050E000F0B000A060D0D0C0B0B0B03').toMatch(/^(0[0-9A-F]){16}$/);
    expect(name).toMatch(/^(0[0-9A-F]){16}$/);
  });

  it('is drawn by key: the same for the same day, another for another', () => {
    expect(pushFileName(deriveChance(1, 'push-file', '150', '2018-12-04'))).toBe(name);
    const others = ['2018-12-05', '2018-12-06'].map((day) =>
      pushFileName(deriveChance(1, 'push-file', '150', day)),
    );
    expect(new Set([name, ...others]).size).toBe(3);
  });
});

describe('the path of a failure file', () => {
  it('has an enterprise, a day and a name', () => {
    expect(readPushFilePath('150/2018-12-04/0E05.zip')).toEqual({
      businessId: '150',
      day: '2018-12-04',
      name: '0E05',
    });
  });

  it.each([
    '',
    '0E05.zip',
    '/150/2018-12-04/0E05.zip',
    '150//2018-12-04/0E05.zip',
    '../2018-12-04/0E05.zip',
    '150/2018-12-04/../0E05.zip',
    '150/2018-12-04/..zip',
    '150/2018-12-04/.0E05.zip.tmp',
    '150/2018-12-04/0E05.zip\0',
    '150/2018-12-04/0E05.zip\n',
    '150\\2018-12-04\\0E05.zip',
    '150/2018-12-04/0E%2F05.zip',
    '150/04-12-2018/0E05.zip',
  ])('is nothing else: %j', (path) => {
    expect(readPushFilePath(path)).toBe(null);
  });
});

describe('a line of a failure file', () => {
  it('has the keys of the sample in their order, and the body as it was sent', () => {
    const line = failureLine({
      data: '{"b":1, "a":"客户"}',
      module: 'receiveCallRecord',
      timestamp: 1543935214693,
      retryTimes: 4,
    });
    expect(line).toBe(
      '{"data":{"b":1, "a":"客户"},"module":"receiveCallRecord","retryTimes":4,"timestamp":1543935214693}',
    );
  });

  it('takes the body as an object too', () => {
    expect(failureLine({ data: { b: '1', a: 2 }, module: 'm', timestamp: 1, retryTimes: 4 })).toContain(
      '{"data":{"b":"1","a":2},',
    );
  });

  it('says how often it was tried', () => {
    expect(failureLine({ data: '{}', module: 'm', timestamp: 1, retryTimes: 2 })).toContain(
      '"retryTimes":2,',
    );
  });
});
