import { describe, expect, it, onTestFinished } from 'vitest';
import type { SimulatorOptions } from '../../src/simulator.ts';
import { startSimulator } from '../support/simulator.ts';
import { APPS, PlatformClient } from './platform-client.ts';

const TASK = { task_name: '选项', line_num: '055196866001', robot_id: '719', time_begin: 1_767_578_400_000 };
const ROWS = { call_column: ['客户手机号码', '姓名'], call_list: [['13800000001', '张']] };

/** Options that change what the platform answers are not held to the contract of one without them. */
async function open(options: SimulatorOptions = {}): Promise<PlatformClient> {
  const simulator = await startSimulator(
    options.api === undefined ? options : { ...options, inspect: undefined },
  );
  onTestFinished(() => simulator.stop());
  return PlatformClient.open(simulator.app, APPS.full);
}

describe('api.taskIdAs', () => {
  it('is a string by default, and a number for those who ask for one', async () => {
    const { text } = await (await open()).call('create', TASK);
    expect(text).toMatch(/"result":{"task_id":"\d{16}"}}$/);
    const client = await open({ api: { taskIdAs: 'number' } });
    const answer = await client.call('create', TASK);
    expect(answer.text).toMatch(/"result":{"task_id":\d{16}}}$/);
    const id = /\d{16}/.exec(answer.text)?.[0];
    expect(await client.call('start', `{"task_id":${id}}`)).toMatchObject({ code: 0 });
  });
});

describe('api.requireTimeRange', () => {
  it('refuses a task without time_range, which is taken by default', async () => {
    expect(await (await open()).call('create', TASK)).toMatchObject({ code: 0 });
    const client = await open({ api: { requireTimeRange: true } });
    expect(await client.call('create', TASK)).toMatchObject({ code: 10005 });
    expect(await client.call('create', { ...TASK, time_range: [] })).toMatchObject({ code: 10005 });
    expect(await client.call('create', { ...TASK, time_range: ['09:00:00-12:00:00'] })).toMatchObject({
      code: 0,
    });
  });
});

describe('phones.allowLandline', () => {
  it('takes landline numbers, which are refused by default', async () => {
    const callout = { line_num: '69101338', robot_id: '719', ...ROWS, call_list: [['055112345678', '张']] };
    expect(await (await open()).call('callout', callout)).toMatchObject({ code: 200203 });
    expect(await (await open({ phones: { allowLandline: true } })).call('callout', callout)).toMatchObject({
      code: 0,
    });
  });
});

describe('task.maxRows', () => {
  it('bounds the rows of a task, all submissions together', async () => {
    const client = await open({ task: { maxRows: 2 } });
    const { task_id } = (await client.call('create', TASK)).result;
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push((await client.call('insert', { task_id, ...ROWS })).code);
    expect(codes).toEqual([0, 0, 200213]);
  });
});

describe('ids', () => {
  it('are counted from 1 when they are to be small', async () => {
    const client = await open({ ids: 'small' });
    const { text } = await client.call('callout', { line_num: '69101338', robot_id: '719', ...ROWS });
    expect(text).toMatch(/"task_data_ids":\[\d{1,4}\]/);
  });
});
