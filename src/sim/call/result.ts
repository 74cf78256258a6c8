/** One row of the platform's result table (seed 001, receiveCallRecord). */
interface ResultRow {
  /** `task_result_desc` as pushed (doc). */
  readonly description: string;
  /** Whether somebody picked up, so that a dialogue and a recording exist (doc: 0, 15, 16, 18, 19). */
  readonly answered: boolean;
}

/** `task_result` → row (doc). The numbers that are missing between -1 and 28 stand in no table. */
const RESULTS: ReadonlyMap<number, ResultRow> = new Map(
  (
    [
      [-1, '超时', false],
      [0, '成功', true],
      [2, '正在通话中', false],
      [3, '无法接通', false],
      [4, '关机', false],
      [5, '用户正忙', false],
      [6, '空号', false],
      [7, '号码错误', false],
      [8, '用户拒接', false],
      [9, '停机', false],
      [15, '客户接听后并主动挂机', true],
      [16, '客户掉线', true],
      [18, '接通', true],
      [19, '转人工', true],
      [20, '用户未接', false],
      [22, '来电提醒', false],
      [23, '呼入限制', false],
      [25, '呼叫转移', false],
      [26, '网络故障', false],
      [27, '呼出受限', false],
      [28, '线路故障', false],
    ] as const
  ).map(([result, description, answered]) => [result, { description, answered }]),
);

/** Every `task_result` of the table, in its order. */
export const RESULT_NUMBERS: readonly number[] = [...RESULTS.keys()];

/** Whether the number stands in the table. */
export function isResult(result: number): boolean {
  return RESULTS.has(result);
}

/** Whether a call with this result was picked up. A number outside the table was not. */
export function isAnswered(result: number): boolean {
  return RESULTS.get(result)?.answered === true;
}

/** `task_result_desc`. @throws an ordinary error for a number outside the table: a bug of the caller */
export function describeResult(result: number): string {
  const row = RESULTS.get(result);
  if (row === undefined) throw new Error(`task_result ${result} stands in no table`);
  return row.description;
}
