import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Windows knows no process groups, and fewer signals. */
export const HAS_GROUPS = process.platform !== 'win32';

/** Linux has it, unless it is not mounted. */
const HAS_PROC = existsSync('/proc/self/stat');

/**
 * Sends a signal to all of a process group.
 * @returns false: nobody of it is left, or what is left belongs to somebody else and is not ours to end
 */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}

/** Whether something of the group still runs; what ended and was not collected, as in a container without init, does not. */
export function isGroupAlive(group: number): boolean {
  if (!signalGroup(group, 0)) return false;
  return !HAS_PROC || readdirSync('/proc').some((pid) => isRunningIn(group, pid));
}

/** @param pid an entry of /proc, which may be something else */
function isRunningIn(group: number, pid: string): boolean {
  if (!/^\d+$/.test(pid)) return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // pid (name) state parent group …; the name may have blanks and brackets in it.
    const [state = '', , ownGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(ownGroup) === group && !/[ZX]/.test(state);
  } catch {
    return false; // it ended meanwhile
  }
}
