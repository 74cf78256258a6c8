import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type TestSimulator } from '../support/simulator.ts';
import { type Answer, PATHS, send } from './platform-client.ts';

interface Entry {
  readonly file: string;
  readonly source: string;
  readonly grade: string;
}

const FOLDER = new URL('../../fixtures/sample/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, FOLDER), 'utf8');
const index = JSON.parse(read('index.json')) as Entry[];

/** The documented request, sent byte for byte. */
async function sendSample(
  simulator: TestSimulator,
  operation: keyof typeof PATHS,
  name: string,
  token: string | null,
) {
  return send(simulator.app, PATHS[operation], { body: read(`${name}.request.json`), token });
}

const sampleAnswer = (name: string) => JSON.parse(read(`${name}.response.json`)) as Answer;

/** The sample of task/query is printed without the escapes in its strings of JSON. */
function sampleRow(): Record<string, unknown> {
  const text = read('task-query.response.txt').replace(/"(\[[^\]]*\])"/g, (_, list: string) =>
    JSON.stringify(list),
  );
  const { result } = JSON.parse(text) as { result: { rows: Record<string, unknown>[] } };
  return result.rows[0] ?? {};
}

/** What of `sample` is missing in `answer` or has another type there; more keys may stand beside. */
function differ(sample: unknown, answer: unknown, path = ''): string[] {
  if (Array.isArray(sample)) {
    if (!Array.isArray(answer) || answer.length === 0) return [`${path} is no list with something in it`];
    return answer.flatMap((item, i) => differ(sample[0], item, `${path}[${i}]`));
  }
  if (typeof sample === 'object' && sample !== null) {
    if (typeof answer !== 'object' || answer === null) return [`${path} is no object`];
    return Object.entries(sample).flatMap(([key, value]) =>
      differ(value, (answer as Record<string, unknown>)[key], `${path}.${key}`),
    );
  }
  return typeof sample === typeof answer
    ? []
    : [`${path} is ${typeof answer}, in the sample ${typeof sample}`];
}

describe('the samples of seed 001, sent as printed and in its order', () => {
  let simulator: TestSimulator;
  let token = '';

  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.stop());

  it('token gives a token', async () => {
    const answer = await sendSample(simulator, 'token', 'token', null);
    expect(answer).toMatchObject({ code: 0, message: 'ok', result: { time_expire: 3600 } });
    expect(answer.result.token).toMatch(/^[0-9a-f]{32}$/);
    expect(differ(sampleAnswer('token'), answer)).toEqual([]);
    token = String(answer.result.token);
  });

  it('config query lists lines, robots, urls and voices in the shape of the sample', async () => {
    const answer = await sendSample(simulator, 'config', 'config-query', token);
    expect(answer.code).toBe(0);
    // An end in the sample's shape: a line without one has -1, and one without a start null (seen).
    expect(
      differ(sampleAnswer('config-query'), answer).filter(
        (line) => !line.endsWith('time_apply is object, in the sample number'),
      ),
    ).toEqual([]);
  });

  it('callout submits two rows', async () => {
    const answer = await sendSample(simulator, 'callout', 'task-callout', token);
    expect(answer).toMatchObject({ code: 0, result: { total: 2 } });
    expect(differ(sampleAnswer('task-callout'), answer)).toEqual([]);
    expect(answer.text).toMatch(/"task_data_ids":\[\d{18},\d{18}\]/);
  });

  it('create makes a task, which ended in 2018 and cannot be started', async () => {
    const answer = await sendSample(simulator, 'create', 'task-create', token);
    expect(answer).toMatchObject({ code: 0, result: { task_id: expect.stringMatching(/^\d{16}$/) } });
    const start = await send(simulator.app, PATHS.start, { body: { task_id: answer.result.task_id }, token });
    expect(start.code).toBe(200222);
  });

  it('insert submits two rows to task 129', async () => {
    const answer = await sendSample(simulator, 'insert', 'task-insert', token);
    expect(answer).toMatchObject({ code: 0, result: { total: 2 } });
    expect(differ(sampleAnswer('task-insert'), answer)).toEqual([]);
  });

  it.each(['start', 'pause', 'delete'] as const)('%s answers as printed', async (operation) => {
    const answer = await sendSample(simulator, operation, `task-${operation}`, token);
    expect(JSON.parse(answer.text)).toEqual(sampleAnswer(`task-${operation}`));
  });

  it('query lists tasks with the keys of the sample in its order, task_type after status', async () => {
    const answer = await sendSample(simulator, 'query', 'task-query', token);
    const rows = answer.result.rows as Record<string, unknown>[];
    expect(answer.result.total_rows).toBe(rows.length);
    const ordinary = rows.filter((row) => row.task_type === 0);
    expect(ordinary.length).toBeGreaterThan(1);
    const keys = Object.keys(sampleRow());
    keys.splice(keys.indexOf('status') + 1, 0, 'task_type');
    expect(ordinary.map(Object.keys)).toEqual(ordinary.map(() => keys));
    expect(ordinary.flatMap((row) => differ(sampleRow(), row))).toEqual([]);
  });

  it('push/failed knows no file of that day', async () => {
    const answer = await sendSample(simulator, 'failed', 'push-failed', token);
    expect(JSON.parse(answer.text)).toEqual({ code: 0, message: 'ok', result: { url: [] } });
  });
});

describe('the index of samples', () => {
  it('names every file with its source and its grade', () => {
    expect(index).not.toEqual([]);
    for (const { file, source, grade } of index) {
      expect(read(file).length).toBeGreaterThan(0);
      expect(source).toMatch(/^seed 00\d, /);
      expect(['doc', 'seen', 'choice']).toContain(grade);
    }
  });

  it('says of the samples that are JSON that they are', () => {
    for (const { file } of index.filter((entry) => entry.file.endsWith('.json'))) {
      expect(() => JSON.parse(read(file))).not.toThrow();
    }
  });
});
