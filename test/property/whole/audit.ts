import type { Json } from '../../support/simulator.ts';

/** Results of a call that somebody answered (spec 2.3). */
const ANSWERED = new Set(['0', '15', '16', '18', '19']);

/** What a user sees of a simulator through its interfaces. */
export interface Sight {
  readonly now: number;
  readonly lines: readonly { readonly lineNum: string; readonly concurrents: number }[];
  /** Rows of the platform's `task/query`, with `remaining`. */
  readonly queried: readonly Json[];
  /** `/_sim/tasks` of the same enterprise. */
  readonly tasks: readonly Json[];
  /** `/_sim/tasks/:id/rows`, by task. */
  readonly rows: ReadonlyMap<string, readonly Json[]>;
  /** `/_sim/calls`. */
  readonly calls: readonly Json[];
  /** `/_sim/calls?state=live`. */
  readonly live: readonly Json[];
  /** `/_sim/pushes`. */
  readonly pushes: readonly Json[];
  /** `/_sim/receiver`; null: some of it is forgotten. */
  readonly received: readonly Json[] | null;
}

/** Where two interfaces contradict each other, or a promise; a line each. */
export function findContradictions(sight: Sight): string[] {
  return [
    ...checkCounts(sight),
    ...checkRows(sight),
    ...checkLines(sight),
    ...checkPushes(sight),
    ...checkReceived(sight),
  ];
}

function checkCounts({ queried, tasks, rows, calls }: Sight): string[] {
  const found: string[] = [];
  const ids = (list: readonly Json[], key: string) => list.map((one) => one[key]).sort();
  if (ids(queried, 'task_id').join() !== ids(tasks, 'taskId').join())
    found.push('task/query lists other tasks');
  for (const seen of queried) {
    const task = tasks.find(({ taskId }) => taskId === seen.task_id);
    const own = calls.filter(({ taskId }) => taskId === seen.task_id);
    const ended = own.filter(({ state }) => state === 'ended');
    const called = new Set(own.map(({ rowIndex }) => rowIndex)).size;
    const through = own.filter(({ state, result }) =>
      state === 'ended' ? ANSWERED.has(result) : state === 'talking',
    ).length;
    const expected = {
      status: task?.status,
      deleted: task?.deleted ? 1 : 0,
      count_total_task: rows.get(seen.task_id)?.length,
      count_tel: rows.get(seen.task_id)?.length,
      process_count: own.length,
      process_tel_count: called,
      process_through_count: through,
      process_through_rate: called === 0 ? 0 : Math.round((through / called) * 1e4) / 1e4,
      // Rows that nobody has called yet, and those that are being called.
      remaining: (rows.get(seen.task_id)?.length ?? 0) - called + own.length - ended.length,
    };
    for (const [key, value] of Object.entries(expected)) {
      if (seen[key] !== value) found.push(`task ${seen.task_id}: ${key} is ${seen[key]}, expected ${value}`);
    }
  }
  return found;
}

function checkRows({ rows, calls, tasks, live }: Sight): string[] {
  const found: string[] = [];
  const byRow = Map.groupBy(calls, ({ taskDataId }) => taskDataId);
  for (const [taskId, list] of rows) {
    const task = tasks.find((one) => one.taskId === taskId);
    for (const [index, row] of list.entries()) {
      const own = byRow.get(row.taskDataId) ?? [];
      const ended = own.filter(({ state }) => state === 'ended');
      const name = `row ${row.taskDataId}`;
      if (row.rowIndex !== index + 1) found.push(`${name} has index ${row.rowIndex}, not ${index + 1}`);
      if (row.tries !== ended.length) found.push(`${name}: ${row.tries} tries, ${ended.length} calls`);
      if (row.result !== (ended.at(-1)?.result ?? null)) found.push(`${name}: result ${row.result}`);
      if (row.callUuid !== (own.at(-1)?.callUuid ?? null)) found.push(`${name}: call ${row.callUuid}`);
      const answered = ended.findIndex(({ result }) => ANSWERED.has(result));
      if (answered >= 0 && answered < own.length - 1) found.push(`${name} is called though it was answered`);
      if (task !== undefined && own.length > 1 + task.recalled)
        found.push(`${name} is called ${own.length} times`);
    }
  }
  const alive = calls.filter(({ state }) => state !== 'ended').map(({ callUuid }) => callUuid);
  if (
    alive.sort().join() !==
    live
      .map(({ callUuid }) => callUuid)
      .sort()
      .join()
  ) {
    found.push(`${live.length} calls are live, expected ${alive.length}`);
  }
  return found;
}

function checkLines({ lines, calls }: Sight): string[] {
  return lines.flatMap(({ lineNum, concurrents }) => {
    const own = calls.filter((call) => call.lineNum === lineNum);
    const most = Math.max(
      0,
      ...own.map(
        ({ dialAtMs }) =>
          own.filter(
            (one) => one.dialAtMs <= dialAtMs && dialAtMs < (one.hangupAtMs ?? Number.POSITIVE_INFINITY),
          ).length,
      ),
    );
    return most <= concurrents ? [] : [`line ${lineNum} carried ${most} calls, its limit is ${concurrents}`];
  });
}

function checkPushes({ pushes, calls, now }: Sight): string[] {
  const found: string[] = [];
  const byCall = Map.groupBy(pushes, ({ callUuid }) => callUuid);
  for (const call of calls) {
    const own = byCall.get(call.callUuid) ?? [];
    if (call.state !== 'ended' && own.length > 0) found.push(`call ${call.callUuid} is told before its end`);
    if (call.state === 'ended' && own.length === 0) found.push(`call ${call.callUuid} is told nobody`);
    for (const { id, body } of own) {
      const {
        call_uuid,
        time_hangup = call.hangupAtMs,
        callee = call.callee,
        task_result = call.result,
      } = body;
      if (
        call_uuid !== call.callUuid ||
        time_hangup !== call.hangupAtMs ||
        callee !== call.callee ||
        task_result !== call.result
      )
        found.push(`push ${id} tells another story than call ${call.callUuid}`);
    }
  }
  for (const { id, state, dueAtMs, attempts } of pushes) {
    const last = attempts.at(-1);
    const isRight =
      state === 'owed'
        ? dueAtMs >= now
        : state === 'delivered'
          ? last !== undefined && last.error === null
          : state === 'failed'
            ? attempts.length >= 4 && last.error !== null
            : state === 'no-url';
    if (!isRight)
      found.push(`push ${id} is ${state} after ${attempts.length} attempts, the last: ${last?.error}`);
  }
  return found;
}

/** What was answered by the built-in receiver it has got, and nothing else. Pulls are beside it. */
function checkReceived({ pushes, received }: Sight): string[] {
  if (received === null) return [];
  return ['receiveCallRecord', 'receiveDialog', 'receiveVoice'].flatMap((module) => {
    const answered = pushes
      .filter((push) => push.module === module)
      .flatMap(({ attempts, body }) =>
        attempts.filter(({ answer }: Json) => answer?.includes('success')).map(() => JSON.stringify(body)),
      );
    const got = received.filter((one) => one.module === module).map(({ body }) => body);
    const isCut = got.some((body) => Buffer.byteLength(body) > 16_000);
    return isCut || answered.sort().join() === got.sort().join()
      ? []
      : [`${module}: ${answered.length} attempts were answered, the receiver got ${got.length}`];
  });
}
