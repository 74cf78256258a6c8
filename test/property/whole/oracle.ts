import type { Json } from '../../support/simulator.ts';

/* What the platform must answer, read from spec 1.3 and 2.1 and from what can be seen, without the simulator's code. */

/** What can be seen before a request, where no switch, fault or balance stands in its way. */
export interface Situation {
  readonly now: number;
  /** As `/_sim/tasks` shows them. */
  readonly tasks: readonly Json[];
  readonly lines: readonly { readonly lineNum: string; readonly timeWork: readonly string[] }[];
}

export interface Expected {
  readonly code: number;
  /** Of the task afterwards; undefined: whatever. */
  readonly statuses?: readonly number[];
}

const HOLDING = [1, 2, 3, 5, 6];
const STAYS = { code: 0 } as const;

/** @returns null: more than one answer would be right */
export function expectTaskAnswer(
  operation: 'start' | 'pause' | 'delete' | 'insert',
  taskId: string,
  situation: Situation,
): Expected | null {
  const task = situation.tasks.find((one) => one.taskId === taskId);
  if (task === undefined) return { code: 200202 };
  const refused = (code: number): Expected => ({ code, statuses: [task.status] });
  if (task.deleted) return refused(3010102);
  if (operation !== 'delete' && task.status === 4) return refused(3010101);
  if (task.type === 2) return operation === 'start' ? { ...STAYS, statuses: [2] } : refused(200200);
  switch (operation) {
    case 'insert':
      return task.status === 0 ? { code: 0, statuses: [0] } : refused(200200);
    case 'delete':
      return { code: 0, statuses: [task.status] };
    case 'pause':
      return [0, 7].includes(task.status) ? refused(200200) : { code: 0, statuses: [3] };
    case 'start':
      return expectStart(task, situation);
  }
}

/** @param lineNum of the callout; its numbers, columns and robot are in order */
export function expectCallout(lineNum: string, { now, tasks, lines }: Situation): Expected | null {
  if (findHolder(tasks, [lineNum], null) !== undefined) return { code: 3030002 };
  const isOpen = isOpenAt(lines.find((line) => line.lineNum === lineNum)?.timeWork ?? [], now);
  return isOpen === null ? null : { code: isOpen ? 0 : 200222 };
}

function expectStart(task: Json, { now, tasks, lines }: Situation): Expected | null {
  const isEnded = task.timeEndMs !== null && now >= task.timeEndMs;
  if (!isEnded && [1, 2].includes(task.status)) return { code: 0, statuses: [task.status] };
  if (findHolder(tasks, task.lineNums, task.taskId) !== undefined)
    return { code: 3030002, statuses: [task.status] };
  if (isEnded) return { code: 200222, statuses: [task.status] };
  if (now < task.timeBeginMs) return { code: 0, statuses: [1] };
  const open = lines
    .filter(({ lineNum }) => task.lineNums.includes(lineNum))
    .map(({ timeWork }) => isOpenAt(timeWork, now));
  const isInRange = isOpenAt(task.timeRange, now);
  if (isInRange === null || open.includes(null)) return { code: 0, statuses: [2, 6] };
  return { code: 0, statuses: [isInRange && open.includes(true) ? 2 : 6] };
}

function findHolder(tasks: readonly Json[], lineNums: readonly string[], own: string | null): Json {
  return tasks.find(
    (task) =>
      task.taskId !== own &&
      task.type === 0 &&
      !task.deleted &&
      HOLDING.includes(task.status) &&
      task.lineNums.some((lineNum: string) => lineNums.includes(lineNum)),
  );
}

/** Null: in the very second in which a span begins or ends. @param spans none = all day */
function isOpenAt(spans: readonly string[], now: number): boolean | null {
  if (spans.length === 0) return true;
  const time = new Date(now + 8 * 3_600_000).toISOString().slice(11, 19);
  const bounds = spans.map((span) => span.split('-') as [string, string]);
  if (bounds.some((pair) => pair.includes(time))) return null;
  return bounds.some(([begin, end]) => begin < time && time < end);
}
