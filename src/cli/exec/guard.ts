import { spawn } from 'node:child_process';
import { HAS_GROUPS } from './process-group.ts';

/** Ends a process group when we are gone and cannot do it ourselves. */
export interface Guard extends Disposable {
  watch(group: number): void;
}

/** Its stdin tells it the group, and closes with us, however we end. */
const SCRIPT = 'read -r group && { read -r _; kill -s KILL -- "-$group"; }';

/** A shell; where there is none, commands run unguarded. Disposed, it ends and does nothing. */
export function startGuard(): Guard {
  if (!HAS_GROUPS) return { watch() {}, [Symbol.dispose]() {} };
  const shell = spawn('/bin/sh', ['-c', SCRIPT], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Whoever ends our group leaves it alone.
    detached: true,
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  return {
    watch: (group) => void shell.stdin.write(`${group}\n`),
    [Symbol.dispose]: () => void shell.kill('SIGKILL'),
  };
}
