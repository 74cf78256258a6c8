import { test as base, expect } from 'vitest';
import { createSimulator, type Simulator } from '../../../src/index.ts';

const test = base.extend<{ sim: Simulator }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it which fixtures are used
  sim: async ({}, use) => {
    await using sim = await createSimulator({ clock: 'manual', seed: 7 });
    await use(sim);
  },
});

test('a customer who is busy is pushed as result 9', async ({ sim }) => {
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
