import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/server/platform/finding/finding.ts';
import { peekField, readFields } from '../../../../src/server/platform/input/body.ts';
import {
  integer,
  list,
  optional,
  positive,
  required,
  text,
} from '../../../../src/server/platform/input/field.ts';

const FIELDS = {
  task_id: required(text()),
  page_size: optional(positive(50), 20),
  recall_count: optional(integer(0, 3), 1),
  task_name: optional(text()),
  list: optional(list(text()), []),
};

function read(body: Record<string, unknown>) {
  const findings: Finding[] = [];
  return { input: readFields(FIELDS, body, findings), findings };
}

describe('reading fields', () => {
  it('puts the fallback where a field is absent', () => {
    expect(read({ task_id: '1' }).input).toEqual({
      task_id: '1',
      page_size: 20,
      recall_count: 1,
      task_name: null,
      list: [],
    });
  });

  it('takes a zero for what it means in each field', () => {
    const { input } = read({ task_id: '1', page_size: 0, recall_count: 0, task_name: 0 });
    expect(input).toMatchObject({ page_size: 20, recall_count: 0, task_name: null });
  });

  it.each(['task_id', 'taskId', 'TaskId', 'TASKID', 'task-id', 'Task_Id'])('finds task_id as %s', (key) => {
    expect(read({ [key]: '129' })).toMatchObject({ input: { task_id: '129' }, findings: [] });
  });

  it.each([[{ taskId: 'loose', task_id: 'exact' }], [{ task_id: 'exact', taskId: 'loose' }]])(
    'lets the exact key win in %j',
    (body) => {
      expect(read(body).input.task_id).toBe('exact');
    },
  );

  it.each([[{ taskId: 'loose', task_id: null }], [{ task_id: '', taskId: 'loose' }]])(
    'lets no key win that is empty, in %j',
    (body) => {
      expect(read(body).input.task_id).toBe('loose');
    },
  );

  it('lets the first of two loose keys win', () => {
    expect(read({ taskId: 'first', TASKID: 'second' }).input.task_id).toBe('first');
  });

  it('ignores an unknown field and notes it', () => {
    expect(read({ task_id: '1', colour: 'red' })).toMatchObject({
      input: { task_id: '1' },
      findings: [{ code: 'unknown-field', message: '"colour" is no field of this operation' }],
    });
  });

  it.each([
    ['task_nam', 'task_name'],
    ['TaskIdd', 'task_id'],
    ['page_szie', 'page_size'],
    ['recalls_count', 'recall_count'],
  ])('names what %s is probably meant to be', (key, name) => {
    const { findings } = read({ task_id: '1', [key]: 'x' });
    expect(findings[0]?.message).toBe(`"${key}" is no field of this operation: ${name} is meant?`);
  });

  it('says where a token belongs', () => {
    expect(read({ task_id: '1', token: 'x' }).findings[0]?.message).toContain('travels in the query');
  });

  it('notes at most twenty unknown fields, shortened', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`${'x'.repeat(1000)}${i}`, i]));
    const { findings } = read({ task_id: '1', ...many });
    expect(findings).toHaveLength(20);
    expect(Math.max(...findings.map(({ message }) => message.length))).toBeLessThan(100);
  });

  it.each(['__proto__', 'constructor', 'toString'])('takes %s for an unknown field like any other', (key) => {
    const body = JSON.parse(`{"task_id":"1","${key}":{"task_name":"x"}}`) as Record<string, unknown>;
    const { input, findings } = read(body);
    expect(input.task_name).toBeNull();
    expect(findings).toEqual([
      { code: 'unknown-field', message: expect.stringContaining(`"${key}" is no field`) },
    ]);
  });

  it('names every problem at once, with what was expected and what was sent', () => {
    expect(() => read({ page_size: 51, recall_count: 'x', list: 'y' })).toThrow(
      'task_id: missing; page_size: expected an integer from 1 to 50, got 51; ' +
        'recall_count: expected an integer from 0 to 3, got "x"; list: expected a list, each a string, got "y"',
    );
  });

  it('refuses as 10005', () => {
    expect(() => read({})).toThrow(expect.objectContaining({ reason: 'invalid-parameter' }));
  });
});

describe('peeking at a field', () => {
  it.each([
    [{ app_key: 'k' }, 'k'],
    [{ AppKey: 'k' }, 'k'],
    [{ AppKey: 'loose', app_key: 'k' }, 'k'],
    [{ app_key: null, AppKey: 'loose' }, 'loose'],
    [{ key: 'k' }, undefined],
  ])('of %j', (body, expected) => {
    expect(peekField(body, 'app_key')).toBe(expected);
  });
});
