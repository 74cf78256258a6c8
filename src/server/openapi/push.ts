import { describeResult, RESULT_NUMBERS } from '../../sim/call/result.ts';
import type { NodeType } from '../../sim/dialog/script.ts';
import {
  array,
  boolean,
  instant,
  integer,
  type JsonSchema,
  object,
  promised,
  sent,
  sometimes,
  string,
} from './schema.ts';

/* The bodies of pushes (src/sim/push/body.ts), keys in their order on the wire; what the tables call 必填 is promised. */

const businessId = string('企业id · enterprise');
const appId = string('应用id · app');
const robotId = string('话术id · robot');
const callUuid = string('通话UUID,录音和会话的唯一关联 · the call: the same in all of its pushes');
const taskId = string('外呼任务id · task');
const taskDataId = string('外呼任务数据id · row, as the answer to its submission numbered it');
const relationId = string('关联ID,业务侧的唯一标识 · from the SIP header X-call-relation-id');
const caller = string('主叫号码 · number that calls');
const callee = string('被叫号码 · number that is called');
const timeAnswer = instant('接听时间戳 · answer; 0 if nobody answered');
const timeHangup = instant('挂断时间戳 · hang-up');
const ringing = integer('拨号振铃时长,秒 · from the dial to the answer or hang-up, seconds');
const talking = integer('通话时长,秒 · from the answer to the hang-up, seconds');

const direction = (value: 1 | 2) =>
  integer('呼叫方向,1:呼入 inbound,2:呼出 outbound · direction', { const: value });

const RESULTS = RESULT_NUMBERS.map((result) => `${result}: ${describeResult(result)}`).join(', ');

/** The first record of an outbound call; there is no `task_row_index` in it. */
export const basicRecord = object(
  {
    business_id: sent(businessId),
    app_id: sent(appId),
    robot_id: sent(robotId),
    call_uuid: promised(callUuid),
    caller: sent(caller),
    callee: sent(callee),
    direction: promised(direction(2)),
    time_answer: promised(timeAnswer),
    time_hangup: promised(timeHangup),
    duration_ring: promised(ringing),
    duration_call: promised(talking),
  },
  '基本属性话单 · basic record of an outbound call',
);

/** The second one: every field of the first, and what the task knows. */
export const outboundRecord = object(
  {
    business_id: sent(businessId),
    app_id: sent(appId),
    robot_id: sent(robotId),
    call_uuid: promised(callUuid),
    task_id: promised(taskId),
    task_data_id: promised(taskDataId),
    caller: sent(caller),
    callee: sent(callee),
    direction: promised(direction(2)),
    time_dial: promised(instant('拨号时间戳 · dial')),
    time_ring: sometimes(instant('振铃时间戳 · ring; absent if it never rang')),
    time_answer: promised(timeAnswer),
    time_hangup: promised(timeHangup),
    duration_ring: promised(ringing),
    duration_call: promised(talking),
    task_result: promised(
      string(`外呼结果 · result. ${RESULTS}`, { enum: RESULT_NUMBERS.map((result) => String(result)) }),
    ),
    task_result_desc: promised(string('外呼结果描述 · the result in words')),
    task_tries: promised(integer('外呼重试次数 · recall rounds before this call')),
    task_row_index: promised(integer('外呼数据行号 · row within the task, from 1')),
    task_row_head: promised(array(string(), '外呼数据行头 · columns as submitted')),
    task_row_value: promised(array(string(), '外呼数据行值 · values as submitted')),
  },
  '外呼属性话单 · outbound record: has `task_row_index`, and every field of the basic one',
);

/** The one record of an inbound call. */
export const inboundRecord = object(
  {
    business_id: sent(businessId),
    app_id: sent(appId),
    robot_id: sent(robotId),
    call_uuid: promised(callUuid),
    call_relation_id: promised(relationId),
    caller: sent(caller),
    callee: sent(callee),
    direction: promised(direction(1)),
    time_answer: promised(timeAnswer),
    time_hangup: promised(timeHangup),
    duration_ring: promised(ringing),
    duration_call: promised(talking),
  },
  '呼入话单 · record of an inbound call',
);

