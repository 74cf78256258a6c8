import { describe, expect, it } from 'vitest';
import { runDialogue } from '../../../src/sim/dialog/run-dialogue.ts';
import { readSemantics, semanticsRequest } from '../../../src/sim/pull/semantics.ts';
import { SMALL_IDS } from '../../../src/sim/task/wire-id.ts';
import { aCall, anInboundCall } from '../../support/call.ts';
import { aHit, aNode, aScript, inputFor, inputWith } from '../../support/dialogue.ts';

const stopped = runDialogue(inputFor('4567', 1, { wish: { walk: ['家属'] } }));

describe('the request', () => {
  it('of an outbound call has these keys in this order', () => {
    expect(Object.keys(semanticsRequest(aCall(), stopped, SMALL_IDS)).join(', ')).toBe(
      'code, business_id, app_id, robot_id, call_uuid, task_id, task_data_id, caller, callee, direction, context, reply, dialog',
    );
  });

  it('of an inbound call has the relation, and 0 for the task', () => {
    const body = semanticsRequest(anInboundCall(), stopped, SMALL_IDS);
    expect(Object.keys(body).slice(4, 7)).toEqual(['call_uuid', 'call_relation_id', 'task_id']);
    expect(body).toMatchObject({ call_relation_id: 'crm-77', task_id: '0', direction: 1 });
    expect('task_data_id' in body).toBe(false);
  });

  it('has ids as strings, the direction as an integer, the context as an object', () => {
    const body = semanticsRequest(aCall(), stopped, SMALL_IDS);
    expect(body).toMatchObject({ code: 'SELF1', task_id: '129', task_data_id: '130', direction: 2 });
    expect(body.context).toMatchObject({ 姓名: '张三', 性别: '男', 询问报告人: body.reply });
  });

  it("has the customer's last words", () => {
    const { reply } = semanticsRequest(aCall(), stopped, SMALL_IDS);
    expect(reply).toBe(stopped.turns.at(-1)?.textMan);
    expect(reply).not.toBe('');
  });
});

describe("the request's dialogue", () => {
  const body = semanticsRequest(aCall(), stopped, SMALL_IDS);

  it('is one entry for a question and its answer, counted from 0', () => {
    expect(body.dialog.map((turn) => [turn.seq, turn.node_name])).toEqual([
      [0, '随访开场'],
      [1, '询问报告人'],
    ]);
  });

  it('says where the customer had nothing to say', () => {
    expect(body.dialog.map((turn) => [turn.has_reply, turn.text_man])).toEqual([
      [0, ''],
      [1, body.reply],
    ]);
  });

  it('has no branch for the answer that is asked about', () => {
    expect('hit' in (body.dialog.at(-1) ?? {})).toBe(false);
  });

  const script = aScript(
    aNode('a', 'NormalNode', { tag: 'B', tagDesc: '中', hits: [aHit('选择', 'b')] }),
    aNode('b', 'NormalNode', { code: 'X', hits: [aHit('说', 'e')] }),
    aNode('e', 'EndNode'),
  );
  /** A call in which the first question is missed twice. */
  const missed = Array.from({ length: 3000 }, (_, call) => runDialogue(inputWith(script, call))).find(
    ({ turns }) => turns.length === 8 && turns.slice(0, 4).every((turn) => turn.nodeId === 'a'),
  );
  const entries = missed === undefined ? [] : semanticsRequest(aCall(), missed, SMALL_IDS).dialog;

  it('counts what was not understood at a node', () => {
    expect(entries.map((turn) => [turn.node_id, turn.un_hit, turn.reject])).toEqual([
      ['a', 1, 0],
      ['a', 2, 1],
      ['a', 0, 0],
      ['b', 0, 0],
    ]);
  });

  it('names the branch that was taken, with an id like the sample', () => {
    expect(entries[2]?.hit).toEqual({
      pick: true,
      name: '选择',
      id: expect.stringMatching(/^judge_node_[\da-f]{8}-[\da-f]$/),
    });
    expect(entries.filter((turn) => turn.hit !== undefined)).toHaveLength(1);
  });

  it('has the keys of the sample in its order', () => {
    expect(Object.keys(entries[2] ?? {}).join(', ')).toBe(
      'hit, node_type, text_robot, tag_name, reject, tag_desc, node_name, text_man, has_reply, un_hit, seq, node_id',
    );
    expect(Object.keys(entries[3] ?? {})).not.toContain('tag_name');
  });
});

describe('an answer', () => {
  it('of the sample joins the context', () => {
    expect(readSemantics('[{"key":"reportorRelation","type":"integer","value":8}]')).toEqual({
      values: { reportorRelation: '8' },
    });
  });

  it('may name its types in any case, and give integers as strings', () => {
    const answer =
      '[{"key":"a","type":"Integer","value":"12"},{"key":"b","type":"STRING","value":"x"},{"key":"c","type":"string","value":3}]';
    expect(readSemantics(answer)).toEqual({ values: { a: '12', b: 'x', c: '3' } });
  });

  it('may give integers of any length, as strings', () => {
    const answer =
      '[{"key":"a","type":"integer","value":"9007199254740993"},{"key":"b","type":"integer","value":" +007 "}]';
    expect(readSemantics(answer)).toEqual({ values: { a: '9007199254740993', b: '7' } });
  });

  it('may be empty', () => {
    expect(readSemantics('[]')).toEqual({ values: {} });
  });

  it.each([
    ['{"key":"a"}', 'the answer is not an array: {"key":"a"}'],
    ['oops', 'the answer is not JSON: oops'],
    ['[1]', 'entry 0 is not an object'],
    ['[{"type":"string","value":"x"}]', 'entry 0 has no key'],
    ['[{"key":"a","type":"integer","value":1.5}]', 'a is not an integer: 1.5'],
    ['[{"key":"a","type":"integer","value":""}]', 'a is not an integer: nothing'],
    ['[{"key":"a","type":"integer","value":"1e3"}]', 'a is not an integer: 1e3'],
    ['[{"key":"a","type":"integer","value":"0x10"}]', 'a is not an integer: 0x10'],
    ['[{"key":"a","type":"string","value":null}]', 'a is not a string'],
    ['[{"key":"a","type":"float","value":1}]', 'a has a type that is neither integer nor string'],
  ])('that is none is noted and brings nothing: %s', (answer, note) => {
    expect(readSemantics(answer)).toEqual({ values: {}, note });
  });

  it('keeps what is right beside what is wrong', () => {
    expect(readSemantics('[{"key":"a","type":"string","value":"x"},{"key":"b"}]')).toEqual({
      values: { a: 'x' },
      note: 'b has a type that is neither integer nor string',
    });
  });
});
