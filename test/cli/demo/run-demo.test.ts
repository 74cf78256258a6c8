import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type DemoOptions, runDemo } from '../../../src/cli/demo/run-demo.ts';
import { Terminal } from './terminal.ts';

/** Few enough to be quick, enough for every incident of the day. */
const OPTIONS: DemoOptions = { seed: 1, calls: 40, port: 0, fast: true, stay: false, json: false };

async function run(change: Partial<DemoOptions> = {}, output = new Terminal()) {
  const addsUp = await runDemo({ ...OPTIONS, ...change }, output);
  return { addsUp, text: output.text };
}

/** Without the port, which is any that is free. */
function withoutPort(text: string): string {
  return text.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT');
}

describe('the demo', () => {
  it('counts on both sides, and both counts agree', async () => {
    const { addsUp, text } = await run({ json: true });
    const report = JSON.parse(text);
    expect(addsUp).toBe(true);
    expect(report.addsUp).toBe(true);
    expect(report.checks.map((check: { simulator: number }) => check.simulator > 0)).not.toContain(false);
    expect(report.checks.every((check: { agrees: boolean }) => check.agrees)).toBe(true);
    const calls = report.results.reduce((sum: number, result: { calls: number }) => sum + result.calls, 0);
    expect(calls).toBe(report.total.calls);
    expect(report.total).toMatchObject({ numbers: 40, answered: report.checks[6].receivers });
  });

  it('has a recall round, pushes that arrive on a retry, and pushes that end in the failure file', async () => {
    const { text } = await run({ json: true });
    const { tasks, pushes, failureFile } = JSON.parse(text);
    expect(tasks.map((task: { calls: number; numbers: number }) => task.calls > task.numbers)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(pushes.deliveredAfterRetry).toBeGreaterThan(0);
    expect(pushes.givenUp).toBeGreaterThan(0);
    expect(failureFile.lines).toBe(pushes.givenUp);
    expect(failureFile.paths).toEqual([expect.stringMatching(/^167\/2026-01-05\/(0[0-9A-F]){16}\.zip$/)]);
  });

  it('prints the same for the same seed, and something else for another', async () => {
    const [one, again, other] = await Promise.all([run(), run(), run({ seed: 2 })]);
    expect(withoutPort(again.text)).toBe(withoutPort(one.text));
    expect(withoutPort(other.text)).not.toBe(withoutPort(one.text));
  });

  it('tells the day as it goes, in the order of its clock, and sums it up', async () => {
    const { text } = await run();
    const lines = text.split('\n');
    const times = lines.flatMap((line) => /^(10:\d\d:\d\d) {2}\S/.exec(line)?.[1] ?? []);
    expect(times.length).toBeGreaterThan(6);
    expect(times).toEqual(times.toSorted());
    for (const part of [
      '40 numbers submitted',
      'paused by hand',
      'started again',
      'goes down',
      'is back',
      'recall round',
    ])
      expect(text).toContain(part);
    expect(text).toContain('Everything adds up.');
    expect(lines.filter((line) => / (yes|NO)$/.test(line))).toHaveLength(8);
    expect(text).not.toMatch(/undefined|NaN/);
    expect(text).toBe(stripVTControlCharacters(text));
    expect(text).toMatch(/^ {2}robot {5}\S.*\n(.*\n)*? {2}customer {2}\S.*\[.+\]$/m);
  });
});

describe('on a terminal the demo', () => {
  it('draws a block anew that never leaves a trace, however narrow the terminal is', async () => {
    const terminal = new Terminal({ columns: 50 });
    await run({}, terminal);
    expect(terminal.redraws).toBeGreaterThan(20);
    expect(terminal.widestFrame).toBeLessThan(50);
    expect(terminal.cursorIsHidden).toBe(false);
    const plain = await run();
    const told = plain.text.split('\n').filter((line) => !/ called, \d+ answered, /.test(line));
    expect(withoutPort(terminal.screen())).toBe(withoutPort(told.join('\n')));
  });
});
