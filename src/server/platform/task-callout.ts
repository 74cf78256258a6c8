import { callout } from '../../sim/task/callout.ts';
import { writeRowIds } from './envelope.ts';
import { asSent, cell, list, optional, required, text } from './input/field.ts';
import { defineOperation } from './operation.ts';

export const taskCallout = defineOperation({
  name: 'task/callout',
  path: '/openapi/outbound/v1/task/callout',
  right: 'outbound',
  effect: 'write',
  fields: {
    robot_id: required(text()),
    line_num: required(text()),
    call_column: required(list(text())),
    call_list: required(list(list(cell()))),
    voice_code: optional(text()),
    // A wrong type is a wrong speed (200206), found out later than the others.
    robot_speed: optional(asSent({ type: 'number', minimum: -500, maximum: 500 })),
  },
  run(world, account, input) {
    const ids = callout(world, account, {
      robotId: input.robot_id,
      lineNum: input.line_num,
      columns: input.call_column,
      rows: input.call_list,
      voiceCode: input.voice_code,
      speed: input.robot_speed,
    });
    return writeRowIds(ids);
  },
});
