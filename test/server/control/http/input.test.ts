import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CONTROL_ROUTES } from '../../../../src/server/control/route-list.ts';
import { ControlClient } from '../../../support/control.ts';
import { startSimulator, type TestSimulator } from '../../../support/simulator.ts';

let simulator: TestSimulator;
let control: ControlClient;

beforeEach(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator);
});

afterEach(() => simulator.stop());

describe('a request to the control API', () => {
  it('is refused with every problem at once: its place, what was found, what is expected', async () => {
    const { status, body } = await control.post('/rules', {
      outcome: { result: 1, tag: 'G' },
      times: 0,
      colour: 'red',
    });
    expect(status).toBe(400);
    expect(body.error.code).toBe('invalid-parameter');
    expect(body.error.details).toEqual({
      in: 'body',
      problems: [
        { place: 'outcome.result', found: '1', expected: expect.stringContaining('a task_result') },
        { place: 'outcome.tag', found: '"G"', expected: 'one of A, B, C, D, E, F' },
        { place: 'times', found: '0', expected: 'a whole number from 1 to 1000000000' },
        { place: 'colour', found: 'an unknown key', expected: 'one of match, outcome, probability, times' },
      ],
    });
    expect(body.error.message).toContain('outcome.tag: found "G", expected one of A, B, C, D, E, F');
  });

  it.each([
    ['no JSON', '{"by":'],
    ['a list', '[]'],
    ['a text', '"10m"'],
    ['null', 'null'],
  ])('whose body is %s answers 400', async (_, body) => {
    const answer = await control.post('/clock/advance', body);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid-parameter']);
  });

  it('whose body is not UTF-8 answers 400', async () => {
    const answer = await control.send('POST', '/reset', { body: new Uint8Array([0x7b, 0xff, 0x7d]) });
    expect([answer.status, answer.body.error.message]).toEqual([400, 'body: not UTF-8']);
  });

  it('needs no body where none is needed', async () => {
    expect((await control.send('POST', '/reset', {})).status).toBe(200);
    expect((await control.send('POST', '/reset', { body: ' ' })).status).toBe(200);
  });

  it('may have a body of 1 MiB and no more', async () => {
    const fill = (bytes: number) => `{}${' '.repeat(bytes - 2)}`;
    expect((await control.post('/reset', fill(1024 * 1024))).status).toBe(200);
    const answer = await control.post('/reset', fill(1024 * 1024 + 1));
    expect([answer.status, answer.body.error.code]).toEqual([413, 'too-large']);
  });

  it.each([
    ['/pushes?colour=red', 'colour'],
    ['/pushes?limit=0', 'limit'],
    ['/pushes?limit=1001', 'limit'],
    ['/pushes?limit=ten', 'limit'],
    ['/pushes?after=-1', 'after'],
    ['/pushes?module=receiveDialogue', 'module'],
    ['/pushes?module=receiveDialog&module=receiveVoice', 'module'],
    ['/calls?state=over', 'state'],
    ['/calls?after=1', 'after'],
    ['/tasks?after=1e3', 'after'],
    ['/livez?x=1', 'x'],
  ])('with a wrong query answers 400: %s', async (path, key) => {
    const { status, body } = await control.get(path);
    expect(status).toBe(400);
    expect(body.error.message).toContain(`${key}: found`);
  });

  it.each([
    ['/clock/advance', 'there is no GET /_sim/clock/advance: it takes POST'],
    ['/universes/1/clock/advance', 'it takes POST'],
    ['/pushes/1/resend', 'it takes POST'],
    ['/nothing', ': /_sim/docs lists what there is'],
  ])('says what there is instead: %s', async (path, expected) => {
    expect((await control.get(path)).body.error.message).toContain(expected);
  });

  it.each(['/', '/nothing', '/clock/', '/pushes/1/2/3'])(
    'for what is not there answers 404: %s',
    async (path) => {
      const { status, body } = await control.get(path);
      expect([status, body.error.code]).toEqual([404, 'not-found']);
    },
  );

  it('with another method answers 405, names it and those that are allowed', async () => {
    const { status, body, headers } = await control.put('/pushes', {});
    expect([status, body.error]).toEqual([
      405,
      {
        code: 'method-not-allowed',
        message: 'there is no PUT /_sim/pushes: it takes GET',
        details: { methods: ['GET'] },
      },
    ]);
    expect(headers.get('allow')).toBe('GET, HEAD');
  });

  it.each([
    ['/urls', 'GET, HEAD, PUT'],
    ['/universes/1/clock', 'GET, HEAD, PUT'],
    ['/universes/1', 'GET, HEAD, DELETE'],
    ['/endpoints/task%2Fcallout', 'PUT'],
    ['/endpoints/task/callout', 'PUT'],
    ['/reset', 'POST'],
  ])('says in a header what a path takes: %s', async (path, allowed) => {
    const { status, headers } = await simulator.request(`/_sim${path}`, { method: 'PATCH' });
    expect([status, headers.get('allow')]).toEqual([405, allowed]);
  });

  it('is answered with JSON that nobody keeps', async () => {
    const { headers } = await control.get('/clock');
    expect(headers.get('content-type')).toBe('application/json; charset=UTF-8');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('a bug', () => {
  it('is answered with 500, told to the log, and not to the client', async () => {
    const bug = new Error('the disk is on fire');
    simulator.simulation.setClock = () => Promise.reject(bug);
    const { status, body } = await control.put('/clock', { mode: 'real' });
    expect([status, body.error.code]).toEqual([500, 'internal']);
    expect(JSON.stringify(body)).not.toContain('fire');
    expect(simulator.logged).toEqual([bug]);
  });
});

describe('the routes', () => {
  it('have schemas that documents can be made of', () => {
    for (const { query, body, reads } of CONTROL_ROUTES) {
      for (const schema of [query, body]) {
        if (schema === undefined || reads === 'text') continue;
        expect(z.toJSONSchema(schema, { io: 'input' })).toHaveProperty('$schema');
      }
    }
  });

  it('stand once each, with a summary', () => {
    const names = CONTROL_ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(names).size).toBe(names.length);
    expect(CONTROL_ROUTES.filter(({ summary }) => summary === '')).toEqual([]);
  });
});
