import { hash } from 'node:crypto';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestReceiver } from '../support/receiver.ts';
import { at, FULL, rowsOf, SECOND, Stage, type StageOptions } from '../support/stage.ts';

const RUNS = FULL ? { memory: 14, disk: 6 } : { memory: 3, disk: 2 };
const CALLS = FULL ? 40 : 4;
const CALLS_BACK = FULL ? 6 : 2;
/** In the suite nothing hangs on how soon a loaded machine gets to its timers. */
const SETTINGS: StageOptions = FULL ? {} : { grace: 5000 };

interface Run {
  /** What arrived, in the order of arrival at each receiver. */
  readonly bodies: readonly string[];
  readonly dump: string;
  /** Everything that was told, in its order. */
  readonly told: readonly string[];
  readonly calledBack: number;
  readonly failed: number;
  readonly to: number;
}

/** One campaign against receivers whose latency is anybody's guess. */
async function run(seed: number, dataDir?: string): Promise<Run> {
  await using records = await TestReceiver.start();
  await using others = await TestReceiver.start();
  const entry = (module: string, receiver: TestReceiver) => ({
    businessId: '167',
    module: module as 'receiveVoice',
    url: `${receiver.url}/${module}`,
    enabled: true,
  });
  await using stage = await Stage.open({
    ...SETTINGS,
    seed,
    ...(dataDir === undefined ? {} : { dataDir }),
    fixtures: {
      urls: [
        entry('receiveCallRecord', records),
        entry('receiveDialog', others),
        entry('receiveVoice', others),
        entry('getSemantics', others),
        entry('getDialogContext', others),
      ],
    },
  });
  const facts = stage.gatherFacts();
  const url = await stage.listen();
  const growing = await stage.create({ lines: '69101408', recalls: 1, recallWait: 30 });
  const { token } = await stage.client();
  const callBack = (operation: string, body: object) =>
    post(`${url}/openapi/outbound/v1/${operation}?token=${token}`, body);
  let calledBack = 0;
  let failed = 0;
  const attempts = new Map<string, number>();

  for (const receiver of [records, others]) {
    receiver.answer = async ({ text, module, body }) => {
      const attempt = (attempts.get(text) ?? 0) + 1;
      attempts.set(text, attempt);
      await wait(Math.random() * 30);
      if (receiver === records && attempt === 1 && 'task_result' in body && calledBack < CALLS_BACK) {
        // Before it answers: rows for a task of its own, and the last time off it goes.
        calledBack++;
        await callBack('task/insert', {
          task_id: growing,
          ...rowsOf([`1390000000${calledBack}`, '19900002001']),
        });
        if (calledBack === CALLS_BACK) await callBack('task/start', { task_id: growing });
      }
      if (module === 'getSemantics') return '[{"key":"reportorRelation","type":"integer","value":8}]';
      if (module === 'getDialogContext') return '{"姓名":"张三","性别":"男"}';
      // A third of the answers fails: some bodies never get through, others now and then.
      if (lotOf(text) % 8 > 0 && lotOf(`${attempt} ${text}`) % 4 > 0) return 'success';
      failed++;
      return `failed ${attempt}`;
    };
  }
  await stage.start({ numbers: numbers(CALLS, 0), recalls: 1, recallWait: 45 });
  await stage.callout(numbers(CALLS / 2, 100), { line: '055196866001' });
  await stage.callout(['19900000001', '19900000002'], { robot: '4567', line: '055196866001' });
  await stage.advance(20 * SECOND);
  await stage.callIn({ line: '055196866001', robot: '4567', relation: 'r-1' });
  await stage.idle();
  // And over midnight, so that what was lost is filed.
  const { to } = await stage.advanceTo(at('2026-01-06 00:00:01'));
  const bodies = [records, others].flatMap(({ got }) => got.map(({ module, text }) => `${module} ${text}`));
  // Only the addresses are of this run, and how long an answer took on the wall.
  const withoutRun = (text: string) =>
    text.replaceAll(records.url, 'http://records').replaceAll(others.url, 'http://others');
  const told = facts.map((fact) =>
    withoutRun(JSON.stringify(fact, (key, value) => (key === 'tookMs' ? 0 : value))),
  );
  return { bodies, told, dump: withoutRun(stage.dump()), calledBack, failed, to };
}

/** All with one seed: in the suite at once, in full size one after the other, as the clock waits less there. */
async function runAll(): Promise<Run[]> {
  const runs: Promise<Run>[] = [];
  for (let i = 0; i < RUNS.memory + RUNS.disk; i++) {
    runs.push(i < RUNS.memory ? run(7) : runOnDisk(7));
    if (FULL) await runs.at(-1);
  }
  return Promise.all(runs);
}

async function runOnDisk(seed: number): Promise<Run> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-same-'));
  return await run(seed, folder.path);
}

function lotOf(text: string): number {
  return Number.parseInt(hash('sha256', text).slice(0, 8), 16);
}

function numbers(count: number, first: number): string[] {
  return Array.from({ length: count }, (_, i) => String(13_700_000_000 + first + i));
}

async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { code } = (await response.json()) as { code: number };
  if (code !== 0) throw new Error(`${url} answered ${code}`);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe('under receivers of random latency, with a third of their answers failing and calls back', () => {
  it(`bodies, attempts and the whole state are equal over ${RUNS.memory + RUNS.disk} runs, in memory and on disk`, {
    timeout: FULL ? 1_800_000 : 60_000,
  }, async () => {
    const [first, ...others] = await runAll();
    if (first === undefined) throw new Error('there was no run');
    expect(others).toHaveLength(RUNS.memory + RUNS.disk - 1);
    for (const next of others) {
      expect(next.bodies).toEqual(first.bodies);
      expect(parse(next.dump)).toEqual(parse(first.dump));
      expect(next.dump).toBe(first.dump);
      expect(next.told).toEqual(first.told);
      expect(next.to).toBe(first.to);
    }
    // All of it happened: calls back, failures, retries, a file, rows of the task that was called back for.
    const { attempt = [], outbox = [], push_file = [], call = [] } = parse(first.dump);
    expect(first.calledBack).toBe(CALLS_BACK);
    expect(first.failed / first.bodies.length).toBeGreaterThan(0.2);
    expect(attempt.some(({ number }) => number === 4)).toBe(true);
    expect(outbox.filter(({ state }) => state === 2).length).toBeGreaterThan(0);
    expect(push_file).toHaveLength(1);
    expect(new Set(call.map(({ line_num }) => line_num))).toEqual(
      new Set(['69101338', '055196866001', '69101408']),
    );
  });

  it('another seed gives something else', async () => {
    const [one, other] = await Promise.all([run(7), run(8)]);
    expect(other.bodies).not.toEqual(one.bodies);
    expect(other.dump).not.toBe(one.dump);
  });
});

function parse(dump: string): Record<string, Record<string, unknown>[]> {
  return JSON.parse(dump) as Record<string, Record<string, unknown>[]>;
}
