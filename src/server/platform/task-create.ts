import { Refusal } from '../../sim/refusal.ts';
import { createTask } from '../../sim/task/create.ts';
import { object, promised, string } from '../openapi/schema.ts';
import { flag, instant, integer, type Kind, list, optional, required, seconds, text } from './input/field.ts';
import { defineOperation } from './operation.ts';

/** Answers print the waiting time as an int. */
const MAX_WAIT_S = 2 ** 31 - 1;

/** `HH:mm:ss-HH:mm:ss`. */
const SPAN = '^\\d{2}:\\d{2}:\\d{2}-\\d{2}:\\d{2}:\\d{2}$';

export const taskCreate = defineOperation({
  name: 'task/create',
  path: '/openapi/outbound/v1/task/create',
  right: 'outbound',
  effect: 'write',
  fields: {
    task_name: required(text(100)),
    line_num: required(lineNums()),
    robot_id: required(text()),
    recall_count: optional(integer(0, 3), 0),
    time_recall_wait: optional(seconds(MAX_WAIT_S), 0),
    time_range: optional(list(text()), []),
    time_begin: required(instant()),
    time_end: optional(instant()),
    voice_code: optional(text()),
    // The documented spelling.
    trubo_mode: optional(flag(), false),
  },
  page: {
    title: '创建外呼任务 · Create a task',
    text: '面向需要灵活管控的业务场景。可以按照不同的业务维度创建多组任务、分批多次向指定任务提交号码数据,可以对外呼任务进行启动、暂停、删除等控制操作。\n\nNothing is called before the task has rows (insert) and is started.',
    fields: {
      task_name: '任务名称 · name',
      line_num: {
        description: '线路号码,如果是多个,分号分隔 · line; several are separated by a semicolon',
        pattern: '[^;,\\s]',
      },
      robot_id: '话术id · the robot that talks',
      recall_count: '重试外呼次数,最大3次,默认0 · recall rounds for those who did not answer',
      time_recall_wait: '重试等待时间,单位秒 · seconds before a recall round',
      time_range: {
        description: '外呼时间段 · spans of the day in Asia/Shanghai, cut to the working hours of the lines',
        items: { type: 'string', pattern: SPAN },
      },
      time_begin: '任务开始时间,毫秒时间戳 · begin, ms',
      time_end: '任务结束时间,毫秒时间戳 · end, ms, after the begin',
      voice_code: '发音人编码 · voice',
      trubo_mode: '高性能模式,默认false · no recordings; the spelling is the platform’s',
    },
    result: object({
      task_id: promised(string('任务Id。用于任务数据提交和管理 · for every other operation on the task')),
    }),
    refusals: ['wrong-robot', 'wrong-relation', 'line-held', 'wrong-voice', 'outside-working-time'],
  },
  run(world, account, input) {
    // As the newer documentation has it (seen).
    if (world.config.api.requireTimeRange && input.time_range.length === 0) {
      throw new Refusal('invalid-parameter', 'time_range: missing');
    }
    const taskId = createTask(world, account, {
      name: input.task_name,
      lineNums: input.line_num,
      robotId: input.robot_id,
      recallCount: input.recall_count,
      timeRecallWait: input.time_recall_wait,
      timeRange: input.time_range,
      timeBegin: input.time_begin,
      timeEnd: input.time_end,
      voiceCode: input.voice_code,
      turbo: input.trubo_mode,
    });
    // A number for the clients that need one (seen); too long for one of JavaScript's.
    return world.config.api.taskIdAs === 'number' ? { json: `{"task_id":${taskId}}` } : { task_id: taskId };
  },
});

/** Several line numbers are separated by `;` (doc) or `,` (seen). */
function lineNums(): Kind<readonly string[]> {
  const { schema, blanks, read } = text();
  return {
    schema,
    blanks,
    expects: 'line numbers separated by ;',
    read(value) {
      const parts = read(value)
        ?.split(/[;,]/)
        .map((part) => part.trim())
        .filter((part) => part !== '');
      return parts === undefined || parts.length === 0 ? undefined : [...new Set(parts)];
    },
  };
}
