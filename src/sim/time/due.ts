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
      const line = world.lineByKey(entry.key);
      if (line !== undefined) dialLine(world, line);
      return line !== undefined;
    }
  }
}

/** Midnight in Asia/Shanghai: failure files are closed and old ones dropped, ended calls leave the store. */
function endDay(world: World): boolean {
  world.agenda.add({ at: startOfDay(world.now) + DAY_MS, rank: RANK.day, key: 0 });
  closeFiles(world, { today: false });
  world.filesToRemove.push(...dropOldFiles(world));
  pruneEnded(world);
  return true;
}

/** What still keeps the simulation from being idle, in words; empty if it is. Housekeeping does not count. */
export function pendingWork(world: World): string[] {
  const pending: string[] = [];
  if (world.calls.size > 0) pending.push(`${world.calls.size} calls under way`);
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

/** A cheap first look, so that the whole one is taken only when nothing is alive. */
export function isQuiet(world: World): boolean {
  return world.calls.size === 0 && world.outbox.owed === 0;
}
