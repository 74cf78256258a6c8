import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator.ts';
import { TestReceiver } from '../support/receiver.ts';
import { callCli, runCli } from './run-cli.ts';

const start = (options: SimulatorOptions = {}): Promise<Simulator> =>
  createSimulator({ clock: 'manual', ...options });

describe.concurrent('yeta-sim clock', () => {
  it('says what time it is, and how it runs', async () => {
    await using simulator = await start();
    const { url } = simulator;
    expect(await callCli(['clock', '--url', url])).toEqual({
      code: 0,
      stdout: '2026-01-05T10:00:00.000+08:00  manual: stands until it is advanced\n',
      stderr: '',
    });
    const { stdout } = await callCli(['clock', '--json'], { env: { YETA_SIM_URL: url } });
    expect(JSON.parse(stdout)).toMatchObject({ nowMs: Date.UTC(2026, 0, 5, 2), mode: 'manual' });
  });

  it('moves it by, to and until', async () => {
    await using simulator = await start();
    const { url, clock } = simulator;
    const run = (...args: string[]) => callCli(['clock', 'advance', ...args, '--url', url]);
    const first = await run('10m');
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('→ 2026-01-05T10:10:00.000+08:00  '),
    });
    expect(clock.now).toBe('2026-01-05T10:10:00.000+08:00');
    await run('--by', '1h');
    expect(clock.now).toBe('2026-01-05T11:10:00.000+08:00');
    await run('--to', '2026-01-05T12:00:00+08:00', '--overlap');
    expect(clock.now).toBe('2026-01-05T12:00:00.000+08:00');
    await run('--to', String(clock.nowMs + 1));
    expect(clock.now).toBe('2026-01-05T12:00:00.001+08:00');
    const { stdout } = await run('--until', 'idle', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ toMs: clock.nowMs, events: 0 });
  });

  it('pauses it and lets it run', async () => {
    await using simulator = await start();
    const { url } = simulator;
    const run = async (...args: string[]) =>
      JSON.parse((await callCli(['clock', ...args, '--json', '--url', url])).stdout);
    expect(await run('run', 'x60')).toMatchObject({ mode: 'scaled', speed: 60 });
    expect(await run('pause')).toMatchObject({ mode: 'manual' });
    expect(await run('run', 'real')).toMatchObject({ mode: 'real' });
  });

  it('asks with the admin token, of a universe if told so', async () => {
    await using simulator = await start({ adminToken: 'secret' });
    const { id, clock } = await simulator.universes.create({});
    const args = ['clock', 'advance', '5m', '--universe', id, '--url', simulator.url];
    expect(await callCli(args)).toMatchObject({ code: 1, stdout: '' });
    expect(await callCli([...args, '--admin-token', 'secret'])).toMatchObject({ code: 0 });
    await callCli(args, { env: { YETA_SIM_ADMIN_TOKEN: 'secret' } });
    expect(clock.now).toBe('2026-01-05T10:10:00.000+08:00');
    expect(simulator.clock.now).toBe('2026-01-05T10:00:00.000+08:00');
  });

  it('ends with 1 where it cannot be done, and says why', async () => {
    await using receiver = await TestReceiver.start();
    const { promise, resolve } = Promise.withResolvers<string>();
    receiver.answer = () => promise;
    await using simulator = await start({ pushUrl: receiver.url, grace: 30_000 });
    await simulator.platform.call('task/callout', {
      robot_id: '719',
      line_num: '69101338',
      call_column: ['客户手机号码', '姓名'],
      call_list: [['19900001008', '张先生']],
    });
    const advancing = simulator.clock.advance({ until: 'idle' });
    await receiver.until(() => receiver.open > 0);
    const busy = await callCli(['clock', 'advance', '1s', '--json', '--url', simulator.url]);
    resolve('success');
    await advancing;
    expect(busy).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(busy.stdout)).toMatchObject({ error: { code: 'clock-busy' } });
  });

  it('ends with 1 where no simulator answers', async ({ onTestFinished }) => {
    const server = createServer((_, response) => response.end('<html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const other = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [none, strange] = await Promise.all(
      ['http://127.0.0.1:1', other].map((url) => callCli(['clock', '--url', url])),
    );
    expect(none).toEqual({ code: 1, stdout: '', stderr: 'http://127.0.0.1:1: nothing listens there\n' });
    expect(strange).toMatchObject({ code: 1, stderr: expect.stringContaining('no answer of a simulator') });
  });

  it('does not wait for ever for what listens and is silent', async ({ onTestFinished }) => {
    const silent = createTcpServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const results = await Promise.all(
      [['clock'], ['clock', 'pause'], ['listen']].map((args) => runCli([...args, '--url', url])),
    );
    for (const result of results)
      expect(result).toEqual({
        code: 1,
        stdout: '',
        stderr: `${url}: something listens there, and does not answer\n`,
      });
  });

  it.each([
    [['fly'], 'clock: found "fly", expected advance, pause or run'],
    [['advance'], 'clock advance: found nothing, expected one of'],
    [['advance', '1m', '--by', '2m'], 'found 1m and 2m'],
    [['--by', '2m'], '--by: found no "advance" before it'],
    [['run'], 'clock run: found nothing'],
    [['run', 'fast'], 'mode: found "fast"'],
    [['pause', '10m'], 'clock pause: found "10m"'],
    [['advance', 'soon'], 'by: found "soon", expected a duration'],
    [['advance', '--to', '2020-01-01T00:00:00+08:00'], 'time never goes back'],
    [['advance', '--until', 'noon'], 'until: found "noon", expected idle'],
  ])('ends with 2 for %j', async (args, expected) => {
    await using simulator = await start();
    const { url } = simulator;
    const { code, stdout, stderr } = await callCli(['clock', ...args, '--url', url]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(expected);
  });
});
