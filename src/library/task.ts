/** A task, or an app's long-term pool. Instants are ISO 8601 with +08:00, and once more in ms since 1970. */
export interface Task {
  readonly taskId: string;
  readonly name: string;
  readonly businessId: string;
  readonly appId: string;
  /** 0 ordinary task, 2 the app's pool. */
  readonly type: 0 | 2;
  /** 0 new, 1 started, 2 running, 3 paused, 4 completed, 5 waiting for a recall, 6 outside hours, 7 expired. */
  readonly status: number;
  readonly deleted: boolean;
  readonly robotId: string | null;
  readonly lineNums: readonly string[];
  readonly voiceCode: string | null;
  readonly turbo: boolean;
  /** `HH:mm:ss-HH:mm:ss`; none = all day. */
  readonly timeRange: readonly string[];
  readonly recallCount: number;
  /** Seconds. */
  readonly timeRecallWait: number;
  /** Recall rounds run so far. */
  readonly recalled: number;
  readonly rowCount: number;
  readonly dialCount: number;
  /** Rows called at least once. */
  readonly calledCount: number;
  readonly answeredCount: number;
  readonly liveCount: number;
  readonly timeBegin: string;
  readonly timeBeginMs: number;
  readonly timeEnd: string | null;
  readonly timeEndMs: number | null;
  readonly createdAt: string;
  readonly createdAtMs: number;
  readonly startedAt: string | null;
  readonly startedAtMs: number | null;
  readonly finishedAt: string | null;
  readonly finishedAtMs: number | null;
  readonly recallAt: string | null;
  readonly recallAtMs: number | null;
  /** In words; null: a pool, whose rows wait each for a line of their own. */
  readonly waitsFor: string | null;
}

/** Which tasks; what is left out matches everything. */
export interface TaskFilter {
  readonly taskId?: string | undefined;
  readonly name?: string | undefined;
  /** 0 to 7; `finished`: completed, expired or deleted. */
  readonly status?: number | 'finished' | undefined;
  readonly type?: 0 | 2 | undefined;
  readonly deleted?: boolean | undefined;
  readonly robotId?: string | undefined;
  readonly appId?: string | undefined;
  readonly businessId?: string | undefined;
}

/** A number that a task calls. */
export interface Row {
  readonly taskDataId: string;
  /** Counts from 1 within the task. */
  readonly rowIndex: number;
  /** Null: any line of the task. */
  readonly lineNum: string | null;
  readonly robotId: string | null;
  /** Names of the columns. */
  readonly head: readonly string[];
  readonly value: readonly string[];
  readonly callee: string;
  /** Calls that have ended. */
  readonly tries: number;
  /** `task_result` of the last call that has ended. */
  readonly result: string | null;
  /** Of the call under way, or of the last one. */
  readonly callUuid: string | null;
  /** In words. */
  readonly waitsFor: string;
}
