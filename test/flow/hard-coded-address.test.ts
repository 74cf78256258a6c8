import { spawn, spawnSync } from 'node:child_process';
import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { startSimulator, type TestSimulator } from '../support/simulator.ts';

const CLIENTS = join(import.meta.dirname, 'client');

interface Client {
  readonly name: string;
  /** The lines of `yeta-sim tls` that it needs, by what stands over them. */
  readonly trust: RegExp;
  readonly program: string;
  /** In a shell, with PROXY_PORT on the loopback. */
  readonly command: string;
  /** What it says when it does not trust the authority. */
  readonly distrust: RegExp;
}

/** Each has `https://www.xfyeta.com` in its code; nothing but the environment and the command line says where it is. */
const PROGRAMS: readonly Client[] = [
  {
    name: 'curl',
    trust: /^curl$/,
    program: 'curl',
    command: 'https_proxy=http://127.0.0.1:$PROXY_PORT sh hard-coded.sh',
    distrust: /SSL certificate problem/,
  },
  {
    name: "Python's urllib",
    trust: /^Python/,
    program: 'python3',
    command: 'https_proxy=http://127.0.0.1:$PROXY_PORT python3 hard_coded.py',
    distrust: /CERTIFICATE_VERIFY_FAILED/,
  },
  {
    name: "Node's fetch",
    trust: /^Node$/,
    program: 'node',
    command: 'NODE_USE_ENV_PROXY=1 https_proxy=http://127.0.0.1:$PROXY_PORT node hard-coded.mjs',
    distrust: /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED|unable to verify/,
  },
  {
    name: "Java's HttpURLConnection",
    trust: /^Java, this JVM only$/,
    program: 'javac',
    command: 'java -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=$PROXY_PORT HardCoded.java',
    distrust: /PKIX path building failed/,
  },
];

const folder = mkdtempDisposableSync(join(tmpdir(), 'yeta-sim tls-'));
let simulator: TestSimulator;
let trust: readonly { readonly client: string; readonly lines: readonly string[] }[];

beforeAll(async () => {
  const { stdout } = await runCli(['tls', '--dir', folder.path, '--json']);
  const report = JSON.parse(stdout) as { trust: typeof trust; cert: string; key: string };
  trust = report.trust;
  simulator = await startSimulator({
    listen: true,
    tlsPort: 0,
    tlsCert: report.cert,
    tlsKey: report.key,
  });
});

afterAll(async () => {
  await simulator.stop();
  folder.remove();
});

/** Runs a client with the lines before it, in a shell with next to no environment. */
async function run(lines: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const { appKey, appSecret } = simulator.sim.app;
  const child = spawn('sh', ['-eu', '-c', [...lines].join('\n'), 'sh', appKey, appSecret], {
    cwd: CLIENTS,
    env: {
      PATH: [dirname(process.execPath), process.env.PATH].join(':'),
      HOME: folder.path,
      PROXY_PORT: new URL(simulator.url).port,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => (out += String(text)));
  child.stderr.on('data', (text) => (err += String(text)));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

describe('a client with a hard-coded https://www.xfyeta.com', () => {
  for (const { name, trust: title, program, command, distrust } of PROGRAMS) {
    // Continuous integration installs them all (.ci/run).
    const isHere = spawnSync(program, ['--version']).error === undefined;

    it.skipIf(!isHere)(`runs as it is with a proxy setting and our authority: ${name}`, async () => {
      const { lines = [] } = trust.find(({ client }) => title.test(client)) ?? {};
      expect(lines).not.toEqual([]);
      const { code, out, err } = await run([...lines, `${command} "$@"`]);
      expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
      expect(JSON.parse(out)).toMatchObject({ code: 0, message: 'ok', result: { rows: expect.any(Array) } });
    });

    it.skipIf(!isHere)(`refuses to without it: ${name}`, async () => {
      const { code, err } = await run([`${command} "$@"`]);
      expect(code).not.toBe(0);
      expect(err).toMatch(distrust);
    });
  }
});
