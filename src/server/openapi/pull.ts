import { nodeType } from './push.ts';
import {
  array,
  boolean,
  choice,
  integer,
  type JsonSchema,
  object,
  promised,
  sent,
  sometimes,
  string,
} from './schema.ts';

/* The bodies of pulls (src/sim/pull), keys in their order on the wire; what the tables call 必填 is promised. */

export const contextRequest = object({
  call_relation_id: promised(string('业务侧关联id,取自sip头X-call-relation-id · from the SIP header')),
  business_id: sent(string('企业id,取自sip头X-business-id · from the SIP header')),
  app_id: sent(string('应用id,取自sip头X-app-id · from the SIP header')),
  robot_id: sent(string('话术id,取自sip头X-robot-id · from the SIP header')),
});

export const contextAnswer: JsonSchema = {
  type: 'object',
  additionalProperties: { type: 'string' },
  description:
    'map · what fills the script’s placeholders. Anything else is ignored, and the call goes on without.',
};

const bit = (description: string) => choice(description, { 0: 'no', 1: 'yes' });

const turn = object({
  hit: sometimes(
    object(
      {
        pick: promised(boolean('是否选中')),
        name: promised(string('命中内容 · branch')),
        id: promised(string()),
      },
      'the branch that was taken; absent where none was, or none yet',
    ),
  ),
  node_type: promised(nodeType),
  text_robot: promised(string('话术输出内容 · what the robot said')),
  tag_name: sometimes(string('意向 · intention')),
  reject: promised(bit('whether it was the second answer in a row that was not understood')),
  tag_desc: sometimes(string('意向说明 · the intention in words')),
  node_name: promised(string('节点名称 · node')),
  text_man: promised(string('用户输入内容 · what the customer said')),
  has_reply: promised(bit('whether the customer said or pressed anything')),
  un_hit: promised(integer('how many answers in a row were not understood')),
  seq: promised(integer('节点序号 · from 0; a number here')),
  node_id: promised(string('节点id · node')),
});

export const semanticsRequest = object({
  code: sent(string('接口功能代码 · code of the node')),
  business_id: sent(string('企业id · enterprise')),
  app_id: sent(string('应用id · app')),
  robot_id: sent(string('话术id · robot')),
  call_uuid: promised(string('通话UUID · call')),
  call_relation_id: sometimes(string('呼入关联id · inbound calls only')),
  task_id: promised(string('任务id · task; "0" for an inbound call')),
  task_data_id: sometimes(string('外呼任务数据id · row; outbound calls only')),
  caller: sent(string('主叫号码 · number that calls')),
  callee: sent(string('被叫号码 · number that is called')),
  direction: sent(choice('呼叫方向 · direction', { 1: '呼入 inbound', 2: '呼出 outbound' })),
  context: sent({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: '话术上下文动态数据 · values of the script’s placeholders',
  }),
  reply: sent(string('what the customer said last')),
  dialog: promised(array(turn, '交互记录 · what was said so far')),
});

export const semanticsAnswer = array(
  object({
    key: promised(string('joins the context under this name', { minLength: 1 })),
    type: promised(string('integer | string, in any case')),
    value: promised({ type: ['integer', 'string'] }),
  }),
  'Joins the context, and later texts use it. Anything else is noted in the call’s timeline, and ignored.',
);
