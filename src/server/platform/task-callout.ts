import { callout } from '../../sim/task/callout.ts';
import { rowIds } from '../openapi/row.ts';
import { writeRowIds } from './envelope.ts';
import { asSent, list, optional, required, rows, text } from './input/field.ts';
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
    call_list: required(rows()),
    voice_code: optional(text()),
    // A wrong type is a wrong speed (200206), found out later than the others.
    robot_speed: optional(asSent({ type: 'number', minimum: -500, maximum: 500 })),
  },
  page: {
    title: '直接外呼 · Call out directly',
    text: '面向便捷外呼业务场景,提交号码数据同时指定线路和机器人话术,直接发起外呼。直接外呼的号码数据将被提交到应用默认对应的长期任务下。如果号码数据中存在不合规记录(例如敏感号码、非手机号等)将会整批失败。\n\nThe rows join the long-running pool of the app and are dialled at once; one bad number refuses all of them.',
    fields: {
      robot_id: '话术编号 · the robot that talks',
      line_num: '线路号码 · the line to call over',
      call_column: '外呼数据列 · names of the columns: the set of the robot, its first one first',
      call_list: { description: '外呼数据行,单次上限50条 · the rows, at most 50', maxItems: 50 },
      voice_code: '发音人编码 · voice',
      robot_speed:
        '发音人语速,0为原速,数值大则语速快,对应于0.5~1.5倍线性关系 · speed of the voice, 0 as it is',
    },
    result: rowIds(),
    refusals: [
      'too-many-rows',
      'wrong-robot',
      'wrong-relation',
      'line-held',
      'wrong-voice',
      'wrong-speed',
      'wrong-columns',
      'wrong-number',
      'balance-used-up',
      'outside-working-time',
    ],
  },
  run(world, account, input) {
    const range = callout(world, account, {
      robotId: input.robot_id,
      lineNum: input.line_num,
      columns: input.call_column,
      rows: input.call_list,
      voiceCode: input.voice_code,
      speed: input.robot_speed,
    });
    return writeRowIds(world.ids, range);
  },
});
