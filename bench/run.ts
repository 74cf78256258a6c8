import { measureCalls } from './calls.ts';
import { measureHttp, type Ratio } from './http.ts';
import { measureSip } from './sip.ts';
import { measureReset, measureStart, measureUniverses } from './start.ts';

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function show(name: string, value: string, goal: string, met: boolean): void {
  console.log(`${name.padEnd(34)} ${value.padEnd(44)} goal ${goal.padEnd(10)} ${met ? 'met' : 'MISSED'}`);
}

function showRatio({ name, goal, pairs }: Ratio): void {
  const ratios = pairs.map(({ ours, bare }) => ours / bare);
  const rate = (values: number[]) => Math.round(median(values)).toLocaleString('en');
  const ours = rate(pairs.map((pair) => pair.ours));
  const bare = rate(pairs.map((pair) => pair.bare));
  const value = `${median(ratios).toFixed(2)} of bare node:http (${ours} against ${bare}/s)`;
  show(name, value, `≥ ${goal}`, median(ratios) >= goal);
}

const only = process.argv[2];
if (only === undefined || only === 'http') for (const ratio of await measureHttp()) showRatio(ratio);
if (only === undefined || only === 'calls') {
  const rate = median([await measureCalls(), await measureCalls(), await measureCalls()]);
  show('simulated calls, durable', `${Math.round(rate).toLocaleString('en')}/s`, '≥ 15,000', rate >= 15_000);
}
if (only === undefined || only === 'start') {
  const start = await measureStart();
  if (start === null) console.log('start from dist: not built; npm run build first');
  else show('start from dist to ready', `${Math.round(median(start))} ms`, '≤ 400 ms', median(start) <= 400);
  const reset = await measureReset();
  show('reset in memory', `${median(reset).toFixed(1)} ms`, '≤ 20 ms', median(reset) <= 20);
  const universes = await measureUniverses();
  const slowest = Math.max(...universes);
  const made = `${median(universes).toFixed(1)} ms, the slowest of ${universes.length} ${slowest.toFixed(1)} ms`;
  show('a universe made', made, '≤ 10 ms', median(universes) <= 10);
}
if (only === undefined || only === 'sip') {
  const { lost, received, gapP50, gapP99, beatP99, cpuShare, campaign, ended } = await measureSip();
  const gaps = `gap p50 ${gapP50.toFixed(1)}, p99 ${gapP99.toFixed(1)} ms (the machine's own ${beatP99.toFixed(1)})`;
  show('200 SIP calls beside a campaign', gaps, '≤ 30 ms', gapP99 <= 30);
  show('their packets', `${lost} lost of ${received.toLocaleString('en')}`, '0 lost', lost === 0);
  const cpu = `${(cpuShare * 100).toFixed(0)} % of a core, ${campaign.toLocaleString('en')} calls of the campaign`;
  show('the process meanwhile', cpu, '', ended === 200);
}
