import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailPoint } from '../../src/sim/store/database.ts';
import { TestReceiver } from '../support/receiver.ts';
import { at, FULL, numbersFrom, Stage } from '../support/stage.ts';

/** The second midnight finds what the first could not put away. */
const STEPS = [at('10:01'), at('10:05'), at('12:00'), at('2026-01-06 00:00:01'), at('2026-01-07 00:00:01')];

let receiver: TestReceiver;
let expected: string;
let commits = 0;

beforeAll(async () => {
  receiver = await TestReceiver.start();
  receiver.answer = ({ text, module }) => {
    if (module.startsWith('get')) return module === 'getSemantics' ? '[]' : '{"姓名":"张三"}';
    const lot = [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 7);
    return lot % 6 === 0 ? 'no' : 'success';
  };
  const whole = await runFailingAt(Number.POSITIVE_INFINITY);
  expected = whole.dump;
  commits = whole.commits;
});

afterAll(() => receiver.stop());

/** A campaign in which one commit fails; whoever moves the clock tries again. */
async function runFailingAt(number: number, clock = 'manual') {
  let count = Number.NaN;
  const failPoint = (point: FailPoint) => {
    if (point !== 'before-commit') return;
    count++;
    if (count === number) throw new Error('the disk is full');
  };
  await using stage = await Stage.open({ receiver, failPoint, expectErrors: true, clock });
  await stage.addFault({ on: 'push', httpStatus: 500, probability: 0.2 });
  await stage.callout([...numbersFrom(0, 4), '19900006006']);
  await stage.callout(['19900000001'], { robot: '4567' });
  await stage.callIn({ robot: '4567' });
  await stage.start({
    lines: '055169101407',
    numbers: [...numbersFrom(100, 4), '19900002001'],
    recalls: 1,
    recallWait: 60,
  });
  count = 0;
  let refused = 0;
  for (const to of STEPS) {
    for (let tries = 0; ; tries++) {
      try {
        await stage.advanceTo(to);
        break;
      } catch (error) {
        if (tries > 2) throw error;
        expect(error).toMatchObject({ reason: 'busy' });
        refused++;
        expect(stage.simulation.isWriting).toBe(false);
      }
    }
  }
  expect(stage.simulation.isWriting).toBe(true);
  expect(stage.simulation.fault).toBeNull();
  return { dump: stage.dump(), commits: count, refused, logged: stage.logged.length };
}

describe('a commit that fails while time moves on', { timeout: FULL ? 600_000 : 30_000 }, () => {
  it('is tried at each place where one is made', () => {
    expect(commits).toBeGreaterThan(80);
  });

  it('changes nothing in the end: all is done again, and nothing twice', async () => {
    let refused = 0;
    const step = FULL ? 1 : 5;
    for (let number = 1; number <= commits; number += step) {
      const run = await runFailingAt(number);
      expect([number, run.logged]).toEqual([number, 1]);
      expect(JSON.parse(run.dump)).toEqual(JSON.parse(expected));
      refused += run.refused;
    }
    // Whoever moved the clock was told.
    expect(refused).toBeGreaterThan(5);
  });
});
