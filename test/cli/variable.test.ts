import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPTION_FLAGS, readSettings } from '../../src/cli/option.ts';
import { OTHER_VARIABLES } from '../../src/cli/other-variable.ts';
import { settingKeys, variableOf } from '../../src/cli/variable.ts';

/** What stands in the variable of each setting, and what it means; a new setting has to be added. */
const SAMPLES: Readonly<Record<string, readonly [string, unknown]>> = {
  port: ['0', 0],
  host: ['0.0.0.0', '0.0.0.0'],
  tlsPort: ['8443', 8443],
  tlsCert: ['c.pem', 'c.pem'],
  tlsKey: ['k.pem', 'k.pem'],
  allowedHosts: ['yeta-sim, host.docker.internal', ['yeta-sim', 'host.docker.internal']],
  fixtures: ['mine.yaml', 'mine.yaml'],
  dataDir: ['/data', '/data'],
  clock: ['x60', 'x60'],
  startAt: ['1767578400000', 1767578400000],
  seed: ['random', 'random'],
  pushUrl: ['http://receiver:9000', 'http://receiver:9000'],
  sipPort: ['off', 'off'],
  sipHost: ['0.0.0.0', '0.0.0.0'],
  sipAdvertise: ['192.168.1.10', '192.168.1.10'],
  rtpPorts: ['20000-20099', '20000-20099'],
  'sip.inviteAuth': ['digest', 'digest'],
  'sip.algorithms': ['MD5,SHA-256', ['MD5', 'SHA-256']],
  'sip.ringMs': ['0', 0],
  'sip.t1': ['50', 50],
  adminToken: ['12345', '12345'],
  logLevel: ['debug', 'debug'],
  logFormat: ['json', 'json'],
  grace: ['0', 0],
  'token.ttl': ['60', 60],
  'token.reuse': ['false', false],
  'api.requireTimeRange': ['true', true],
  'api.taskIdAs': ['number', 'number'],
  'phones.allowLandline': ['true', true],
  'task.maxRows': ['10', 10],
  'push.timeout': ['500', 500],
  'push.retryDelays': ['[1000, 2000]', [1000, 2000]],
  'push.concurrency': ['1', 1],
  'push.manualConcurrency': ['2', 2],
  'push.requireOkStatus': ['true', true],
  'push.recordTwice': ['0.5', 0.5],
  'pull.timeout': ['100', 100],
  'keep.days': ['0.5', 0.5],
  'keep.calls': ['100', 100],
  ids: ['small', 'small'],
  ...Object.fromEntries(
    ['receiveDialog', 'receiveVoice', 'receiveCallRecord', 'getDialogContext', 'getSemantics'].map(
      (module) => [`urls.${module}`, [`http://receiver/${module}`, `http://receiver/${module}`] as const],
    ),
  ),
};

const keys = settingKeys();

