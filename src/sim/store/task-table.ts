import type { Task, TaskStatus, TaskType } from '../task/task.ts';
import type { Database } from './database.ts';

/** A row of table `task`. */
export interface TaskRow {
  id: number;
  business_id: string;
  app_id: string;
  type: number;
  name: string;
  robot_id: string | null;
  line_nums: string;
  voice_code: string | null;
  recall_count: number;
  time_recall_wait: number;
  time_range: string;
  time_begin: number;
  time_end: number | null;
  turbo: number;
  created_at: number;
  status: number;
  deleted: number;
  started_at: number;
  finished_at: number;
  recalled: number;
  live_count: number;
  row_count: number;
  dial_count: number;
  called_count: number;
  answered_count: number;
  recall_at: number;
}

export function saveTask(database: Database, task: Task): void {
  database
    .prepare(`INSERT OR REPLACE INTO task VALUES(${'?, '.repeat(25)}?)`)
    .run(
      task.id,
      task.businessId,
      task.appId,
      task.type,
      task.name,
      task.robotId,
      JSON.stringify(task.lineNums),
      task.voiceCode,
      task.recallCount,
      task.timeRecallWait,
      JSON.stringify(task.timeRange),
      task.timeBegin,
      task.timeEnd,
      task.turbo ? 1 : 0,
      task.createdAt,
      task.status,
      task.deleted ? 1 : 0,
      task.startedAt,
      task.finishedAt,
      task.recalled,
      task.liveCount,
      task.rowCount,
      task.dialCount,
      task.calledCount,
      task.answeredCount,
      task.recallAt,
    );
}

/** What changes with every row and every call. */
export type TaskCounts = Pick<
  Task,
  'id' | 'liveCount' | 'rowCount' | 'dialCount' | 'calledCount' | 'answeredCount'
>;

export function countsOf(task: Task): TaskCounts {
  const { id, liveCount, rowCount, dialCount, calledCount, answeredCount } = task;
  return { id, liveCount, rowCount, dialCount, calledCount, answeredCount };
}

/** Without touching the rest of the row or an index. */
export function saveTaskCounts(database: Database, counts: TaskCounts): void {
  database
    .prepare(
      'UPDATE task SET live_count = ?, row_count = ?, dial_count = ?, called_count = ?, answered_count = ? WHERE id = ?',
    )
    .run(
      counts.liveCount,
      counts.rowCount,
      counts.dialCount,
      counts.calledCount,
      counts.answeredCount,
      counts.id,
    );
}

export function readTask(row: TaskRow): Task {
  return {
    id: row.id,
    businessId: row.business_id,
    appId: row.app_id,
    type: row.type as TaskType,
    name: row.name,
    robotId: row.robot_id,
    lineNums: JSON.parse(row.line_nums) as string[],
    voiceCode: row.voice_code,
    recallCount: row.recall_count,
    timeRecallWait: row.time_recall_wait,
    timeRange: JSON.parse(row.time_range) as string[],
    timeBegin: row.time_begin,
    timeEnd: row.time_end,
    turbo: row.turbo === 1,
    createdAt: row.created_at,
    status: row.status as TaskStatus,
    deleted: row.deleted === 1,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    recalled: row.recalled,
    rowCount: row.row_count,
    dialCount: row.dial_count,
    calledCount: row.called_count,
    answeredCount: row.answered_count,
    liveCount: row.live_count,
    recallAt: row.recall_at,
    changes: 0,
  };
}

export function loadTask(database: Database, id: number): Task | null {
  const row = database.prepare<TaskRow>('SELECT * FROM task WHERE id = ?').get(id);
  return row === undefined ? null : readTask(row);
}

/** Tasks that something can still happen to by themselves: pools, started and unfinished ones, those with live calls. */
export function loadActiveTasks(database: Database): Task[] {
  return database
    .prepare<TaskRow>(
      'SELECT * FROM task WHERE type = 2 OR live_count > 0 OR (deleted = 0 AND status IN (1, 2, 3, 5, 6)) ORDER BY id',
    )
    .all()
    .map(readTask);
}
