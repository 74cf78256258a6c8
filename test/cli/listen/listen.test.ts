import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LONG_TALK, makeTalkative } from '../../../src/cli/probe/long-talk.ts';
import { loadFixtures } from '../../../src/load-fixtures.ts';
import { MODULES } from '../../../src/sim/account/account.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../../src/simulator.ts';
import { TestReceiver } from '../../support/receiver.ts';
import { callCli, endOf, startCli } from '../run-cli.ts';

async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await createSimulator({ clock: 'manual', ...options });
  onTestFinished(async () => {
    await simulator.close(0);
  });
  return simulator;
}

async function callOut({ platform }: Simulator, ...numbers: string[]): Promise<void> {
  const { code } = await platform.call('task/callout', {
    robot_id: '719',
    line_num: '69101338',
    call_column: ['客户手机号码', '姓名'],
    call_list: numbers.map((number) => [number, '张先生']),
  });
  expect(code).toBe(0);
}

/** A `listen` that has begun, and what it prints from then on. */
async function startListen(...args: string[]) {
  const child = startCli(['listen', ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('no stdout');
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => lines.push(line));
  const end = endOf(child);
  const until = async (count: number) => {
    while (lines.length < count) await once(reader, 'line');
    return lines;
  };
  const [first = ''] = await until(1);
  const url = /http:\/\/[\d.]+:\d+/.exec(first)?.[0] ?? '';
  return { child, url, end, until };
}

const post = (url: string, body: string) => fetch(url, { method: 'POST', body });

describe('yeta-sim listen, beside a simulator', () => {
  it('shows each push with its module, number, result and size, until it is told to stop', async () => {
    const simulator = await startSimulator();
    const { child, until, end } = await startListen('--url', simulator.url);
    await callOut(simulator, '19900001005', '19900000001');
    await simulator.clock.advance({ until: 'idle' });
    const lines = await until(7);
    const showing = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
    expect(
      showing(
        /^10:0\d:\d\d {2}receiveCallRecord {2}19900001005 {3}5 用户正忙 \(busy\) .* \d+ B {2}200 in \d+ ms ok$/,
      ),
    ).toBe(1);
    expect(showing(/receiveCallRecord {2}19900001005 {3}not answered/)).toBe(1);
    expect(showing(/receiveDialog {6}19900000001 {3}\d+ turns, intention [A-F] .* kB /)).toBe(1);
    expect(showing(/receiveVoice {7}19900000001 {3}\d+ s recorded/)).toBe(1);
    child.kill('SIGINT');
    expect(await end).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  it('says why a push was not delivered, and what comes of it; in JSON too', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = () => '{"code":0,"message":"ok"}';
    const simulator = await startSimulator({ pushUrl: receiver.url });
    const [words, json] = await Promise.all([
      startListen('--url', simulator.url),
      startListen('--url', simulator.url, '--json'),
    ]);
    await callOut(simulator, '19900001005');
    await simulator.clock.advance({ until: 'idle' });
    const shown = (await words.until(9)).slice(1);
    expect(
      shown.filter((line) => /NOT DELIVERED: no "success" in the answer; again at 10:0/.test(line)),
    ).toHaveLength(6);
    expect(shown.filter((line) => /no "success" in the answer; given up$/.test(line))).toHaveLength(2);
    const told = (await json.until(9)).map((line) => JSON.parse(line));
    expect(told[0]).toEqual({ event: 'listening', url: simulator.url, forward: null });
    expect(told.slice(1).map(({ event, delivered }) => [event, delivered])).toEqual(
      Array(8).fill(['push', false]),
    );
    const { body, size } = told[1];
    expect(receiver.got.map(({ text }) => text)).toContain(JSON.stringify(body));
    expect(size).toBe(
      JSON.stringify(body).length + (JSON.stringify(body).match(/[^\0-\x7f]/g)?.length ?? 0) * 2,
    );
  });

  it('shows whole bodies, however large', async () => {
    const fixtures = makeTalkative(await loadFixtures(), '167');
    const simulator = await startSimulator({ fixtures });
    await simulator.rules.add({ outcome: LONG_TALK });
    const { until } = await startListen('--url', simulator.url, '--json');
    await callOut(simulator, '19900000001');
    await simulator.clock.advance({ until: 'idle' });
    const told = (await until(5)).map((line) => JSON.parse(line));
    const { body, size, result } = told.find(({ module }) => module === 'receiveDialog');
    expect(body.dialog).toHaveLength(300);
    expect(size).toBe(Buffer.byteLength(JSON.stringify(body)));
    expect(result).toBe('300 turns');
  });

  it('ends with 0 when the simulator ends', async () => {
    const simulator = await startSimulator();
    const { end } = await startListen('--url', simulator.url);
    await simulator.close();
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  });

  it('ends with 1 where the one that was named does not answer, or wants a token', async () => {
    const { url } = await startSimulator({ adminToken: 'secret' });
    expect(await callCli(['listen', '--url', 'http://127.0.0.1:1'])).toMatchObject({
      code: 1,
      stderr: 'http://127.0.0.1:1: nothing listens there\n',
    });
    expect(await callCli(['listen', '--url', url])).toMatchObject({ code: 1, stdout: '' });
    const { child, end } = await startListen('--url', url, '--admin-token', 'secret');
    child.kill('SIGTERM');
    expect((await end).code).toBe(0);
  });
});

describe('yeta-sim listen, as a receiver', () => {
  it('answers success, and shows what came', async () => {
    const { child, url, until, end } = await startListen('--port', '0');
    const simulator = await startSimulator({ pushUrl: `${url}/yeta` });
    await callOut(simulator, '19900000001');
    await simulator.clock.advance({ until: 'idle' });
    expect((await simulator.pushes()).map(({ state }) => state)).toEqual(Array(4).fill('delivered'));
    const lines = (await until(5)).slice(1);
    expect(lines.filter((line) => / 200 in \d+ ms ok$/.test(line))).toHaveLength(4);
    expect(lines.filter((line) => line.includes('0 成功 (talked to the end)'))).toHaveLength(1);
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 0, signal: null });
  });

  it('answers pulls with what the platform takes, and tells modules by their bodies where the address does not', async () => {
    const { url, until } = await startListen('--port', '0', '--json');
    const sent = await Promise.all(
      MODULES.map((module) => callCli(['trigger', module, '--url', `${url}/in`])),
    );
    expect(sent.map(({ code }) => code)).toEqual(MODULES.map(() => 0));
    const modules = (await until(6)).slice(1).map((line) => JSON.parse(line).module);
    expect(modules.sort()).toEqual(MODULES.toSorted());
  });

  it('survives what is no push, and obeys nothing in it', async () => {
    const { url, until } = await startListen('--port', '0');
    for (const body of [
      '',
      'null',
      '[1]',
      '\u001b[2J',
      '{"dialog":{"length":5},"call_uuid":7,"direction":[]}',
    ])
      expect(await (await post(`${url}/receiveDialog`, body)).text()).toBe('success');
    await post(
      `${url}/receiveCallRecord`,
      '{"task_result":"\\u001b[2J","task_result_desc":"a\\nb","time_answer":0}',
    );
    const lines = await until(7);
    expect(lines.at(-1)).toContain('�[2J a b');
    expect(lines.join('')).not.toContain('\u001b');
    expect((await post(url, 'x'.repeat(17 * 1024 * 1024))).status).toBe(413);
    expect((await post(url, '{}')).status).toBe(200);
  });

  it('is one on port 9000 where no simulator runs', async () => {
    const holder = createServer();
    // Whoever has it, it is taken.
    await new Promise((resolve) =>
      holder.once('error', resolve).listen(9000, '127.0.0.1', () => resolve(null)),
    );
    onTestFinished(() => void holder.close());
    const { code, stderr } = await callCli(['listen'], { env: { YETA_SIM_PORT: '1' } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^cannot listen on 127\.0\.0\.1:9000: .*\nTake another one with --port N/);
  });
});

describe('yeta-sim listen --forward', () => {
  it('passes on as it came, and answers what that answered', async () => {
    await using receiver = await TestReceiver.start();
    receiver.answer = (_, response) => {
      response.writeHead(503, { 'content-type': 'text/x-own', location: '/elsewhere' });
      return 'down';
    };
    const { url, until } = await startListen('--port', '0', '--forward', `${receiver.url}/yeta`);
    const sent = await callCli(['trigger', 'receiveDialog', '--url', `${url}/a/receiveDialog?k=v`, '--json']);
    const { sent: text, answer, delivered } = JSON.parse(sent.stdout);
    expect({ delivered, ...answer }).toMatchObject({ delivered: false, status: 503, text: 'down' });
    const [got] = receiver.got;
    expect(got?.text).toBe(text);
    expect(got?.headers['content-type']).toBe('application/json;charset=UTF-8');
    const direct = await post(`${url}/receiveDialog`, text);
    expect(direct.headers.get('content-type')).toBe('text/x-own');
    expect(direct.headers.get('location')).toBe('/elsewhere');
    expect((await until(2))[1]).toMatch(
      /503 in \d+ ms NOT DELIVERED: no "success" in the answer \(status 503\)$/,
    );
  });

  it('puts the module where the address wants it', async () => {
    await using receiver = await TestReceiver.start();
    const { url } = await startListen('--port', '0', '--forward', `${receiver.url}/own/{module}`);
    expect((await callCli(['trigger', 'receiveVoice', '--url', `${url}/x`])).code).toBe(0);
    expect(receiver.got.map(({ module }) => module)).toEqual(['receiveVoice']);
  });

  it('is silent as long as the receiver is', async () => {
    await using receiver = await TestReceiver.start();
    const { promise, resolve } = Promise.withResolvers<void>();
    receiver.answer = async (_, response) => {
      response.on('close', () => resolve());
      return null;
    };
    const { url, until } = await startListen('--port', '0', '--forward', receiver.url);
    const sent = await callCli(['trigger', 'receiveVoice', '--url', `${url}/receiveVoice`, '--json']);
    expect(JSON.parse(sent.stdout)).toMatchObject({ delivered: false, error: 'timed out after 3 s' });
    // What waited for the receiver is let go as well.
    await promise;
    expect((await until(2))[1]).toContain('NOT DELIVERED: no answer came before the sender gave up');
  });

  it('answers 502 where nothing can be reached', async () => {
    const { url, until } = await startListen('--port', '0', '--forward', 'http://127.0.0.1:1/success');
    const answer = await post(`${url}/receiveVoice`, '{}');
    expect([answer.status, await answer.text()]).toEqual([502, 'cannot forward: ECONNREFUSED']);
    expect((await until(2))[1]).toContain('NOT DELIVERED: cannot forward: ECONNREFUSED');
  });
});
