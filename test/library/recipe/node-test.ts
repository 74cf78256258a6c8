import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSimulator } from '../../../src/index.ts';

test('a customer who is busy is pushed as result 9', async () => {
  await using sim = await createSimulator({ clock: 'manual', seed: 7 });
  await sim.rules.add({ match: { callee: '13800000001' }, outcome: { result: '9' } });
  // Here your own client calls out, with sim.url and sim.app.
  await sim.platform.call('task/callout', {
    robot_id: '719',
    line_num: '69101338',
    call_column: ['客户手机号码', '姓名'],
    call_list: [['13800000001', '张先生']],
  });
  const records = await sim.waitFor('push', { module: 'receiveCallRecord' }, { count: 2, advance: true });
  assert.ok(records.some(({ body }) => body.task_result === '9'));
});
