import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exitsOf } from '../../src/cli/verb.ts';
import { loadVerbs } from '../../src/cli/verb-list.ts';
import { createSimulator } from '../../src/simulator.ts';
import { endOf, runCli, startCli } from './run-cli.ts';

const VERBS = await loadVerbs();
const NOBODY = 'http://127.0.0.1:1';

type Run = () => Promise<number | null>;

const run =
  (...args: string[]): Run =>
  async () =>
    (await runCli(args)).code;

/** Sends a signal once it has printed its first line, and again once something came of the first. */
const stop =
  (args: readonly string[], ...signals: NodeJS.Signals[]): Run =>
  async () => {
    const child = startCli(args);
    const end = endOf(child);
    if (child.stdout === null) throw new Error('no stdout');
    for await (const _ of createInterface(child.stdout)) break;
    for (const signal of signals) child.kill(signal);
    return (await end).code;
  };

const withReceiver =
  (answer: string, ...args: string[]): Run =>
  async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.end(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return (await runCli(args.map((arg) => arg.replace('URL', url)))).code;
  };

const withSimulator =
  (...args: string[]): Run =>
  async () => {
    await using simulator = await createSimulator({ clock: 'manual' });
    return (await runCli([...args, '--url', simulator.url])).code;
  };

const withFile =
  (text: string, ...args: string[]): Run =>
  async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'yeta-sim-exit-'));
    writeFileSync(join(folder.path, 'fixtures.yaml'), text);
    return (await runCli(args, { cwd: folder.path })).code;
  };

const ASK = `const at = process.env; await fetch(at.YETA_SIM_TOKEN_URL, { method: 'POST', headers: { 'Content-Type': 'application/json;charset=UTF-8' }, body: JSON.stringify({ app_key: at.YETA_SIM_APP_KEY, app_secret: at.YETA_SIM_APP_SECRET, extra: 1 }) })`;
const node = (source: string) => [process.execPath, '--input-type=module', '--eval', source];

/** How each code that is documented comes about. */
const CASES: Readonly<Record<string, Run>> = {
  'start 0': stop(['start', '--port', '0', '--sip-port', 'off'], 'SIGTERM'),
  'start 2': run('--port', 'x'),
  'exec N': run('exec', '--', 'sh', '-c', 'exit 7'),
  'exec 1': run('exec', '--strict', '--', ...node(ASK)),
  'exec 2': run('exec', 'true'),
  'exec 126': run('exec', '--', tmpdir()),
  'exec 127': run('exec', '--', 'no-such-command'),
  'demo 0': run('demo', '--calls', '4', '--json'),
  'demo 2': run('demo', '--calls', '3'),
  'demo 130': stop(['demo', '--calls', '5000'], 'SIGINT'),
  'init 0': withFile('', 'init', 'below'),
  'init 2': withFile('', 'init'),
  'tls 0': withFile('', 'tls'),
  'tls 2': run('tls', 'a b'),
  'validate 0': withFile('robots: []', 'validate', 'fixtures.yaml'),
  'validate 2': withFile('robots: 5', 'validate', 'fixtures.yaml'),
  'listen 0': stop(['listen', '--port', '0'], 'SIGINT'),
  'listen 1': run('listen', '--url', NOBODY),
  'listen 2': run('listen', '--port', 'x'),
  'probe 0': withReceiver('success', 'probe', 'receiveVoice=URL'),
  'probe 1': withReceiver('no', 'probe', 'receiveVoice=URL'),
  'probe 2': run('probe'),
  'trigger 0': withReceiver('success', 'trigger', 'receiveVoice', '--url', 'URL'),
  'trigger 1': withReceiver('no', 'trigger', 'receiveVoice', '--url', 'URL'),
  'trigger 2': run('trigger', 'receiveVoice'),
  'clock 0': withSimulator('clock'),
  'clock 1': run('clock', '--url', NOBODY),
  'clock 2': withSimulator('clock', 'fly'),
  'readyz 0': withSimulator('readyz'),
  'readyz 1': run('readyz', '--url', NOBODY),
  'readyz 2': run('readyz', '--url', 'x'),
};

/** Only a bug of the simulator's, or two signals at the right instants, would show them. */
const NOT_PROVOKED = ['demo 1', 'start 1'];

describe('every exit code that is documented', () => {
  it('is provoked here', () => {
    const documented = VERBS.flatMap((verb) => exitsOf(verb).map(({ code }) => `${verb.name} ${code}`));
    expect([...Object.keys(CASES), ...NOT_PROVOKED].sort()).toEqual(documented.sort());
  });

  it.each(Object.entries(CASES))('%s', { timeout: 60_000 }, async (name, provoke) => {
    const code = name.split(' ')[1];
    expect(await provoke()).toBe(code === 'N' ? 7 : Number(code));
  });
});
