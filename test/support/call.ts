import type { Call } from '../../src/sim/call/call.ts';
import { deriveChance } from '../../src/sim/random.ts';

const DIAL_AT = 1_767_578_400_000;

/** An answered outbound call of 31.342 s that has ended, or one that differs in `rest`. */
export function aCall(rest: Partial<Call> = {}): Call {
  return {
    id: 1,
    chance: deriveChance(1, 'call', 1),
    uuid: '809c825c-6483-41e8-b8db-2769c24918cd',
    direction: 'outbound',
    businessId: '167',
    appId: '20180739',
    robotId: '719',
    revision: 1,
    lineNum: '69101338',
    caller: '69101338',
    callee: '19900000001',
    row: {
      taskId: 129,
      rowId: 130,
      rowIndex: 2,
      tries: 1,
      head: ['客户手机号码', '姓名'],
      value: ['19900000001', '张先生'],
    },
    relationId: null,
    phone: null,
    turbo: false,
    speed: 0,
    state: 'ended',
    dialAt: DIAL_AT,
    ringAt: DIAL_AT + 1234,
    answerAt: DIAL_AT + 7999,
    hangupAt: DIAL_AT + 7999 + 31_342,
    next: null,
    dueAt: null,
    result: 0,
    script: {},
    pushBehaviour: null,
    outside: [],
    ...rest,
  };
}

export function anInboundCall(rest: Partial<Call> = {}): Call {
  return aCall({
    direction: 'inbound',
    row: null,
    relationId: 'crm-77',
    caller: '1007',
    callee: '69101408',
    result: null,
    ...rest,
  });
}
