import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readSettings } from '../../src/cli/option.ts';
import { ConfigurationError } from '../../src/sim/configuration-error.ts';

/** A config file in a folder of its own. */
function configFile(text: string, name = 'my.yaml'): string {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'yeta-sim-config-'));
  onTestFinished(() => folder.remove());
  const file = join(folder.path, name);
  writeFileSync(file, text);
  return file;
}

async function problemsOf(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const error = await readSettings(args, env).catch((caught: unknown) => caught);
  if (error instanceof ConfigurationError) return error.message;
  throw new Error('expected a ConfigurationError', { cause: error });
}

describe('a setting is taken', () => {
  const file = () => configFile('port: 1000\nclock: x10\n');

  it('from a flag before a variable, and from a variable before the file', async () => {
    const env = { YETA_SIM_PORT: '2000', YETA_SIM_SEED: '9' };
    const settings = await readSettings(['--config', file(), '--port', '3000'], env);
    expect(settings).toEqual({ port: 3000, seed: 9, clock: 'x10' });
    expect((await readSettings(['--config', file()], env)).port).toBe(2000);
    expect((await readSettings(['--config', file()], {})).port).toBe(1000);
  });

  it('from PORT below YETA_SIM_PORT', async () => {
    expect((await readSettings([], { PORT: '81' })).port).toBe(81);
    expect((await readSettings([], { PORT: '81', YETA_SIM_PORT: '82' })).port).toBe(82);
  });

  it('from the last of a flag that is given twice', async () => {
    expect((await readSettings(['--seed', '1', '--seed=2'], {})).seed).toBe(2);
  });

  it('with the files of a config file looked for from its folder, those of a flag from here', async () => {
    const config = configFile('fixtures: robots.yaml\ndataDir: /var/lib/yeta\n');
    const settings = await readSettings(['--config', config], {});
    expect(settings).toEqual({ fixtures: join(config, '..', 'robots.yaml'), dataDir: '/var/lib/yeta' });
    const flag = await readSettings(['--config', config, '--fixtures', 'mine.yaml'], {});
    expect(flag.fixtures).toBe('mine.yaml');
  });

  it('from JSON as from YAML', async () => {
    const config = configFile('{"push":{"retryDelays":[1,2]}}', 'my.json');
    expect(await readSettings(['--config', config], {})).toEqual({ push: { retryDelays: [1, 2] } });
  });
});

describe('what is wrong is said with its place, all at once', () => {
  it('in a file: line, column and key', async () => {
    const file = configFile(
      'port: 99999\nclok: real\npush:\n  timeout: 3s\n  retryDelays: [1, x]\nstartAt: tomorrow\n',
    );
    expect((await problemsOf(['--config', file])).split('\n').sort()).toEqual(
      [
        `${file}:1:1 port: found 99999, expected a whole number from 0 to 65535`,
        `${file}:2:1 clok: found an unknown key, expected one of port, host, tlsPort`,
        `${file}:4:3 push.timeout: found "3s", expected ms, a whole number from 1 up`,
        `${file}:5:20 push.retryDelays[1]: found "x", expected ms, a whole number from 0 up`,
        `${file}:6:1 startAt: found "tomorrow", expected an instant such as 2026-01-05T10:00:00+08:00, or ms since 1970`,
      ].map((line) => expect.stringContaining(line)),
    );
  });

  it('in a file that is no YAML, or is not there', async () => {
    const file = configFile('port: [1\n');
    expect(await problemsOf(['--config', file])).toContain(`${file}:2:1: found`);
    expect(await problemsOf(['--config', '/none.yaml'])).toContain('/none.yaml: found no such file');
  });

  it('in a flag or a variable: its name', async () => {
    const message = await problemsOf(['--clock', 'fast'], {
      YETA_SIM_SEED: '-1',
      PORT: 'http',
      YETA_SIM_PUSH_URL: 'x',
    });
    expect(message.split('\n')).toEqual([
      'PORT: found "http", expected a whole number from 0 to 65535',
      '--clock: found "fast", expected real, manual or xN, such as x60',
      'YETA_SIM_SEED: found -1, expected a whole number from 0 up',
      'YETA_SIM_PUSH_URL: found "x", expected an http or https address',
    ]);
  });

  it('of a clock that would stand still', async () => {
    expect(await problemsOf(['--clock', 'x0'])).toContain('--clock: found "x0"');
  });
});
