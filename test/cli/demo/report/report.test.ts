import { expect, it, onTestFinished } from 'vitest';
import { DemoClient } from '../../../../src/cli/demo/demo-client.ts';
import { DemoReceiver } from '../../../../src/cli/demo/demo-receiver.ts';
import { makeReport } from '../../../../src/cli/demo/report/report.ts';
import { createSimulator } from '../../../../src/simulator.ts';

it('a push that one side has not counted does not add up', async () => {
  await using receiver = await DemoReceiver.open();
  const simulator = await createSimulator({ clock: 'manual', pushUrl: receiver.url });
  onTestFinished(async () => {
    await simulator.close();
  });
  const client = new DemoClient(simulator.url, simulator.app);
  await client.submit(
    {
      key: 'pool',
      name: '',
      about: '',
      robotId: '719',
      lineNum: '69101338',
      columns: ['客户手机号码', '姓名'],
      rows: [['19900005001', '张三']],
      recallCount: 0,
    },
    0,
  );
  await client.control('POST', '/clock/advance', { to: '2026-01-06T09:00:00+08:00' });
  const last = { now: Date.parse('2026-01-05T10:01:00+08:00'), tasks: [], liveCalls: 0, owed: 0 };
  const options = { client, receivers: [receiver], seed: 1, last };
  const { report } = await makeReport(options);
  expect(report).toMatchObject({ addsUp: true, failureFile: { paths: [], lines: 0 } });
  expect(report.checks[0]).toMatchObject({ what: 'attempts', simulator: 4, receivers: 4 });
  receiver.taken.pop();
  const { report: wrong } = await makeReport(options);
  expect(wrong.addsUp).toBe(false);
  expect(wrong.checks.filter(({ agrees }) => !agrees)).toHaveLength(1);
});
