import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkControl } from '../../support/contract/control.ts';
import type { Exchange } from '../../support/contract/exchange.ts';
import { checkPlatform, checkPushed } from '../../support/contract/platform.ts';

/* The whole suite is held to the published contracts (test/support/contract): here, that it would be noticed. */

const sample = (name: string) => readFileSync(`fixtures/sample/${name}.json`, 'utf8');
const example = (name: string) => JSON.parse(readFileSync(`fixtures/example/${name}.request.json`, 'utf8'));

function platform(change: Partial<Exchange>): Exchange {
  return {
    method: 'POST',
    path: '/openapi/outbound/v1/task/callout',
    query: new URLSearchParams(),
    sent: sample('task-callout.request'),
    status: 200,
    contentType: 'application/json;charset=UTF-8',
    got: sample('task-callout.response'),
    hasFaults: false,
    ...change,
  };
}

const answer = (code: number, message: string, result: object = {}) =>
  JSON.stringify({ code, message, result });

describe('a call to the platform', () => {
  it('as the documents print it is right', () => {
    expect(checkPlatform(platform({}))).toEqual([]);
  });

  it.each<[string, Partial<Exchange>]>([
    ['a key too many', { got: answer(0, 'ok', { total: 1, task_data_ids: [1], more: 1 }) }],
    ['a key too few', { got: answer(0, 'ok', { total: 1 }) }],
    ['a wrong type', { got: answer(0, 'ok', { total: '1', task_data_ids: [1] }) }],
    ['the text of another code', { got: answer(10_005, '服务忙,请稍后再试') }],
    ['a result in a refusal', { got: answer(200_203, '错误的外呼号码', { row: 1 }) }],
    ['a code that the operation has no cause for', { got: answer(200_101, '账号或密码错误') }],
    ['another type of content', { contentType: 'application/json' }],
    ['another status', { status: 201 }],
    ['success after what the contract forbids', { sent: '{"robot_id":"719"}' }],
    ['success after no JSON', { sent: 'robot_id=719' }],
    ['a refusal for the form of what conforms', { got: answer(10_005, '输入参数不正确') }],
    ['success at an unknown path', { path: '/openapi/x' }],
    ['success by GET', { method: 'GET' }],
  ])('with %s is a breach', (_, change) => {
    expect(checkPlatform(platform(change))).not.toEqual([]);
  });

  it.each<[string, string]>([
    [
      'numbers for strings',
      '{"line_num":69101338,"robot_id":719,"call_column":["a"],"call_list":[[13800000001]]}',
    ],
    ['loose keys', '{"LineNum":"1","robot-id":"1","callColumn":["a"],"CALL_LIST":[["x"]],"voice_code":null}'],
  ])('with %s is right', (_, sent) => {
    expect(checkPlatform(platform({ sent }))).toEqual([]);
  });
});

describe('a call to the control API', () => {
  const clock = { now: '2026-01-05T10:00:00.000+08:00', nowMs: 1, mode: 'manual', speed: 1, status: 'ready' };
  const right: Partial<Exchange> = {
    method: 'GET',
    path: '/_sim/clock',
    sent: null,
    contentType: 'application/json; charset=UTF-8',
    got: JSON.stringify(clock),
  };

  it('as published is right, below a universe too', () => {
    expect(checkControl(platform(right))).toEqual([]);
    expect(checkControl(platform({ ...right, path: '/_sim/universes/123/clock' }))).toEqual([]);
  });

  it.each<[string, Partial<Exchange>]>([
    ['a key too many', { got: JSON.stringify({ ...clock, zone: '+08:00' }) }],
    ['a key too few', { got: JSON.stringify({ ...clock, mode: undefined }) }],
    ['an unknown value', { got: JSON.stringify({ ...clock, mode: 'fast' }) }],
    ['a query that is not published', { query: new URLSearchParams('zone=8') }],
    ['a body that is not published', { method: 'PUT', sent: '{"zone":8}' }],
    ['a status that is not published', { status: 201 }],
    ['an error that is none', { status: 404, got: '{"error":"not found"}' }],
    [
      'an error with a wrong status',
      { status: 400, got: '{"error":{"code":"not-found","message":"","details":{}}}' },
    ],
    ['an answer where no route is', { path: '/_sim/calendar' }],
    ['universes below a universe', { path: '/_sim/universes/123/universes' }],
  ])('with %s is a breach', (_, change) => {
    expect(checkControl(platform({ ...right, ...change }))).not.toEqual([]);
  });
});

describe('a push', () => {
  it.each([
    ['receiveCallRecord', 'receive-call-record.basic'],
    ['receiveCallRecord', 'receive-call-record.outbound'],
    ['receiveCallRecord', 'receive-call-record.inbound'],
    ['receiveVoice', 'receive-voice'],
    ['receiveDialog', 'receive-dialog'],
    ['getSemantics', 'get-semantics'],
  ])('to %s (%s) is right as it is, and a breach without any of its keys or with another', (module, name) => {
    const body = example(name);
    expect(checkPushed(module, body)).toEqual([]);
    expect(checkPushed(module, { ...body, more: 1 })).not.toEqual([]);
    const mayMiss = new Set([
      'task_id',
      'task_data_id',
      'call_relation_id',
      'tag_max',
      'tag_min',
      'time_ring',
    ]);
    for (const key of Object.keys(body).filter((key) => !mayMiss.has(key))) {
      const { [key]: _, ...rest } = body;
      expect([key, checkPushed(module, rest).length > 0]).toEqual([key, true]);
    }
  });
});
