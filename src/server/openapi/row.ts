import { array, integer, type JsonSchema, object, promised } from './schema.ts';

/** What the two operations that take rows answer. */
export function rowIds(): JsonSchema {
  return object({
    total: promised(integer('号码总数 · rows taken', { minimum: 1, maximum: 50 })),
    task_data_ids: promised(
      array(
        { type: 'integer', format: 'int64' },
        '外呼数据行对应的任务数据编号,用于结果推送数据关联 · an id for each row, in their order. JSON integers above 2^53: read them exactly, the pushes name them as strings',
      ),
    ),
  });
}
