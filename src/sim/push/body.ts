import type { Call, DialledRow } from '../call/call.ts';
import { describeResult } from '../call/result.ts';
import type { Dialogue, Turn } from '../dialog/dialogue.ts';
import type { Recording } from '../recording/recording.ts';
import type { WireIds } from '../task/wire-id.ts';

/**
 * The bodies that are pushed, to the letter of spec 3.3: keys in this order, ids as strings, times as ms, and a key
 * that does not apply absent. Pure functions of a call that has ended, so nothing of them is stored.
 */

/** The two ids of a row on the wire. */
export type RowIds = Pick<WireIds, 'task' | 'row'>;

export interface BasicRecordBody {
  business_id: string;
  app_id: string;
  robot_id: string;
  call_uuid: string;
  call_relation_id?: string;
  caller: string;
  callee: string;
  /** 1 inbound, 2 outbound (doc). */
  direction: 1 | 2;
  /** ms; 0 if nobody answered. */
  time_answer: number;
  /** ms. */
  time_hangup: number;
  /** Whole seconds. */
  duration_ring: number;
  /** Whole seconds; 0 if nobody answered. */
  duration_call: number;
}

export interface OutboundRecordBody extends BasicRecordBody {
  task_id: string;
  task_data_id: string;
  time_dial: number;
  /** Absent if it never rang. */
  time_ring?: number;
  task_result: string;
  task_result_desc: string;
  task_tries: number;
  task_row_index: number;
  task_row_head: readonly string[];
  task_row_value: readonly string[];
}

export interface VoiceBody {
  call_uuid: string;
  url: string;
  /** Bytes. */
  size: number;
  /** Whole seconds. */
  duration: number;
  business_id: string;
  app_id: string;
  robot_id: string;
  task_data_id?: string;
  call_relation_id?: string;
}

export interface DialogBody {
  business_id: string;
  app_id: string;
  robot_id: string;
  call_uuid: string;
  task_id?: string;
  task_data_id?: string;
  call_relation_id?: string;
  tag_max?: string;
  tag_min?: string;
  time_begin: number;
  time_end: number;
  dialog: DialogTurnBody[];
}

interface DialogTurnBody {
  seq: string;
  role: 'robot' | 'customer';
  node_id: string;
  node_name: string;
  node_type: string;
  content_id: string;
  label?: string;
  tag_name?: string;
  tag_desc?: string;
  time_start: number;
  /** Customer turns in which something was said or pressed. */
  time_speaking?: number;
  text_robot: string;
  text_man: string;
  question_id: string;
  /** Customer turns. */
  hits?: { hit: string; pick: boolean; answer_id: string }[];
}

/** The first of an outbound call's two records (doc: 基本属性话单). */
export function basicRecord(call: Call): BasicRecordBody {
  return { ...openRecord(call), ...closeRecord(call) };
}

/** The second one, which has every field of the first with the same value, and `task_row_index` (doc: 外呼属性话单). */
export function outboundRecord(call: Call, ids: RowIds): OutboundRecordBody {
  const row = rowOf(call);
  const { caller, callee, direction, time_answer, time_hangup, duration_ring, duration_call } =
    closeRecord(call);
  const result = call.result ?? 0;
  return {
    ...openRecord(call),
    task_id: ids.task(row.taskId),
    task_data_id: ids.row(row.rowId),
    caller,
    callee,
    direction,
    time_dial: call.dialAt,
    ...(call.ringAt === null ? null : { time_ring: call.ringAt }),
    time_answer,
    time_hangup,
    duration_ring,
    duration_call,
    task_result: String(result),
    task_result_desc: describeResult(result),
    task_tries: row.tries,
    task_row_index: row.rowIndex,
    task_row_head: row.head,
    task_row_value: row.value,
  };
}

/** The one record of an inbound call. */
export function inboundRecord(call: Call): BasicRecordBody {
  return { ...openRecord(call), call_relation_id: call.relationId ?? '', ...closeRecord(call) };
}

export function voiceBody(call: Call, recording: Recording, ids: RowIds): VoiceBody {
  return {
    call_uuid: call.uuid,
    url: recording.path,
    size: recording.size,
    duration: recording.duration,
    business_id: call.businessId,
    app_id: call.appId,
    robot_id: call.robotId,
    ...(call.row === null
      ? { call_relation_id: call.relationId ?? '' }
      : { task_data_id: ids.row(call.row.rowId) }),
  };
}

export function dialogBody(call: Call, dialogue: Dialogue, ids: RowIds): DialogBody {
  const { tagMax, tagMin } = dialogue;
  const answerAt = call.answerAt ?? 0;
  return {
    ...openRecord(call),
    ...(call.row === null
      ? { call_relation_id: call.relationId ?? '' }
      : { task_id: ids.task(call.row.taskId), task_data_id: ids.row(call.row.rowId) }),
    ...(tagMax === undefined ? null : { tag_max: tagMax }),
    ...(tagMin === undefined ? null : { tag_min: tagMin }),
    // Talk time as the record tells it: from the answer to the hang-up (choice; the samples fit other readings too).
    time_begin: answerAt,
    time_end: call.hangupAt ?? answerAt,
    dialog: dialogue.turns.map((turn) => turnBody(turn, answerAt)),
  };
}

function turnBody(turn: Turn, answerAt: number): DialogTurnBody {
  const { label, tag, tagDesc, speakMs, hits } = turn;
  return {
    seq: String(turn.seq),
    role: turn.role,
    node_id: turn.nodeId,
    node_name: turn.nodeName,
    node_type: turn.nodeType,
    content_id: turn.contentId,
    ...(label === undefined ? null : { label }),
    ...(tag === undefined ? null : { tag_name: tag }),
    ...(tagDesc === undefined ? null : { tag_desc: tagDesc }),
    time_start: answerAt + turn.startMs,
    ...(speakMs === undefined ? null : { time_speaking: answerAt + speakMs }),
    text_robot: turn.textRobot,
    text_man: turn.textMan,
    question_id: turn.questionId,
    ...(hits === undefined
      ? null
      : { hits: hits.map(({ hit, pick, answerId }) => ({ hit, pick, answer_id: answerId })) }),
  };
}

function openRecord(call: Call): Pick<BasicRecordBody, 'business_id' | 'app_id' | 'robot_id' | 'call_uuid'> {
  return { business_id: call.businessId, app_id: call.appId, robot_id: call.robotId, call_uuid: call.uuid };
}

function closeRecord(
  call: Call,
): Omit<BasicRecordBody, 'business_id' | 'app_id' | 'robot_id' | 'call_uuid' | 'call_relation_id'> {
  const { hangupAt, answerAt } = call;
  if (hangupAt === null) throw new Error(`call ${call.uuid} has not ended`);
  return {
    caller: call.caller,
    callee: call.callee,
    direction: call.direction === 'inbound' ? 1 : 2,
    // Receivers take a falsy time_answer as "no dialogue, no voice will come" (seen).
    time_answer: answerAt ?? 0,
    time_hangup: hangupAt,
    duration_ring: Math.floor(((answerAt ?? hangupAt) - call.dialAt) / 1000),
    duration_call: answerAt === null ? 0 : Math.floor((hangupAt - answerAt) / 1000),
  };
}

function rowOf(call: Call): DialledRow {
  if (call.row === null) throw new Error(`call ${call.uuid} is not outbound`);
  return call.row;
}
