import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGuard } from './guard.ts';
import { HAS_GROUPS, isGroupAlive, signalGroup } from './process-group.ts';

/** How a command ended. */
export type CommandEnd =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** It never ran; `code` is the system's, such as `ENOENT`. */
  | { readonly kind: 'not-run'; readonly code: string };

/** What somebody may send to a command, and the change of a terminal's size. */
const FORWARDED: readonly NodeJS.Signals[] = HAS_GROUPS
  ? ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGWINCH']
  : ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a command on our stdin, stdout and stderr, in a process group of its own: signals to us go to all of it, and
 * none of it survives us, not even if we are killed.
 * @returns how it ended, and whether something that it had left running had to be ended
 */
export async function runCommand(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ end: CommandEnd; leftBehind: boolean }> {
  let child: ChildProcess | null = null;
  const forward = (signal: NodeJS.Signals) => void (child !== null && sendSignal(child, signal));
  // Before it runs: a signal that comes right after must not end us alone.
  for (const signal of FORWARDED) process.on(signal, forward);
  try {
    // Started before there is anything to guard: the command is unguarded only until it has an id, some ms.
    using guard = startGuard();
    const end = await endOf(() => {
      child = startCommand(command, env);
      if (child.pid !== undefined) guard.watch(child.pid);
      return child;
    });
    return { end, leftBehind: child !== null && (await endGroup(child)) };
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
  }
}

function startCommand([file = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(file, args, { stdio: 'inherit', detached: HAS_GROUPS, env });
}

/** Some reasons why it cannot run are thrown by the start itself, others come as an event. */
async function endOf(start: () => ChildProcess): Promise<CommandEnd> {
  try {
    const [code, signal] = (await once(start(), 'exit')) as [number | null, NodeJS.Signals | null];
    return signal === null ? { kind: 'exit', code: code ?? 0 } : { kind: 'signal', signal };
  } catch (error) {
    return { kind: 'not-run', code: (error as NodeJS.ErrnoException).code ?? '' };
  }
}

function sendSignal(child: ChildProcess, signal: NodeJS.Signals): boolean {
  if (child.pid === undefined) return false;
  return HAS_GROUPS ? signalGroup(child.pid, signal) : child.kill(signal);
}

/** Wall ms that what is left behind has to end by itself, and between two looks at it. */
const GRACE_MS = 2000;
const LOOK_MS = 20;

/** Ends what the command left running. @returns whether there was something */
async function endGroup({ pid }: ChildProcess): Promise<boolean> {
  if (!HAS_GROUPS || pid === undefined || !isGroupAlive(pid)) return false;
  signalGroup(pid, 'SIGTERM');
  for (const endAt = performance.now() + GRACE_MS; performance.now() < endAt; await sleep(LOOK_MS))
    if (!isGroupAlive(pid)) return true;
  signalGroup(pid, 'SIGKILL');
  return true;
}
