import type { Call, CallState, CallStep, DialledRow, Phone, ScriptWish } from '../call/call.ts';
import type { OutsideInput } from '../dialog/dialogue.ts';
import type { PushBehaviour } from '../push/behaviour.ts';
import type { Submissions } from '../task/lane.ts';
import type { Database } from './database.ts';

const STATES = ['dialing', 'ringing', 'talking', 'ended'] as const satisfies readonly CallState[];
const NO_WISH: ScriptWish = {};

/** A row of table `call`. */
export interface CallRow {
  id: number;
  chance: number;
  uuid: string;
  direction: number;
  business_id: string;
  app_id: string;
  robot_id: string;
  revision: number;
  line_num: string;
  caller: string;
  callee: string;
  task_id: number | null;
  row_id: number | null;
  row_index: number | null;
  tries: number | null;
  relation_id: string | null;
  turbo: number;
  speed: number;
  state: number;
  dial_at: number;
  ring_at: number | null;
  answer_at: number | null;
  hangup_at: number | null;
  next: string | null;
  due_at: number | null;
  result: number | null;
  script: string | null;
  push_behaviour: string | null;
  outside: string | null;
  phone: string | null;
}

export function saveCall(database: Database, call: Call): void {
  const row = call.row;
  database
    .prepare(`INSERT OR REPLACE INTO call VALUES(${'?, '.repeat(29)}?)`)
    .run(
      call.id,
      call.chance,
      call.uuid,
      call.direction === 'inbound' ? 1 : 2,
      call.businessId,
      call.appId,
      call.robotId,
      call.revision,
      call.lineNum,
      call.caller,
      call.callee,
      row === null ? null : row.taskId,
      row === null ? null : row.rowId,
      row === null ? null : row.rowIndex,
      row === null ? null : row.tries,
      call.relationId,
      call.turbo ? 1 : 0,
      call.speed,
      STATES.indexOf(call.state),
      call.dialAt,
      call.ringAt,
      call.answerAt,
      call.hangupAt,
      call.next,
      call.dueAt,
      call.result,
      call.script === NO_WISH ? null : JSON.stringify(call.script),
      call.pushBehaviour === null ? null : JSON.stringify(call.pushBehaviour),
      call.outside.length === 0 ? null : JSON.stringify(call.outside),
      call.phone === null ? null : JSON.stringify(call.phone),
    );
}

export function readCall(row: CallRow, submissions: Submissions): Call {
  return {
    id: row.id,
    chance: row.chance,
    uuid: row.uuid,
    direction: row.direction === 1 ? 'inbound' : 'outbound',
    businessId: row.business_id,
    appId: row.app_id,
    robotId: row.robot_id,
    revision: row.revision,
    lineNum: row.line_num,
    caller: row.caller,
    callee: row.callee,
    row: readDialledRow(row, submissions),
    relationId: row.relation_id,
    phone: row.phone === null ? null : (JSON.parse(row.phone) as Phone),
    turbo: row.turbo === 1,
    speed: row.speed,
    state: STATES[row.state] ?? 'ended',
    dialAt: row.dial_at,
    ringAt: row.ring_at,
    answerAt: row.answer_at,
    hangupAt: row.hangup_at,
    next: row.next as CallStep | null,
    dueAt: row.due_at,
    result: row.result,
    script: row.script === null ? NO_WISH : (JSON.parse(row.script) as ScriptWish),
    pushBehaviour: row.push_behaviour === null ? null : (JSON.parse(row.push_behaviour) as PushBehaviour[]),
    outside: row.outside === null ? [] : (JSON.parse(row.outside) as OutsideInput[]),
  };
}

function readDialledRow(row: CallRow, submissions: Submissions): DialledRow | null {
  if (row.task_id === null || row.row_id === null) return null;
  const submission = submissions.ofRow(row.row_id);
  return {
    taskId: row.task_id,
    rowId: row.row_id,
    rowIndex: row.row_index ?? 0,
    tries: row.tries ?? 0,
    head: submission?.columns ?? [],
    value: submission?.rows[row.row_id - submission.id] ?? [],
  };
}
