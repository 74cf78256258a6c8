import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { readSettings } from '../src/cli/option.ts';
import { OTHER_VARIABLES } from '../src/cli/other-variable.ts';
import { settingKeys, variableOf } from '../src/cli/variable.ts';
import { createSimulator } from '../src/simulator.ts';

interface Service {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly command?: readonly string[];
}

/** The instructions of the last stage of the Dockerfile, and of all, as `[instruction, arguments]`. */
function readDockerfile(): { all: [string, string][]; last: [string, string][] } {
  const text = readFileSync('Dockerfile', 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ');
  const all = [...text.matchAll(/^([A-Z]+) +(.+)$/gm)].map(([, name = '', rest = '']): [string, string] => [
    name,
    rest.trim().replaceAll(/ {2,}/g, ' '),
  ]);
  return { all, last: all.slice(all.findLastIndex(([name]) => name === 'FROM')) };
}

const { all, last } = readDockerfile();
const argumentOf = (instruction: string) => last.find(([name]) => name === instruction)?.[1] ?? '';
const imageEnv = Object.fromEntries(
  argumentOf('ENV')
    .split(' ')
    .map((pair) => pair.split('=') as [string, string]),
);
const compose = parse(readFileSync('compose.yaml', 'utf8')) as { services: Record<string, Service> };
const recipes = [...readFileSync('docs/containers.md', 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
  ([, text = '']) => parse(text, { strict: true }),
);

/** All that a variable may be called. */
const VARIABLES = new Set<string>([
  OTHER_VARIABLES.config,
  ...settingKeys().map((keys) => variableOf(...keys)),
]);

/** Every `YETA_SIM_…` that stands anywhere in a text. */
function variablesIn(text: string): string[] {
  return [...text.matchAll(/\bYETA_SIM_[A-Z0-9_]+/g)].map(([name]) => name);
}

describe('the Dockerfile', () => {
  it('ends as nobody special, with Node itself as PID 1 and its own health check', () => {
    const names = last.map(([name]) => name);
    expect(argumentOf('USER')).toBe('node');
    expect(names.indexOf('USER')).toBeLessThan(names.indexOf('ENTRYPOINT'));
    expect(names.lastIndexOf('RUN')).toBeLessThan(names.indexOf('USER'));
    expect(JSON.parse(argumentOf('ENTRYPOINT'))).toEqual(['yeta-sim']);
    expect(JSON.parse(argumentOf('CMD'))).toEqual(['start']);
    expect(argumentOf('HEALTHCHECK')).toMatch(/ CMD \["yeta-sim", "readyz"\]$/);
  });

  it('has nothing but what was packed', () => {
    const stages = all.filter(([name]) => name === 'FROM').map(([, rest]) => / AS (\w+)$/.exec(rest)?.[1]);
    expect(stages).toEqual(['pack', 'install', undefined]);
    const copies = all.filter(([name]) => name === 'COPY').map(([, rest]) => rest);
    for (const [, from = ''] of copies.map((rest) => /^--from=(\w+)/.exec(rest) ?? []))
      expect(['', ...stages]).toContain(from);
    expect(last.filter(([name]) => name === 'COPY')).toEqual([
      ['COPY', '--from=install /opt/yeta-sim /opt/yeta-sim'],
    ]);
    const [, link = ''] = /ln -s (\S+) /.exec(argumentOf('RUN')) ?? [];
    expect(link).toBe('/opt/yeta-sim/node_modules/.bin/yeta-sim');
  });

  it('is given every file that packing needs, and nothing with a secret', () => {
    const lines = readFileSync('.dockerignore', 'utf8').trim().split('\n');
    expect(lines[0]).toBe('*');
    const taken = lines.slice(1).map((line) => line.replace(/^!/, ''));
    const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] };
    for (const file of [
      ...files.filter((name) => name !== 'dist'),
      'src',
      'tools',
      'package-lock.json',
      'tsconfig.build.json',
    ])
      expect(taken).toContain(file);
    for (const name of ['.git', 'node_modules', 'yeta-sim-tls', '.env', 'data'])
      expect(taken.some((pattern) => matchesGlob(name, pattern))).toBe(false);
  });

  it('sets variables that there are, and starts a simulator that other containers reach by its name', async () => {
    expect(Object.keys(imageEnv).filter((name) => name !== 'NODE_ENV' && !VARIABLES.has(name))).toEqual([]);
    const settings = await readSettings([], { ...imageEnv, YETA_SIM_ADMIN_TOKEN: 'secret' });
    expect(settings).toMatchObject({ host: '0.0.0.0', sipHost: '0.0.0.0' });
    await using simulator = await createSimulator({ ...settings, listen: false });
    const ask = async (path: string, init: RequestInit = {}, host = 'yeta-sim:8720') =>
      (await simulator.request(path, { ...init, headers: { host, ...init.headers } })).status;
    expect(await ask('/_sim/livez')).toBe(200);
    expect(await ask('/_sim/readyz')).toBe(200);
    expect(await ask('/_sim/receiver/receiveDialog', { method: 'POST', body: '{}' })).toBe(200);
    expect(await ask('/_sim/clock')).toBe(401);
    const headers = { authorization: 'Bearer secret' };
    expect(await ask('/_sim/clock', { headers })).toBe(200);
    expect(await ask('/_sim/clock', { headers }, 'host.docker.internal:8720')).toBe(200);
    expect(await ask('/_sim/clock', { headers }, 'elsewhere:8720')).toBe(403);
  });
});

