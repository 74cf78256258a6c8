import { once } from 'node:events';
import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isGroupAlive } from '../../../src/cli/exec/process-group.ts';
import { endOf, runCli, startCli } from '../run-cli.ts';

function folder(): string {
  const made = mkdtempDisposableSync(join(tmpdir(), 'yeta-sim-exec-'));
  onTestFinished(() => made.remove());
  return made.path;
}

/** The source of a Node program that asks for a token, then runs `then`. */
function client(then = '', body = ''): string[] {
  const source = `
    const { YETA_SIM_URL: url, YETA_SIM_TOKEN_URL: tokenUrl, YETA_SIM_APP_KEY, YETA_SIM_APP_SECRET } = process.env;
    const ask = (at, body) => fetch(at, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json;charset=UTF-8' } }).then((response) => response.json());
    const app = { app_key: YETA_SIM_APP_KEY, app_secret: YETA_SIM_APP_SECRET };
    const { code } = await ask(tokenUrl, { ...app, ${body} });
    ${then}
  `;
  return [process.execPath, '--input-type=module', '--eval', source];
}

/** The first line that a command prints; what follows is read over. */
async function firstLine(child: ReturnType<typeof startCli>): Promise<string> {
  if (child.stdout === null) throw new Error('no stdout');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return line;
}

describe('yeta-sim exec', () => {
  it('gives the command a simulator, leaves stdout to it, and ends as it does', async () => {
    const run = await runCli(['exec', '--', ...client('console.log(code, url); process.exitCode = 7')]);
    expect(run).toEqual({
      code: 7,
      stdout: expect.stringMatching(/^0 http:\/\/127\.0\.0\.1:\d+\n$/),
      stderr: expect.stringMatching(/^yeta-sim ready on http:\/\/127\.0\.0\.1:\d+\n$/),
    });
  });

  it('runs npm test', async () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, 'token.test.mjs'),
      `import { test } from 'node:test';
       import assert from 'node:assert/strict';
       test('the simulator answers', async () => {
         assert.equal((await fetch(process.env.YETA_SIM_URL + '/_sim/readyz')).status, Number(process.env.WANTED));
       });`,
    );
    const scripts = { test: `"${process.execPath}" --test` };
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name: 'x', scripts }));
    const run = (WANTED: string) =>
      runCli(['exec', '--', 'npm', 'test', '--silent'], {
        cwd,
        env: { WANTED, npm_config_update_notifier: 'false' },
      });
    const [good, bad] = await Promise.all([run('200'), run('404')]);
    expect([good.code, bad.code]).toEqual([0, 1]);
    expect(good.stdout).toContain('the simulator answers');
  });

  it('leaves stdin to the command', async () => {
    const child = startCli(['exec', '--', 'cat'], {}, ['pipe', 'pipe', 'pipe']);
    child.stdin?.end('您好\n');
    expect(await endOf(child)).toMatchObject({ code: 0, stdout: '您好\n' });
  });

  it('takes the flags and variables of start, but PORT, which is the command’s', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = String((server.address() as AddressInfo).port);
    const env = { PORT: port, YETA_SIM_SEED: '7' };
    const tell = client(
      "const { seed, clock } = await (await fetch(url + '/_sim/health')).json(); console.log(process.env.PORT, seed, clock.mode);",
    );
    const { stdout } = await runCli(['exec', '--clock', 'manual', '--', ...tell], { env });
    expect(stdout).toBe(`${port} 7 manual\n`);
    const taken = await runCli(['exec', '--port', port, '--', 'true']);
    expect(taken).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--port') });
    server.close();
  });

  it('says with 127 that there is no such command, with 126 that it cannot be executed', async () => {
    const file = join(folder(), 'plain.txt');
    writeFileSync(file, 'no program');
    const [none, plain, strange] = await Promise.all(
      ['no-such-command', file, join(file, 'below')].map((command) => runCli(['exec', '--', command])),
    );
    expect(none).toMatchObject({ code: 127, stderr: expect.stringContaining('command not found') });
    expect(plain).toMatchObject({ code: 126, stderr: expect.stringContaining('permission denied') });
    expect(strange).toMatchObject({ code: 126, stderr: expect.stringContaining('cannot run (ENOTDIR)') });
  });

  it('says in lines of JSON, on stderr, what it says', async () => {
    const { stdout, stderr } = await runCli(['exec', '--json', '--', ...client('', 'extra: 1')]);
    expect(stdout).toBe('');
    const lines = stderr.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { event: 'ready', url: expect.stringMatching(/^http:/) },
      {
        event: 'findings',
        strict: false,
        findings: [expect.objectContaining({ code: 'unknown-field', count: 1, operations: ['token'] })],
      },
      { event: 'end', exitCode: 0, signal: null },
    ]);
  });
});

