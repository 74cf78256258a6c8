import { MODULES } from '../../sim/account/account.ts';
import { createSimulator } from '../../simulator.ts';
import { Day } from './day.ts';
import { DemoClient } from './demo-client.ts';
import { DemoReceiver } from './demo-receiver.ts';
import { planDay } from './plan.ts';
import { makeReport } from './report/report.ts';
import { writeSummary } from './report/summary.ts';
import { type Output, openScreen, type Screen } from './screen/screen.ts';

export interface DemoOptions {
  readonly seed: number;
  readonly calls: number;
  readonly port: number;
  readonly fast: boolean;
  readonly stay: boolean;
  readonly json: boolean;
}

/** Wall ms that a look at the day stays on a terminal. */
const FRAME_MS = 100;

/** @returns whether both sides counted the same @throws ListenError */
export async function runDemo(options: DemoOptions, output: Output): Promise<boolean> {
  const { seed, calls, port, json } = options;
  const tasks = planDay(seed, calls);
  await using calm = await DemoReceiver.open();
  await using flaky = await DemoReceiver.open();
  const receivers = [calm, flaky];
  await using simulator = await createSimulator({
    port,
    seed,
    clock: 'manual',
    // A machine that is slow, or busy, must not change the numbers.
    grace: 30_000,
    push: { timeout: 30_000 },
    log: (message, error) => console.error(message, error),
  });
  const client = new DemoClient(simulator.url, simulator.app);
  const survey = tasks.find(({ key }) => key === 'survey');
  await client.control('PUT', '/urls', {
    businessId: simulator.app.businessId,
    urls: MODULES.flatMap((module) => [
      { module, url: `${calm.url}/${module}` },
      { module, robotId: survey?.robotId, url: `${flaky.url}/${module}` },
    ]),
  });
  const screen = json ? SILENT : openScreen({ output, receivers, frameMs: options.fast ? 0 : FRAME_MS });
  const day = new Day({
    client,
    tasks,
    flaky,
    onMilestone: (at, text) => screen.milestone(at, text),
    onSnapshot: (snapshot) => screen.show(snapshot),
  });
  const last = await watch(screen, () => {
    if (!json) output.write(`${introduce(simulator.url)}\n`);
    return day.run();
  });
  const { report, told } = await makeReport({ client, receivers, seed, last });
  output.write(json ? `${JSON.stringify(report, null, 2)}\n` : writeSummary(report, told));
  if (!json) output.write(options.stay ? explainStay(simulator.url) : NEXT);
  if (options.stay) await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  return report.addsUp;
}

const SILENT: Screen = { milestone() {}, async show() {}, close() {} };

/** Gives the terminal back however the day ends. */
async function watch<T>(screen: Screen, run: () => Promise<T>): Promise<T> {
  const onSignal = () => {
    screen.close();
    process.exit(130);
  };
  process.once('SIGINT', onSignal);
  try {
    return await run();
  } finally {
    screen.close();
    process.off('SIGINT', onSignal);
  }
}

function introduce(url: string): string {
  return [
    `A campaign day on a clock that runs as fast as it can. The simulator is at ${url},`,
    'two receivers of pushes beside it; everything below goes over HTTP, as it would with a client of yours.',
    '',
  ].join('\n');
}

const NEXT = `
WHERE TO LOOK NEXT

  npx yeta-sim demo --stay                               the same day, to look around in afterwards
  npx yeta-sim --push-url http://127.0.0.1:9000/yeta     a simulator whose pushes go to your own receiver
  npx yeta-sim init                                      fixtures and configuration to edit: robots, lines, weights
  README.md and docs/                                    five minutes with curl; what is simulated, and how sure we are

`;

function explainStay(url: string): string {
  return [
    '',
    'THE SIMULATOR STAYS until Ctrl-C; its clock stands at the next morning',
    '',
    `  ${url}/_sim/calls                 every call with its timeline`,
    `  ${url}/_sim/pushes?state=failed   every push with its attempts, and why they did not count`,
    `  ${url}/_sim/tasks                 the tasks, and what they wait for`,
    '',
    '',
  ].join('\n');
}