describe('the compose file', () => {
  it('builds the image here, opens no port to the network, and has its volume where the image has the folder', () => {
    const service = compose.services['yeta-sim'];
    expect(service).toMatchObject({ build: '.', environment: { YETA_SIM_DATA_DIR: '/data' } });
    for (const port of service?.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(argumentOf('RUN')).toMatch(/install --directory --owner=node --group=node \/data/);
    expect(service).toHaveProperty('volumes', ['data:/data']);
  });

  it('has a receiver that answers as it should, where the pushes go', async () => {
    const [node, flag = '', script = ''] = compose.services.receiver?.command ?? [];
    const url = new URL(compose.services['yeta-sim']?.environment?.YETA_SIM_PUSH_URL ?? '');
    expect([node, url.hostname, script.includes(`.listen(${url.port})`)]).toEqual(['node', 'receiver', true]);
    // On a free port, which it prints first.
    const tried = script.replace(
      `.listen(${url.port})`,
      '.listen(0, function () { console.log(this.address().port) })',
    );
    const child = spawn(process.execPath, [flag, tried], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill());
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const port = Number((await lines.next()).value);
    const response = await fetch(`http://127.0.0.1:${port}/yeta/receiveDialog`, {
      method: 'POST',
      body: '{"a":1}',
    });
    expect(await response.text()).toBe('success');
    expect((await lines.next()).value).toBe('/yeta/receiveDialog {"a":1}');
  });
});

describe('the recipes', () => {
  it('are YAML with services and jobs in them', () => {
    expect(recipes.length).toBeGreaterThanOrEqual(4);
    for (const recipe of recipes) expect(recipe).toSatisfy((one) => 'services' in one || 'jobs' in one);
    const jobs = recipes.flatMap((one) => Object.values(one.jobs ?? {})) as { steps: object[] }[];
    expect(jobs.map(({ steps }) => steps.length)).toEqual([3, 6]);
    for (const step of jobs.flatMap(({ steps }) => steps))
      expect(Object.keys(step).some((key) => key === 'uses' || key === 'run')).toBe(true);
  });

  it.each(['Dockerfile', 'compose.yaml', ...globSync('docs/*.md'), 'README.md'])(
    'name no variable that there is not: %s',
    (path) => {
      const others: string[] = [...Object.values(OTHER_VARIABLES), 'YETA_SIM_URL_'];
      const unknown = variablesIn(readFileSync(path, 'utf8')).filter((name) => !VARIABLES.has(name));
      expect(unknown.filter((name) => !others.includes(name))).toEqual([]);
    },
  );
});

describe('as PID 1', () => {
  const namespace = ['--user', '--map-current-user', '--pid', '--fork', '--kill-child'];
  // Not everybody may make one.
  const isAllowed = spawnSync('unshare', [...namespace, 'true']).status === 0;

  it.skipIf(!isAllowed)('it stops at SIGTERM, with 0, in less than a second', async () => {
    const bin = join('bin', 'yeta-sim.mjs');
    const outer = spawn('unshare', [...namespace, process.execPath, bin], {
      env: { PATH: process.env.PATH, YETA_SIM_PORT: '0', YETA_SIM_SIP_PORT: '0', YETA_SIM_CLOCK: 'manual' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void outer.kill('SIGKILL'));
    for await (const line of createInterface(outer.stdout)) if (line.startsWith('yeta-sim ready on')) break;
    const [inner] = readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8').split(' ');
    expect(readFileSync(`/proc/${inner}/status`, 'utf8')).toMatch(/^NSpid:\s+\d+\s+1$/m);
    const exited = once(outer, 'exit');
    const startedAt = performance.now();
    process.kill(Number(inner), 'SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