describe('yeta-sim exec --strict', () => {
  it('fails over a finding, and says what it is and why it would hurt', async () => {
    const command = client('', 'app_kye: 1');
    const [strict, lenient] = await Promise.all([
      runCli(['exec', '--strict', '--', ...command]),
      runCli(['exec', '--', ...command]),
    ]);
    expect(strict.code).toBe(1);
    expect(strict.stderr).toContain('1 finding that would hurt in production');
    expect(strict.stderr).toContain('unknown-field, once, in token: "app_kye" is no field');
    expect(lenient).toMatchObject({ code: 0, stderr: expect.stringContaining('1 finding (unknown-field)') });
  });

  it('ends with 0 where nothing was found, and with the command’s own code where that is another', async () => {
    const [clean, failed] = await Promise.all([
      runCli(['exec', '--strict', '--', ...client()]),
      runCli(['exec', '--strict', '--', ...client('process.exitCode = 9', 'extra: 1')]),
    ]);
    expect(clean).toMatchObject({ code: 0, stderr: expect.not.stringContaining('finding') });
    expect(failed).toMatchObject({ code: 9, stderr: expect.stringContaining('unknown-field') });
  });

  it('forgets nothing at a reset, nor at the end of a universe', async () => {
    const command = client(
      `const made = await ask(url + '/_sim/universes', {});
       await ask(tokenUrl, { app_key: made.appKey, app_secret: made.appSecret, extra: 1 });
       await fetch(url + '/_sim/universes/' + made.id, { method: 'DELETE' });
       await ask(url + '/_sim/reset', {});
       console.log(JSON.stringify(await (await fetch(url + '/_sim/findings')).json()));`,
      'extra: 1',
    );
    const { code, stdout, stderr } = await runCli(['exec', '--strict', '--', ...command]);
    expect(JSON.parse(stdout).items).toEqual([]);
    expect(code).toBe(1);
    expect(stderr).toContain('unknown-field, 2 times, in token');
  });
});

describe('yeta-sim exec and signals', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    'ends by the %s that ended the command',
    async (signal) => {
      const kill = ['sh', '-c', `kill -s ${signal.slice(3)} $$`];
      expect(await endOf(startCli(['exec', '--', ...kill]))).toMatchObject({ code: null, signal });
    },
  );

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'passes %s on and waits for what comes of it',
    async (signal) => {
      const script = `trap 'echo told; exit 5' ${signal.slice(3)}; echo here; while :; do sleep 0.02; done`;
      const child = startCli(['exec', '--', 'sh', '-c', script]);
      const end = endOf(child);
      expect(await firstLine(child)).toBe('here');
      child.kill(signal);
      expect(await end).toMatchObject({ code: 5, stdout: 'here\ntold\n' });
    },
  );

  it('ends what the command left running', async () => {
    const { code, stdout, stderr } = await runCli([
      'exec',
      '--',
      'sh',
      '-c',
      'sleep 600 >&- 2>&- & echo $$; exit 3',
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain('left processes running');
    expect(isGroupAlive(Number(stdout))).toBe(false);
  });

  it('leaves nothing of the command behind when it is killed itself', async () => {
    const script = "trap 'echo $$' USR2; sleep 600 & echo here; while :; do wait; done";
    const child = startCli(['exec', '--', 'sh', '-c', script]);
    expect(await firstLine(child)).toBe('here');
    // What passes a signal on has its guard: the line alone may come before.
    child.kill('SIGUSR2');
    const group = Number(await firstLine(child));
    expect(isGroupAlive(group)).toBe(true);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(isGroupAlive(group)).toBe(false), 10_000);
  });
});
