import { mkdtempDisposableSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callCli, runCli } from '../run-cli.ts';

interface Got {
  readonly module: string;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of any shape, looked at by assertions
  readonly body: any;
  /** Pieces that the body came in. */
  readonly pieces: number;
}

type Answer = (got: Got, response: ServerResponse) => void | Promise<void>;

/** A receiver that takes anything: what is sent here is not all of it in the contract. */
async function listen(answer: Answer) {
  const got: Got[] = [];
  const server = createServer((request, response) => void receive(request, response));
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const module = request.url?.split('/').at(-1) ?? '';
    const one = { module, text, body: JSON.parse(text), pieces: chunks.length };
    got.push(one);
    await answer(one, response);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Pushes of the cases before the last one, which sends all of its at once. */
const IN_ORDER = 29;
const AT_ONCE = 200;

describe.concurrent('yeta-sim probe', () => {
  it('sends every case of the card, and passes a receiver that takes them', { timeout: 60_000 }, async () => {
    const held: ServerResponse[] = [];
    using receiver = await listen((_, response) => {
      if (got.length <= IN_ORDER) return void response.end('success');
      // Nobody is answered before all are there: they have to come at once.
      held.push(response);
      if (held.length === AT_ONCE) for (const one of held) one.end('{"code":0,"message":"success"}');
    });
    const { url, got } = receiver;
    const now = Date.now();
    const { code, stdout, stderr } = await runCli(['probe', `${url}/yeta`, '--json', '--seed', '7']);
    const { ok, seed, receivers } = JSON.parse(stdout);
    expect({ code, ok, seed, stderr }).toEqual({ code: 0, ok: true, seed: 7, stderr: '' });
    const cases: { name: string; pushes: number; result: string; medianMs: number; slowestMs: number }[] =
      receivers[0].cases;
    expect(cases.map(({ result }) => result)).toEqual(Array(11).fill('passed'));
    expect(cases.every(({ medianMs, slowestMs }) => medianMs >= 0 && slowestMs >= medianMs)).toBe(true);
    expect(got.length).toBe(IN_ORDER + AT_ONCE);

    const rest = [...got];
    const sent = Object.fromEntries(cases.map(({ name, pushes }) => [name, rest.splice(0, pushes)]));
    const kinds = (name: string) =>
      sent[name]?.map(({ module, body }) => ('task_result' in body ? 'outbound' : module));
    expect(kinds('records-basic-first')).toEqual(['receiveCallRecord', 'outbound']);
    expect(kinds('records-outbound-first')).toEqual(['outbound', 'receiveCallRecord']);
    expect(kinds('one-record')).toEqual(['outbound']);
    for (const name of ['records-basic-first', 'records-outbound-first'])
      expect(new Set(sent[name]?.map(({ body }) => body.call_uuid)).size).toBe(1);
    const texts = sent.duplicate?.map(({ text }) => text) ?? [];
    expect(texts.slice(4)).toEqual(texts.slice(0, 4));
    for (const { body } of sent['hour-late'] ?? [])
      expect(Math.abs((body.time_hangup ?? body.time_end ?? now - 3_600_000) - now + 3_600_000)).toBeLessThan(
        60_000,
      );
    expect(sent['long-dialogue']?.[0]?.body.dialog.length).toBe(300);
    expect(sent['unknown-field']?.every(({ body }) => 'new_in_next_version' in body)).toBe(true);
    expect(Number(sent['large-ids']?.[0]?.body.task_data_id)).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
    expect(sent['chinese-and-emoji']?.[0]?.body.task_row_value[1]).toBe('欧阳𠮷娜😀👨‍👩‍👧');
    expect(sent['chinese-and-emoji']?.[1]?.text).toContain('欧阳𠮷娜😀');
    expect(sent['slow-body']?.every(({ pieces }) => pieces >= 10)).toBe(true);
    // No two cases tell of the same call, nor of the same row.
    const ids = new Set(cases.map(({ name }) => sent[name]?.[0]?.body.task_data_id ?? name));
    expect(ids.size).toBeGreaterThan(8);
  });

  it('fails a receiver over what it does not take, and says so in text and JUnit XML', {
    timeout: 60_000,
  }, async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'yeta-sim-probe-'));
    using receiver = await listen(({ text }, response) => {
      const answer = text.includes('😀') ? '{"error":"Incorrect string <value> & \u001b[31m"}' : 'success';
      response.end(answer);
    });
    const junit = join(folder.path, 'deep', 'card.xml');
    const { code, stdout } = await runCli(['probe', `${receiver.url}/{module}`, '--junit', junit]);
    expect(code).toBe(1);
    const failed = stdout.split('\n').filter((line) => line.startsWith('  FAIL'));
    expect(failed).toEqual([expect.stringContaining('emoji')]);
    expect(stdout).toContain(
      'receiveCallRecord: no "success" in the answer; it said: {"error":"Incorrect string',
    );
    expect(stdout).toMatch(/\n10 passed, 1 failed; the same once more: --seed \d+\n$/);
    expect(stdout).not.toContain('\u001b');
    const xml = readFileSync(junit, 'utf8');
    expect(xml).toContain('tests="11" failures="1" errors="0" skipped="0"');
    expect(xml.match(/<failure /g)).toHaveLength(1);
    expect(xml).toContain('&#60;value&#62; &#38; ');
    expect(xml).not.toContain('<value>');
  });

  it('stops at the first refused connection, and says where nothing listens', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'yeta-sim-probe-'));
    using receiver = await listen((_, response) => void response.end('success'));
    const { url } = receiver;
    await receiver.close();
    const junit = join(folder.path, 'card.xml');
    const { code, stdout, stderr } = await callCli(['probe', url, '--junit', junit]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      url,
      expect.stringMatching(/^ {2}FAIL {2}both records of a call, the basic one first +0 of 1 /),
      '          receiveCallRecord: ECONNREFUSED',
      `  nothing listens at ${url}: 10 more cases are not tried`,
      expect.stringMatching(/^0 passed, 1 failed, 10 skipped; /),
      '',
    ]);
    const xml = readFileSync(junit, 'utf8');
    expect(xml).toContain('tests="11" failures="1" errors="0" skipped="10"');
    expect(xml).toContain(`<skipped message="nothing listens at ${url}"/>`);
  });

  it('stops where a receiver goes away in the middle', async () => {
    using leaving = await listen((_, response) => {
      // Before it answers: from then on nothing may be let in.
      if (got.length === 3) void leaving.close();
      response.writeHead(200, { connection: 'close' }).end('success');
    });
    const { url, got } = leaving;
    const { code, stdout } = await callCli(['probe', url, '--json']);
    const [receiver] = JSON.parse(stdout).receivers;
    expect(code).toBe(1);
    expect(receiver.cases.map(({ result }: { result: string }) => result)).toEqual([
      'passed',
      'failed',
      ...Array(9).fill('skipped'),
    ]);
    expect(receiver.cases.at(-1)).toMatchObject({ pushes: 0, reason: `nothing listens at ${url}` });
  });

  it('sends to the addresses that it was given, and nowhere else', { timeout: 60_000 }, async () => {
    using other = await listen((_, response) => void response.end('success'));
    using redirecting = await listen(
      (_, response) => void response.writeHead(307, { location: `${other.url}/receiveDialog` }).end(),
    );
    const { url, got } = redirecting;
    const { code, stdout } = await runCli(['probe', `${url}/my/receiveDialog`, '--json']);
    const [receiver] = JSON.parse(stdout).receivers;
    expect(code).toBe(1);
    expect(new Set(got.map(({ module }) => module))).toEqual(new Set(['receiveDialog']));
    expect(other.got).toEqual([]);
    expect(receiver.target).toBe(`${url}/my/receiveDialog`);
    expect(receiver.cases[0]).toMatchObject({ name: 'records-basic-first', result: 'skipped', pushes: 0 });
    const last = receiver.cases.at(-1);
    expect(last).toMatchObject({ result: 'failed', pushes: AT_ONCE, delivered: 0 });
    expect(last.failures).toEqual([
      expect.objectContaining({
        count: AT_ONCE,
        error: expect.stringContaining('redirects are not followed'),
      }),
    ]);
  });

  it.each([
    [[], 'yeta-sim probe: found no address'],
    [['9000', 'receiveAll=http://a', 'ftp://b'], 'found "9000"'],
    [['http://a', '--junit', '/dev/null/x.xml'], '--junit: found'],
    [['http://a', '--fixtures', 'none.yaml'], 'none.yaml: found no such file'],
  ])('ends with 2 for %j', async (args, expected) => {
    const { code, stdout, stderr } = await callCli(['probe', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(expected);
  });
});
