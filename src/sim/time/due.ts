import { stepCall } from '../call/step.ts';
import { closeFiles, dropOldFiles } from '../push/day-end.ts';
import { pruneEnded } from '../store/prune.ts';
import { dialLine } from '../task/dial.ts';
import { hasWorkAhead, runTaskEvent } from '../task/progress.ts';
import type { World } from '../world.ts';
import { type AgendaEntry, RANK } from './agenda.ts';
import { DAY_MS, startOfDay } from './calendar.ts';

/** Lets one due event happen, at its instant. @returns false if its entity has moved on and nothing was due */
export function runDue(world: World, entry: AgendaEntry): boolean {
  switch (entry.rank) {
    case RANK.day:
      return endDay(world);
    case RANK.task: {
      if (!world.takeTaskTimer(entry.key, entry.at)) return false;
      const task = world.task(entry.key);
      if (task === null) return false;
      runTaskEvent(world, task);
      return true;
    }
    case RANK.call: {
      const call = world.calls.get(entry.key);
      if (call === undefined || call.dueAt !== entry.at) return false;
      stepCall(world, call);
      return true;
    }
    case RANK.dial: {
      const line = world.takeDial(entry.key, entry.at);
      if (line !== undefined) dialLine(world, line);
      return line !== undefined;
    }
  }
}

/** Midnight in Asia/Shanghai: failure files are closed and old ones dropped, ended calls leave the store. */
function endDay(world: World): boolean {
  world.agenda.add({ at: startOfDay(world.now) + DAY_MS, rank: RANK.day, key: 0 });
  closeDays(world);
  pruneEnded(world);
  return true;
}

/** What is to be done for all days that are over; doing it again changes nothing. */
export function closeDays(world: World): void {
  closeFiles(world, { today: false });
  dropOldFiles(world);
}

/** What still keeps the simulation from being idle, in words; empty if it is. Neither housekeeping nor real phones count. */
export function pendingWork(world: World): string[] {
  const pending: string[] = [];
  const calls = world.calls.size - world.phoneCalls.size;
  if (calls > 0) pending.push(`${calls} calls under way`);
  if (world.outbox.owed > 0) pending.push(`${world.outbox.owed} pushes or pulls owed`);
  for (const task of world.activeTasks()) {
    if (task.type === 0 && hasWorkAhead(world, task))
      pending.push(`task ${world.ids.task(task.id)} in status ${task.status}`);
  }
  for (const state of world.lines.values()) {
    const rows = world.dialableRows(state);
    if (rows > 0) pending.push(`${rows} rows of the pool on line ${state.line.lineNum}`);
  }
  return pending;
}

/** Calls that no clock can bring to an end: their phones do, in wall time. */
export function phonesUnderWay(world: World): string[] {
  return [...world.phoneCalls.values()].map(
    ({ uuid, caller, callee }) => `SIP call ${uuid} from ${caller} to ${callee} under way`,
  );
}

/** A cheap first look, so that the whole one is taken only when nothing is alive. */
export function isQuiet(world: World): boolean {
  return world.calls.size === world.phoneCalls.size && world.outbox.owed === 0;
}
