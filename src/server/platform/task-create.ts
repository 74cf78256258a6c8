import { Refusal } from '../../sim/refusal.ts';
import { createTask } from '../../sim/task/create.ts';
import { flag, instant, integer, type Kind, list, optional, required, text } from './input/field.ts';
import { defineOperation } from './operation.ts';

/** Answers print the waiting time as an int. */
const MAX_WAIT_S = 2 ** 31 - 1;

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
    time_recall_wait: optional(integer(0, MAX_WAIT_S), 0),
    time_range: optional(list(text()), []),
    time_begin: required(instant()),
    time_end: optional(instant()),
    voice_code: optional(text()),
    // The documented spelling.
    trubo_mode: optional(flag(), false),
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
