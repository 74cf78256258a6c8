import { constants } from 'node:os';
import type { CommandEnd } from './command.ts';

/** As shells have them. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
const SIGNAL_BASE = 128;

/** The exit code that a shell would show for a command that ended so. */
export function exitCodeOf(end: CommandEnd): number {
  switch (end.kind) {
    case 'exit':
      return end.code;
    case 'signal':
      return SIGNAL_BASE + constants.signals[end.signal];
    case 'not-run':
      return end.code === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE;
  }
}

/**
 * Ends this process by the signal that ended the command, so that whoever waits for us sees what it would have seen: a
 * shell stops its script after a Ctrl-C, a runner tells a kill from a failure. Returns where a signal has no such
 * effect, as on PID 1 of a container; the exit code says it there.
 */
export function endLike(end: CommandEnd): void {
  if (end.kind !== 'signal') return;
  process.removeAllListeners(end.signal);
  process.kill(process.pid, end.signal);
}
