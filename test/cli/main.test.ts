import { describe, expect, it } from 'vitest';
import { callCli, runCli } from './run-cli.ts';

const VERBS = [
  'start',
  'exec',
  'demo',
  'init',
  'validate',
  'listen',
  'probe',
  'trigger',
  'clock',
  'tls',
  'readyz',
];

describe.concurrent('yeta-sim --help', () => {
  it('names every verb and every flag of start, and fits a terminal', async () => {
    const { code, stdout, stderr } = await callCli(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const verb of VERBS) expect(stdout).toMatch(new RegExp(`^  ${verb} +\\S`, 'm'));
    for (const flag of ['--port', '--fixtures', '--data-dir', '--clock', '--seed', '--config'])
      expect(stdout).toContain(flag);
    expectToFit(stdout);
  });

  it.each(VERBS)('explains %s, by both ways of asking, and fits a terminal', async (verb) => {
    const [one, other] = await Promise.all([callCli([verb, '--help']), callCli(['help', verb])]);
    expect(one).toEqual(other);
    expect(one.code).toBe(0);
    expect(one.stdout).toMatch(new RegExp(`^yeta-sim ${verb}: \\S.*\n\nusage: yeta-sim ${verb}`));
    expectToFit(one.stdout);
  });
});

/** No line is broken by a terminal. */
function expectToFit(page: string): void {
  expect(page.split('\n').filter((line) => line.length > 120)).toEqual([]);
}

describe.concurrent('a command that is wrong is refused with exit code 2', () => {
  it.each([
    [['fly'], 'verb: found "fly", expected one of start, exec, demo'],
    [['demo', '--call', '3'], '--call: found an unknown flag, expected one such as --calls'],
    [['demo', '--calls', '3'], '--calls: found "3", expected a whole number from 4 to 5000'],
    [['demo', '--seed', '-1'], '--seed: found "-1", expected a whole number from 0 up'],
    [['demo', '--json=yes'], '--json: found "yes", expected no value'],
    [['demo', '300'], 'argument 1: found 300, expected a flag'],
    [['readyz', '--url'], '--url: found no value, expected URL after it'],
    [['readyz', '--timeout', 'soon'], '--timeout: found "soon", expected a time'],
    [['readyz', '--url', '8720'], '--url: found "8720", expected an address'],
    [['exec'], 'found no command, expected one behind --'],
    [['exec', 'npm', 'test'], 'found no command, expected one behind --'],
    [['exec', '--', ''], 'found no command'],
    [['exec', '--strickt', '--', 'true'], '--strickt: found an unknown flag, expected one such as --strict'],
    [['validate'], 'found no file, expected one or more'],
    [['init', 'a', 'b'], 'found 2 folders, expected one'],
    [['tls', 'a b'], 'NAME: found "a b", expected a host name or an address'],
    [
      ['start', '--tls-port', '0', '--tls-cert', 'none.pem', '--tls-key', 'none.pem'],
      'make one with: yeta-sim tls',
    ],
    [['listen', '--forward', 'x'], '--forward: found "x", expected an address'],
    [['listen', '--port', '70000'], '--port: found "70000", expected a whole number from 0 to 65535'],
    [['help', 'fly'], 'found "fly"'],
    [['--port', 'x'], '--port: found "x", expected a whole number from 0 to 65535'],
    [['start', '--fixtures', 'none.yaml'], 'none.yaml: found no such file'],
  ])('%j', async (args, expected) => {
    const { code, stdout, stderr } = await callCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(expected);
    expect(stderr).not.toContain('    at ');
  });
});

it('yeta-sim --version prints the version alone', async () => {
  expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
