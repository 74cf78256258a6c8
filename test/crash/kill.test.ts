import { cp, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailPoint } from '../../src/sim/store/database.ts';
import { Child, ChildGone, readState } from '../support/child.ts';
import { TestReceiver } from '../support/receiver.ts';
import { at, FULL, numbersFrom, Stage } from '../support/stage.ts';

/** Instants to which the clock is moved one after the other: hours of calls, two midnights, the day on which files go. */
const STEPS = [
  ...[at('10:01'), at('10:05'), at('11:00'), at('2026-01-06 00:00'), at('2026-01-06 10:00')],
  ...[at('2026-01-07 00:00:01'), at('2026-01-12 23:59:59'), at('2026-01-13 00:00:01')],
];
/** Nothing leaves the store before the end, so that all of it is compared. */
const KEEP = { days: 30 };

let receiver: TestReceiver;
let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
/** How often the uninterrupted run passed each fail point. */
const passed: Record<FailPoint, number> = {
  'before-commit': 0,
  'after-commit': 0,
  'before-rename': 0,
  'after-rename': 0,
};
let expected: ReturnType<typeof readState>;

beforeAll(async () => {
  receiver = await TestReceiver.start();
  // An eighth of all bodies never gets through; faults, drawn by push and attempt, see to the rest.
  receiver.answer = ({ text, module }) => {
    if (module.startsWith('get')) return module === 'getSemantics' ? '[]' : '{"姓名":"张三"}';
    const lot = [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 7);
    return lot % 8 === 0 ? 'no' : 'success';
  };
  folder = await mkdtempDisposable(join(tmpdir(), 'yeta-sim-crash-'));
  await writeFile(join(folder.path, 'config.yaml'), JSON.stringify({ keep: KEEP }));
  await submit(join(folder.path, 'submitted'));
  const reference = await copy('reference');
  await using stage = await Stage.open({
    dataDir: reference,
    receiver,
    keep: KEEP,
    failPoint: (point) => passed[point]++,
  });
  for (const to of STEPS) await stage.advanceTo(to);
  await stage.close();
  expected = readState(reference);
});

afterAll(async () => {
  await receiver.stop();
  await folder[Symbol.asyncDispose]();
});

/** Everything that is asked of the simulator; from here on only time passes. */
async function submit(dataDir: string): Promise<void> {
  await using stage = await Stage.open({ dataDir, receiver, keep: KEEP });
  await stage.addFault({ on: 'push', httpStatus: 500, probability: 0.2 });
  await stage.callout([...numbersFrom(0, 6), '19900006006', '19900006007', '19900005060']);
  await stage.callout(['19900000001', '19900000002'], { robot: '4567' });
  await stage.callIn({ robot: '4567', relation: 'r-1' });
  await stage.start({
    lines: '055169101407',
    numbers: [...numbersFrom(100, 8), '19900002002'],
    recalls: 2,
    recallWait: 300,
    begin: at('10:02'),
  });
  await stage.start({
    lines: '055169101408',
    numbers: numbersFrom(200, 4),
    begin: at('2026-01-06 09:00'),
    end: at('2026-01-06 12:00'),
    turbo: true,
  });
}

async function copy(name: string): Promise<string> {
  const target = join(folder.path, name);
  await cp(join(folder.path, 'submitted'), target, { recursive: true });
  return target;
}

interface Death {
  /** Of the first process. */
  readonly failPoint?: string;
  /** Wall ms after which each process is killed, while there are any. */
  readonly killAfterMs?: readonly number[];
}

/** Moves the clock through all steps, in one process after the other. @returns how many of them died */
async function runToEnd(dataDir: string, death: Death): Promise<number> {
  const config = join(folder.path, 'config.yaml');
  for (let deaths = 0; ; deaths++) {
    try {
      await using child = await Child.start({
        dataDir,
        config,
        clock: 'manual',
        pushUrl: receiver.url,
        ...(deaths === 0 && death.failPoint !== undefined ? { failPoint: death.failPoint } : {}),
      });
      const killAfterMs = death.killAfterMs?.[deaths];
      if (killAfterMs !== undefined) setTimeout(() => child.kill(), killAfterMs);
      const now = await child.now();
      for (const to of STEPS) if (to >= now) await child.advance({ to });
      return deaths;
    } catch (error) {
      if (!(error instanceof ChildGone)) throw error;
    }
  }
}

async function expectSameEnd(name: string, death: Death): Promise<number> {
  const dataDir = await copy(name);
  const deaths = await runToEnd(dataDir, death);
  const found = readState(dataDir);
  expect(JSON.parse(found.dump)).toEqual(JSON.parse(expected.dump));
  expect(found.dump).toBe(expected.dump);
  expect(found.files).toEqual(expected.files);
  return deaths;
}

/** Every one of them in full size; else the first, the one in the middle, and the last, at which old files go. */
function choose(count: number): number[] {
  const all = Array.from({ length: count }, (_, i) => i + 1);
  return FULL ? all : all.filter((n) => n === 1 || n === Math.ceil(count / 2) || n > count - 2);
}

describe('a run that is killed with -9', () => {
  it('has something to lose: calls, recall rounds, retries, two files of which one is removed', () => {
    const tables = JSON.parse(expected.dump) as Record<string, Record<string, unknown>[]>;
    expect(tables.call?.length).toBeGreaterThan(25);
    expect(tables.call?.some(({ tries }) => tries === 2)).toBe(true);
    expect(tables.outbox?.some(({ state, tries }) => state === 1 && Number(tries) > 1)).toBe(true);
    expect(tables.outbox?.every(({ state }) => state !== 0)).toBe(true);
    expect(passed['before-commit']).toBeGreaterThan(100);
    expect(passed['after-rename']).toBe(2);
    expect([...expected.files.keys()].map((path) => path.slice(0, 15))).toEqual(['167/2026-01-06/']);
  });

  it('in a process of its own, uninterrupted, ends like one in this process', async () => {
    expect(await expectSameEnd('whole', {})).toBe(0);
  });

  it.each(['before-commit', 'after-commit', 'before-rename', 'after-rename'] as const)(
    'at %s ends in the very tables and files of an uninterrupted one',
    { timeout: FULL ? 3_600_000 : 120_000 },
    async (point) => {
      for (const count of choose(passed[point])) {
        const deaths = await expectSameEnd(`${point}-${count}`, { failPoint: `${point}:${count}` });
        // It did die, and where it should: once.
        expect([point, count, deaths]).toEqual([point, count, 1]);
      }
    },
  );

  it('at random, several times over, ends in the very tables and files of an uninterrupted one', {
    timeout: FULL ? 3_600_000 : 120_000,
  }, async () => {
    let deaths = 0;
    for (let run = 0; run < (FULL ? 40 : 1); run++) {
      const killAfterMs = Array.from({ length: 3 }, () => Math.random() * 250);
      deaths += await expectSameEnd(`random-${run}`, { killAfterMs });
    }
    expect(deaths).toBeGreaterThan(0);
  });
});
