import { describe, expect, it } from 'vitest';
import {
  basicRecord,
  dialogBody,
  inboundRecord,
  outboundRecord,
  voiceBody,
} from '../../../src/sim/push/body.ts';
import { recordingOf } from '../../../src/sim/recording/recording.ts';
import { SMALL_IDS } from '../../../src/sim/task/wire-id.ts';
import { aCall, anInboundCall } from '../../support/call.ts';
import { inputFor, playToEnd } from '../../support/dialogue.ts';

const keys = (body: object) => Object.keys(body).join(', ');
const unanswered = { answerAt: null, ringAt: null, hangupAt: 1_767_578_400_800, result: 6 };

describe('the basic record', () => {
  it('has these keys in this order', () => {
    expect(keys(basicRecord(aCall()))).toBe(
      'business_id, app_id, robot_id, call_uuid, caller, callee, direction, time_answer, time_hangup, duration_ring, duration_call',
    );
  });

  it('counts whole seconds, cut off', () => {
    expect(basicRecord(aCall())).toMatchObject({ duration_ring: 7, duration_call: 31, direction: 2 });
  });

  it('has 0 for the answer of a call that nobody took, and rings up to the hang-up', () => {
    const body = basicRecord(aCall({ ...unanswered, hangupAt: 1_767_578_453_210 }));
    expect(body).toMatchObject({ time_answer: 0, duration_call: 0, duration_ring: 53 });
  });

  it('is not made of a call that goes on', () => {
    expect(() => basicRecord(aCall({ hangupAt: null }))).toThrow('has not ended');
  });
});

describe('the outbound record', () => {
  const body = outboundRecord(aCall(), SMALL_IDS);

  it('has these keys in this order', () => {
    expect(keys(body)).toBe(
      'business_id, app_id, robot_id, call_uuid, task_id, task_data_id, caller, callee, direction, time_dial, time_ring, time_answer, time_hangup, duration_ring, duration_call, task_result, task_result_desc, task_tries, task_row_index, task_row_head, task_row_value',
    );
  });

  it.each([
    ['answered', aCall()],
    ['not answered', aCall(unanswered)],
  ])('has every field of the basic one with the same value: %s', (_, call) => {
    expect(outboundRecord(call, SMALL_IDS)).toMatchObject(basicRecord(call));
  });

  it('has ids and the result as strings, counts and times as integers', () => {
    expect(body).toMatchObject({
      task_id: '129',
      task_data_id: '130',
      task_result: '0',
      task_result_desc: '成功',
    });
    expect(body).toMatchObject({ task_tries: 1, task_row_index: 2, time_dial: 1_767_578_400_000 });
  });

  it('names a result below 0', () => {
    const late = outboundRecord(aCall({ ...unanswered, result: -1 }), SMALL_IDS);
    expect(late).toMatchObject({ task_result: '-1', task_result_desc: '超时' });
  });

  it('has no ring time if it never rang', () => {
    expect('time_ring' in outboundRecord(aCall(unanswered), SMALL_IDS)).toBe(false);
  });

  it('gives the row as it was submitted', () => {
    expect(body).toMatchObject({
      task_row_head: ['客户手机号码', '姓名'],
      task_row_value: ['19900000001', '张先生'],
    });
  });

  it('is not made of an inbound call', () => {
    expect(() => outboundRecord(anInboundCall(), SMALL_IDS)).toThrow('is not outbound');
  });
});

describe('the record of an inbound call', () => {
  it('has the basic keys and the relation after the uuid', () => {
    expect(keys(inboundRecord(anInboundCall()))).toBe(
      'business_id, app_id, robot_id, call_uuid, call_relation_id, caller, callee, direction, time_answer, time_hangup, duration_ring, duration_call',
    );
    expect(inboundRecord(anInboundCall())).toMatchObject({ call_relation_id: 'crm-77', direction: 1 });
  });
});