export const voice = object({
  call_uuid: promised(callUuid),
  url: promised(string('url路径 · path of the recording, below `/voice/` here')),
  size: promised(integer('文件大小,字节 · bytes')),
  duration: promised(integer('录音长度,秒 · seconds')),
  business_id: sent(businessId),
  app_id: sent(appId),
  robot_id: sent(robotId),
  task_data_id: sometimes(string('外呼任务数据id · row; outbound calls only')),
  call_relation_id: sometimes(string('呼入关联id · inbound calls only')),
});

/** `node_type` of the platform's table. */
const NODE_TYPES: Readonly<Record<NodeType, string>> = {
  AnyNode: '任意回答节点',
  CollectInputNode: '自定义输入节点',
  ConditionNode: '按键输入节点',
  EndNode: '结束节点',
  HookInfoNode: '动态引用节点',
  KeyNavigationNode: '按键导航节点',
  NoNeedAnswerNode: '无需回答节点',
  NormalNode: '普通交互节点',
};

/** Shared with what a pull tells of the dialogue. */
export const nodeType: JsonSchema = {
  type: 'string',
  enum: Object.keys(NODE_TYPES),
  description: `节点类型 · kind of node. ${Object.entries(NODE_TYPES)
    .map(([type, words]) => `${type}: ${words}`)
    .join(', ')}`,
};

const hit = object({
  hit: promised(string('命中内容 · branch')),
  pick: promised(boolean('是否选中 · whether it was taken')),
  answer_id: promised(string('回答uuid · answer')),
});

const turn = object({
  seq: promised(string('节点序号 · number of the turn; a string, as the samples print it')),
  role: promised({
    type: 'string',
    enum: ['robot', 'customer'],
    description: '节点角色 robot话术customer客户 · who speaks',
  }),
  node_id: promised(string('节点id · node of the script')),
  node_name: promised(string('节点名称 · its name')),
  node_type: sent(nodeType),
  content_id: sent(string('话术节点设置ID · id of its text')),
  label: sometimes(string('节点标签 · label, where the node has one')),
  tag_name: sometimes(string('意向 · intention, where the node has one')),
  tag_desc: sometimes(string('意向说明 · the intention in words')),
  time_start: sent(instant('节点开始时间戳 · begin')),
  time_speaking: sometimes(
    instant('用户说话时间戳 · when the customer began to speak; absent if they did not'),
  ),
  text_robot: promised(string('话术输出内容 · what the robot said; a customer’s turn repeats it')),
  text_man: promised(string('用户输入内容 · what the customer said')),
  question_id: promised(string('问题uuid · question')),
  hits: sometimes(array(hit, '命中 · every branch of the node; customer’s turns only')),
});

export const dialog = object({
  business_id: sent(businessId),
  app_id: sent(appId),
  robot_id: sent(robotId),
  call_uuid: promised(callUuid),
  task_id: sometimes(string('任务id · task; outbound calls only')),
  task_data_id: sometimes(string('外呼任务数据id · row; outbound calls only')),
  call_relation_id: sometimes(string('呼入关联id · inbound calls only')),
  tag_max: sometimes(string('最高意向度 · highest intention met')),
  tag_min: sometimes(string('最低意向度 · lowest intention met')),
  time_begin: sent(instant('开始时间戳 · begin')),
  time_end: sent(instant('结束时间戳 · end')),
  dialog: promised(array(turn, '交互记录 · turns')),
});

export const failureLine = object(
  {
    data: promised({
      description: '推送数据,数据结构与对应推送接口完全一致 · the body as it was sent',
      type: 'object',
    }),
    module: promised({
      type: 'string',
      enum: ['receiveCallRecord', 'receiveVoice', 'receiveDialog'],
      description: '模块名称 · module',
    }),
    retryTimes: promised(integer('尝试次数 · attempts')),
    timestamp: promised(instant('消息创建时间戳 · when the push was made')),
  },
  'A line of a file in the zip of failed pushes.',
);
