import { type Simulator, startSimulator } from '../simulator.ts';
import { writeBanner } from './banner.ts';
import { createLog } from './log.ts';
import { readSettings } from './option.ts';

/** A second Ctrl-C arrives twice when a runner passes the terminal's on; only one that comes later means it. */
const SAME_SIGNAL_MS = 300;

/** Runs a simulator until SIGTERM or SIGINT. @throws ConfigurationError, ListenError */
export async function start(args: readonly string[]): Promise<void> {
  const settings = readSettings(args, process.env);
  const log = createLog(settings);
  // Only in a checkout: what is built and published has no fail points.
  const failPoint = import.meta.filename.endsWith('.ts') ? process.env['YETA_SIM_FAILPOINT'] : undefined;
  const { fixtures, ...rest } = settings;
  const simulator = await startSimulator({
    ...rest,
    log,
    ...(fixtures === undefined ? {} : { fixtures }),
    ...(failPoint === undefined ? {} : { failPoint: (point) => dieAt(point, failPoint) }),
  });
  // Whoever reads the first line may close the pipe after it.
  process.stdout.on('error', () => {});
  // One line that tools wait for, then what a person wants to know.
  process.stdout.write(`yeta-sim ready on ${simulator.url}\n`);
  process.stdout.write(writeBanner(simulator));
  closeOnSignal(simulator);
}

function closeOnSignal(simulator: Simulator): void {
  let first = 0;
  const onSignal = () => {
    const now = performance.now();
    if (first === 0) {
      first = now;
      void simulator.close().then(() => process.exit(0));
    } else if (now - first > SAME_SIGNAL_MS) {
      process.exit(1);
    }
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/** For crash tests: `before-commit:3` kills the process at the third time it gets there. */
let passed = 0;
function dieAt(point: string, wish: string): void {
  const [name, count = '1'] = wish.split(':');
  if (point === name && ++passed >= Number(count)) process.kill(process.pid, 'SIGKILL');
}