describe('the voice body', () => {
  it.each([
    ['outbound', aCall(), 'task_data_id'],
    ['inbound', anInboundCall(), 'call_relation_id'],
  ])('of an %s call has its own reference and not the other', (_, call, reference) => {
    expect(keys(voiceBody(call, recordingOf(call), SMALL_IDS))).toBe(
      `call_uuid, url, size, duration, business_id, app_id, robot_id, ${reference}`,
    );
  });

  it('has the size and the length of the file', () => {
    const body = voiceBody(aCall(), recordingOf(aCall()), SMALL_IDS);
    expect(body).toMatchObject({ size: 44 + 32 * 31_342, duration: 31, task_data_id: '130' });
  });
});

describe('the dialogue body', () => {
  const dialogue = playToEnd(inputFor('719', 1, { wish: { walk: ['肯定', '今天还款', '短信链接'] } }));
  const body = dialogBody(aCall(), dialogue, SMALL_IDS);

  it('of an outbound call has these keys in this order', () => {
    expect(keys(body)).toBe(
      'business_id, app_id, robot_id, call_uuid, task_id, task_data_id, tag_max, tag_min, time_begin, time_end, dialog',
    );
  });

  it('of an inbound call has the relation alone', () => {
    expect(keys(dialogBody(anInboundCall(), dialogue, SMALL_IDS))).toBe(
      'business_id, app_id, robot_id, call_uuid, call_relation_id, tag_max, tag_min, time_begin, time_end, dialog',
    );
  });

  it('has no tags if none was passed', () => {
    const { tagMax: _, tagMin: __, ...untagged } = dialogue;
    expect(keys(dialogBody(aCall(), untagged, SMALL_IDS))).not.toContain('tag_');
  });

  it('has turns of these keys in this order', () => {
    const [robot, customer] = body.dialog;
    expect(keys(robot ?? {})).toBe(
      'seq, role, node_id, node_name, node_type, content_id, label, time_start, text_robot, text_man, question_id',
    );
    expect(keys(customer ?? {})).toBe(
      'seq, role, node_id, node_name, node_type, content_id, label, time_start, time_speaking, text_robot, text_man, question_id, hits',
    );
  });

  it('has the tag of a node that has one, on both sides', () => {
    const tagged = body.dialog.filter((turn) => turn.node_name === '还款方式');
    expect(tagged.map((turn) => [turn.role, turn.tag_name, turn.tag_desc])).toEqual([
      ['robot', 'A', '承诺当天还款'],
      ['customer', 'A', '承诺当天还款'],
    ]);
    expect(keys(tagged[0] ?? {})).toContain('label, tag_name, tag_desc, time_start');
  });

  it('counts the turns in strings, and tells their times in ms since 1970', () => {
    const call = aCall();
    expect(body.dialog.map((turn) => turn.seq)).toEqual(dialogue.turns.map((_, i) => String(i + 1)));
    expect(body.time_begin).toBe(call.answerAt);
    expect(body.time_end).toBe(call.hangupAt);
    expect(body.dialog.map((turn) => turn.time_start - body.time_begin)).toEqual(
      dialogue.turns.map((turn) => turn.startMs),
    );
  });

  it("repeats the robot's text in the customer's turn", () => {
    expect(body.dialog[1]?.text_robot).toBe(body.dialog[0]?.text_robot);
    expect(body.dialog[0]?.text_man).toBe('');
  });

  it('lists every branch of the node, and picks one', () => {
    const hits = body.dialog[1]?.hits ?? [];
    expect(hits.map((hit) => hit.hit)).toEqual(['肯定', '非本人', '打错了', '不方便', '询问来电方']);
    expect(hits.filter((hit) => hit.pick)).toEqual([{ hit: '肯定', pick: true, answer_id: '' }]);
  });

  it('has no speaking time in a turn without a word, and no branch', () => {
    const silent = dialogBody(aCall(), playToEnd(inputFor('719', 1, { result: 18 })), SMALL_IDS).dialog[1];
    expect('time_speaking' in (silent ?? {})).toBe(false);
    expect(silent?.text_man).toBe('');
    expect(silent?.hits?.some((hit) => hit.pick)).toBe(false);
  });

  it('holds no null and nothing undefined', () => {
    expect(JSON.stringify(body)).not.toContain('null');
    expect(JSON.parse(JSON.stringify(body))).toEqual(body);
  });
});