describe('every setting has a variable', () => {
  it.each(keys.map((path) => [variableOf(...path), path] as const))('%s', async (variable, path) => {
    const [text, value] = SAMPLES[path.join('.')] ?? [];
    const settings = await readSettings([], { [variable]: text });
    const [key = '', inner] = path;
    expect(settings).toEqual({ [key]: inner === undefined ? value : { [inner]: value } });
  });

  it('and no two the same', () => {
    expect(keys.length).toBeGreaterThan(40);
    const names = keys.map((path) => variableOf(...path));
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('every flag of start among them, and means the same there', async () => {
    const flags = OPTION_FLAGS.filter(({ name }) => name !== '--config');
    expect(flags.length).toBeGreaterThan(15);
    for (const { name } of flags) {
      const variable = `YETA_SIM_${name.slice(2).replaceAll('-', '_').toUpperCase()}`;
      const path = keys.find((each) => variableOf(...each) === variable) ?? [];
      const [text = ''] = SAMPLES[path.join('.')] ?? [];
      const byFlag = await readSettings([name, text], {});
      expect(byFlag).toEqual(await readSettings([], { [variable]: text }));
      expect(byFlag).not.toEqual({});
    }
  });

  it('which stands in the table of the documentation', () => {
    const page = readFileSync('docs/fixtures.md', 'utf8');
    const wanted = keys.map((path) =>
      path[0] === 'urls' ? '`YETA_SIM_URL_<MODULE>`' : `\`${variableOf(...path)}\``,
    );
    expect(wanted.filter((name) => !page.includes(`| ${name} |`))).toEqual([]);
  });
});

describe('a variable', () => {
  it('goes into its section beside what the others and the file say', async () => {
    const env = { YETA_SIM_PUSH_TIMEOUT: '500', YETA_SIM_PUSH_REQUIRE_OK_STATUS: 'true' };
    expect(await readSettings([], env)).toEqual({ push: { timeout: 500, requireOkStatus: true } });
  });

  it('that is empty is none', async () => {
    expect(
      await readSettings([], { YETA_SIM_CONFIG: '', YETA_SIM_PORT: '', YETA_SIM_PUSH_TIMEOUT: '' }),
    ).toEqual({});
  });

  it('that is misspelt is a problem beside all others, which names the one that was meant', async () => {
    const env = {
      YETA_SIM_PUSH_TIMEUOT: '500',
      YETA_SIM_URL_RECEIVE_DIALOG: 'http://127.0.0.1:1',
      YETA_SIM_CLOK: 'manual',
      YETA_SIM_CONFG: 'a.yaml',
      YETA_SIM_IDS: 'tiny',
    };
    const message = await readSettings([], env).catch((error: Error) => error.message);
    expect(String(message).split('\n').sort()).toEqual([
      'YETA_SIM_CLOK: found an unknown variable, expected YETA_SIM_CLOCK',
      'YETA_SIM_CONFG: found an unknown variable, expected YETA_SIM_CONFIG',
      'YETA_SIM_IDS: found "tiny", expected one of large, small',
      'YETA_SIM_PUSH_TIMEUOT: found an unknown variable, expected YETA_SIM_PUSH_TIMEOUT',
      'YETA_SIM_URL_RECEIVE_DIALOG: found an unknown variable, expected YETA_SIM_URL_RECEIVEDIALOG',
    ]);
  });

  it.each([
    ...Object.values(OTHER_VARIABLES),
    // A pipeline's own.
    'YETA_SIM_IMAGE',
    'YETA_SIM_HTTP_PORT',
    'YETA_SIM_HTTPS_PORT',
    'YETA_SIM_APP_PORT',
    'YETA_SIM_RUN',
    'YETA_SIM_PULL',
    'YETA_SIM_VERSION',
    'YETA_SIM_TAG',
    'YETA_SIM_HOME',
    // What Kubernetes sets for a service that is called yeta-sim.
    'YETA_SIM_SERVICE_HOST',
    'YETA_SIM_SERVICE_PORT',
    'YETA_SIM_SERVICE_PORT_HTTP',
    'YETA_SIM_PORT_8720_TCP',
    'YETA_SIM_PORT_8720_TCP_PROTO',
    'YETA_SIM_PORT_8720_TCP_PORT',
    'YETA_SIM_PORT_8720_TCP_ADDR',
    // Neither is it ours, nor is anything in it.
    'MY_YETA_SIM_CLOK',
  ])('that is no setting is left alone: %s', async (name) => {
    const env = { [name]: name === OTHER_VARIABLES.config ? 'fixtures/init/yeta-sim.config.yaml' : 'x' };
    await expect(readSettings([], env)).resolves.toBeDefined();
  });

  it('that is misspelt and empty is none', async () => {
    expect(await readSettings([], { YETA_SIM_CLOK: '' })).toEqual({});
  });

  it('that is wrong is named in the error', async () => {
    const env = {
      YETA_SIM_PUSH_TIMEOUT: '3s',
      YETA_SIM_PUSH_RETRY_DELAYS: '1000,soon',
      YETA_SIM_IDS: 'tiny',
    };
    const message = await readSettings([], env).catch((error: Error) => error.message);
    expect(String(message).split('\n').sort()).toEqual([
      'YETA_SIM_IDS: found "tiny", expected one of large, small',
      'YETA_SIM_PUSH_RETRY_DELAYS: found "soon", expected ms, a whole number from 0 up',
      'YETA_SIM_PUSH_TIMEOUT: found "3s", expected ms, a whole number from 1 up',
    ]);
  });
});
