import { describe, expect, it } from 'vitest';
import { createSimulator } from '../../../src/simulator.ts';
import { TestReceiver } from '../../support/receiver.ts';
import { callCli, runCli } from '../run-cli.ts';

const KINDS = [
  ['receiveCallRecord', 'outbound'],
  ['receiveCallRecord', 'basic'],
  ['receiveCallRecord', 'inbound'],
  ['receiveDialog', 'outbound'],
  ['receiveDialog', 'inbound'],
  ['receiveVoice', 'outbound'],
  ['receiveVoice', 'inbound'],
  ['getDialogContext', 'inbound'],
  ['getSemantics', 'outbound'],
  ['getSemantics', 'inbound'],
] as const;

/** What platforms take of pulls; pushes are answered with success. */
function answerTo(module: string): string {
  if (module === 'getDialogContext') return '{"姓名":"张三"}';
  return module === 'getSemantics' ? '[{"key":"a","type":"integer","value":8}]' : 'success';
}

describe.concurrent('yeta-sim trigger', () => {
  it.each(KINDS)('sends one %s, %s, of a call that has just ended', async (module, variant) => {
    await using receiver = await TestReceiver.start();
    receiver.answer = (got) => answerTo(got.module);
    const before = Date.now();
    const args = ['trigger', module, '--variant', variant, '--url', `${receiver.url}/{module}`, '--json'];
    const { code, stdout, stderr } = await callCli(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // The receiver holds the body to the contract.
    expect(receiver.got.map((got) => got.module)).toEqual([module]);
    const [got] = receiver.got;
    const { body = {}, text, headers } = got ?? {};
    expect(JSON.parse(stdout)).toEqual({
      delivered: true,
      error: null,
      module,
      variant,
      url: `${receiver.url}/${module}`,
      seed: expect.any(Number),
      sent: text,
      answer: { status: 200, tookMs: expect.any(Number), text: answerTo(module) },
    });
    expect(headers?.['content-type']).toBe('application/json;charset=UTF-8');
    expect('call_relation_id' in body).toBe(variant === 'inbound');
    const hangup = body.time_hangup ?? body.time_end;
    if (hangup !== undefined) {
      expect(hangup).toBeGreaterThan(before - 2000);
      expect(hangup).toBeLessThan(Date.now());
    }
  });

  it('sends to the byte what the simulator sends for the same call', async () => {
    await using receiver = await TestReceiver.start();
    const run = await callCli([
      ...['trigger', 'receiveDialog', '--url', `${receiver.url}/receiveDialog`],
      ...['--seed', '7', '--number', '19900003002', '--json'],
    ]);
    const [sent] = receiver.got;
    const call = sent?.body as { time_begin: number; call_uuid: string; task_data_id: string };
    await using simulator = await createSimulator({
      clock: 'manual',
      seed: 7,
      startAt: call.time_begin - 60_000,
      pushUrl: receiver.url,
    });
    await simulator.platform.call('task/callout', {
      robot_id: '719',
      line_num: '69101338',
      call_column: ['客户手机号码', '姓名'],
      call_list: [['19900003002', '张先生']],
    });
    await simulator.clock.advance({ until: 'idle' });
    const pushed = receiver.of('receiveDialog')[1]?.text ?? '';
    // The same dialogue at other instants, of another row.
    const plain = (text: string) => text.replace(/\d{13,18}/g, 'N');
    expect(JSON.parse(run.stdout).sent).toBe(sent?.text);
    expect(plain(sent?.text ?? '')).toBe(plain(pushed));
  });

  it('overrides fields, and shows what was sent and what was answered', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => '{"code":0,\u001b[31m"message":"ok"}';
    const { code, stdout } = await callCli([
      ...['trigger', 'receiveCallRecord', '--url', `${receiver.url}/receiveCallRecord`],
      ...['--number', '19900001005', '--set', 'task_result_desc=忙', '--set', 'task_row_value.1=李女士'],
    ]);
    const [{ body, text } = { body: {}, text: '' }] = receiver.got;
    expect(body).toMatchObject({
      task_result: '5',
      task_result_desc: '忙',
      task_row_value: ['19900001005', '李女士'],
    });
    expect(code).toBe(1);
    expect(stdout).toContain(`> POST ${receiver.url}/receiveCallRecord\n`);
    expect(stdout).toContain(`> ${text}\n< 200, after `);
    expect(stdout).toContain('< {"code":0,�[31m"message":"ok"}\nnot delivered: no "success" in the answer');
  });

  it('sends another call each time, and the same one again for the same seed', async () => {
    await using receiver = await TestReceiver.start();
    const send = (...args: string[]) =>
      callCli([
        'trigger',
        'receiveCallRecord',
        '--url',
        `${receiver.url}/receiveCallRecord`,
        '--json',
        ...args,
      ]);
    const { stdout } = await send();
    await send();
    await send('--seed', String(JSON.parse(stdout).seed));
    const ids = receiver.got.map(({ body }) => `${body.call_uuid} ${body.task_data_id}`);
    expect(ids[1]).not.toBe(ids[0]);
    expect(ids[2]).toBe(ids[0]);
  });

  it('ends with 1 for a receiver that is not there, says too little of a pull, or takes too long', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = (got) => (got.module === 'receiveVoice' ? null : 'success');
    const args = (module: string, url: string) => ['trigger', module, '--url', url];
    const [none, strange, slow] = await Promise.all([
      callCli(args('receiveDialog', 'http://127.0.0.1:1/')),
      callCli(args('getSemantics', `${receiver.url}/getSemantics`)),
      // Others go on meanwhile.
      runCli(args('receiveVoice', `${receiver.url}/receiveVoice`)),
    ]);
    expect(none).toMatchObject({ code: 1, stdout: expect.stringContaining('not delivered: ECONNREFUSED') });
    expect(strange).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('the answer is not JSON: success'),
    });
    expect(slow).toMatchObject({ code: 1, stdout: expect.stringContaining('timed out after 3 s') });
  });

  it('ends with 1 where the call owes no such push', async () => {
    const args = ['trigger', 'receiveDialog', '--url', 'http://127.0.0.1:1/', '--number', '19900001005'];
    expect(await callCli(args)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('brings no receiveDialog'),
    });
  });

  it.each([
    [[], 'yeta-sim trigger: found no module, expected one of receiveCallRecord'],
    [['receiveAll'], 'found "receiveAll"'],
    [['receiveDialog'], '--url: found nothing'],
    [['receiveDialog', '--url', 'x'], '--url: found "x"'],
    [['receiveDialog', '--url', 'file:///etc/passwd'], '--url: found "file:///etc/passwd"'],
    [
      ['receiveDialog', '--url', 'http://a', '--variant', 'basic'],
      '--variant: found "basic", expected outbound or inbound',
    ],
    [['receiveDialog', '--url', 'http://a', '--robot', '1'], '--robot: found "1", expected one of 719'],
    [['receiveDialog', '--url', 'http://a', '--seed', 'x'], '--seed: found "x"'],
    [['receiveDialog', '--url', 'http://a', '--set', 'x'], '--set: found "x"'],
    [['receiveDialog', '--url', 'http://a', '--fixtures', 'none.yaml'], 'none.yaml: found no such file'],
  ])('ends with 2 for %j', async (args, expected) => {
    const { code, stdout, stderr } = await callCli(['trigger', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(expected);
  });
});
