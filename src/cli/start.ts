import { DEFAULT_PORT } from '../config.ts';
import { isCheckout } from '../package.ts';
import type { Simulator } from '../simulator.ts';
import { DEFAULT_SIP_CONFIG } from '../sip/config.ts';
import { readFlags } from './flag.ts';
import { expectShortLives, giveMemoryBack } from './memory.ts';
import { OPTION_FLAGS, settingsOf } from './option.ts';
import { OTHER_VARIABLES } from './other-variable.ts';
import { variableOf } from './variable.ts';
import { EXIT_FAILED, type Verb } from './verb.ts';

export const startVerb: Verb = {
  name: 'start',
  usage: '[FLAGS]',
  summary: 'runs a simulator until it is told to stop; what happens without a verb',
  flags: [
    ...OPTION_FLAGS,
    {
      name: '--json',
      help: 'only one line, when it is ready: {"ready","url","tlsUrl","appKey","appSecret","clock",…}',
    },
  ],
  notes: [
    `Every flag is also a variable (--data-dir: ${variableOf('dataDir')}) and a key of the config file (dataDir);`,
    `every other key of the file is a variable too (push.timeout: ${variableOf('push', 'timeout')}, urls.receiveDialog:`,
    `${variableOf('urls', 'receiveDialog')}). A flag wins over a variable, a variable over the file.`,
  ],
  exits: [
    { code: 0, when: 'it was told to stop, by SIGTERM or SIGINT' },
    { code: EXIT_FAILED, when: 'it was told twice, and ended at once' },
  ],
  run: start,
};

/** A second Ctrl-C arrives twice when a runner passes the terminal's on; only one that comes later means it. */
const SAME_SIGNAL_MS = 300;

/** Runs a simulator until SIGTERM or SIGINT. @throws ConfigurationError, ListenError */
async function start(args: readonly string[]): Promise<undefined> {
  expectShortLives();
  const { flags } = readFlags(args, startVerb.flags, null);
  const settings = await settingsOf(flags, process.env);
  // Before anything takes time: PID 1 of a container would never see a signal that it does not listen to.
  const closeOnSignal = listenForSignals();
  const { createLog } = await import('./log.ts');
  const { createSimulator } = await import('../simulator.ts');
  const { describeStart, writeBanner } = await import('./banner.ts');
  const log = await createLog(settings);
  // For tests of a checkout alone: what is published has no fail points.
  const failPoint = isCheckout() ? process.env[OTHER_VARIABLES.failPoint] : undefined;
  const { fixtures, ...rest } = settings;
  const simulator = await createSimulator({
    ...rest,
    port: settings.port ?? DEFAULT_PORT,
    sipPort: settings.sipPort ?? DEFAULT_SIP_CONFIG.port,
    log,
    ...(fixtures === undefined ? {} : { fixtures }),
    ...(failPoint === undefined ? {} : { failPoint: (point) => dieAt(point, failPoint) }),
  });
  // Before anybody knows of it: whoever waits for the line may want it to stop at once.
  closeOnSignal(simulator);
  // One line that tools wait for, then what a person wants to know.
  process.stdout.write(
    flags.has('--json')
      ? `${JSON.stringify(describeStart(simulator))}\n`
      : `yeta-sim ready on ${simulator.url}\n${writeBanner(simulator)}`,
  );
  giveMemoryBack();
}

/** @returns to be told of the simulator as soon as there is one: until then a signal ends the process at once */
function listenForSignals(): (simulator: Simulator) => void {
  let first = 0;
  let running: Simulator | null = null;
  const onSignal = () => {
    const now = performance.now();
    if (running === null) {
      process.exit(0);
    } else if (first === 0) {
      first = now;
      void running.close().then(() => process.exit(0));
    } else if (now - first > SAME_SIGNAL_MS) {
      process.exit(EXIT_FAILED);
    }
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return (simulator) => {
    running = simulator;
  };
}

/** For crash tests: `before-commit:3` kills the process at the third time it gets there. */
let passed = 0;
function dieAt(point: string, wish: string): void {
  const [name, count = '1'] = wish.split(':');
  if (point === name && ++passed >= Number(count)) process.kill(process.pid, 'SIGKILL');
}
