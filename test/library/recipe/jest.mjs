import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createSimulator } from 'yeta-sim';

let sim;
beforeEach(async () => {
  sim = await createSimulator({ clock: 'manual', seed: 7 });
});
afterEach(() => sim.close(0));

test('a customer who is busy is pushed as result 9', async () => {
  await sim.rules.add({ match: { callee: '13800000001' }, outcome: { result: '9' } });
  // Here your own client calls out, with sim.url and sim.app.
  await sim.platform.call('task/callout', {
    robot_id: '719',
    line_num: '69101338',
    call_column: ['客户手机号码', '姓名'],
    call_list: [['13800000001', '张先生']],
  });
  const records = await sim.waitFor('push', { module: 'receiveCallRecord' }, { count: 2, advance: true });
  expect(records.map(({ body }) => body.task_result)).toContain('9');
});
