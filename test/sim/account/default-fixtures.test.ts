import { describe, expect, it } from 'vitest';
import { MODULES } from '../../../src/sim/account/account.ts';
import { DEFAULT_FIXTURES, defaultRobot } from '../../support/dialogue.ts';

const { enterprises, apps, lines, voices, urls, tasks, sipAccounts, sensitiveNumbers, robots } =
  DEFAULT_FIXTURES;

describe('the default fixtures have', () => {
  it('two enterprises, the second without balance', () => {
    expect(enterprises).toEqual([
      { id: '167', name: '演示企业', enabled: true, balance: null },
      { id: '168', name: '余额不足企业', enabled: true, balance: 0 },
    ]);
  });

  it.each([
    [
      '20180739',
      '167',
      2,
      true,
      'ODM1ZTk4ODAtYTMyZC00ZjBiLTkzMDQtY2VjNWU0ZDUyZWQ5',
      'MTM5NUM3NjlGQ0M2REUwN0FBREE3QjUxMkU1Qzg5NUQ=',
    ],
    [
      '20180740',
      '167',
      1,
      true,
      'MjIyMjIyMjItMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAx',
      'MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDE=',
    ],
    [
      '20180741',
      '167',
      2,
      false,
      'MjIyMjIyMjItMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAy',
      'MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDI=',
    ],
    [
      '20180742',
      '168',
      2,
      true,
      'MjIyMjIyMjItMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAz',
      'MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDM=',
    ],
  ])('app %s', (id, businessId, type, enabled, appKey, appSecret) => {
    expect(apps.find((app) => app.id === id)).toEqual({ id, businessId, type, enabled, appKey, appSecret });
  });

  it('credentials in the shape of real ones', () => {
    for (const { appKey, appSecret } of apps) {
      expect(Buffer.from(appKey, 'base64').toString()).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
      expect(Buffer.from(appSecret, 'base64').toString()).toMatch(/^[\dA-F]{32}$/);
    }
  });

  it.each([
    ['69101338', 10, []],
    ['055169101407', 10, ['09:00:00-12:00:00', '13:00:00-17:59:59']],
    ['055169101408', 100, ['08:00:00-20:00:00']],
    ['055196866001', 50, []],
    ['69101408', 20, []],
    ['055168000001', 10, []],
  ])('line %s with %i channels', (lineNum, concurrents, timeWork) => {
    expect(lines.find((line) => line.lineNum === lineNum)).toMatchObject({
      concurrents,
      timeWork,
      timeExpire: -1,
    });
  });

  it('one line that has expired', () => {
    const line = lines.find((one) => one.lineNum === '055169109999');
    expect((line?.timeApply ?? 0) + (line?.timeExpire ?? 0) * 1000).toBeLessThan(Date.parse('2018-07-01'));
  });

  it.each([
    ['719', '测试话术', ['客户手机号码', '姓名'], 1],
    ['11', '三列话术', ['客户手机号码', '列2', '列3'], 1],
    ['111111', '金融', ['客户手机号码', '姓名', '性别'], 1],
    ['4567', '随访', ['客户手机号码'], 2],
  ])('robot %s %s, ready to call', (robotId, name, callColumn, type) => {
    expect(defaultRobot(robotId)).toMatchObject({
      name,
      callColumn,
      type,
      status: 4,
      deleted: false,
      businessId: '167',
    });
  });

  it('two robots that cannot be used, and one of the other enterprise', () => {
    expect(defaultRobot('720')).toMatchObject({ status: 1, deleted: false });
    expect(defaultRobot('721').deleted).toBe(true);
    expect(defaultRobot('168001')).toMatchObject({ businessId: '168', callColumn: ['客户手机号码'] });
    expect(new Set(robots.map((robot) => robot.robotUuid)).size).toBe(robots.length);
  });

  it('a node with the code SELF1 in the follow-up', () => {
    expect(defaultRobot('4567').script.nodes.map((node) => node.code)).toContain('SELF1');
  });

  it('the task of the samples', () => {
    expect(tasks).toEqual([
      {
        taskId: 129,
        appId: '20180739',
        taskName: '测试外呼',
        robotId: '11',
        lineNums: ['055196866001'],
        timeBegin: Date.parse('2018-05-26T15:58:12+08:00'),
        timeEnd: null,
        recallCount: 1,
        timeRecallWait: 600,
        timeRange: [],
        voiceCode: null,
        turbo: false,
      },
    ]);
  });

  it('the seven voices', () => {
    const own = voices.filter((voice) => voice.businessId === '167').map((voice) => voice.code);
    expect(own).toEqual(['65580', '62140', '60020', '60030', '65660', '60130', '65600']);
  });

  it('all five modules on the built-in receiver', () => {
    const own = urls.filter((url) => url.businessId === '167');
    expect(own.map((url) => [url.module, url.url, url.enabled])).toEqual(
      MODULES.map((module) => [module, `/_sim/receiver/${module}`, true]),
    );
  });

  it('two SIP accounts and a sensitive number', () => {
    expect(sipAccounts.map((account) => [account.user, account.password, account.appId])).toEqual([
      ['1007', 'yeta-1007', '20180739'],
      ['1008', 'yeta-1008', '20180739'],
    ]);
    expect(sensitiveNumbers).toEqual(['19999999999']);
  });
});
