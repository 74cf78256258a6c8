import { describe, expect, it } from 'vitest';
import { Ask, SimulatorError } from '../../src/library/ask.ts';

/** A control API that answers with what it is given, in turn. */
function stage(...answers: [status: number, body: object][]) {
  const asked: [path: string, init: RequestInit | undefined][] = [];
  const ask = new Ask({
    prefix: '/_sim',
    adminToken: null,
    async send(path, init) {
      asked.push([path, init]);
      const [status, body] = answers[asked.length - 1] ?? [500, {}];
      return Response.json(body, { status });
    },
  });
  return { ask, asked };
}

describe('a question', () => {
  it('reads a list to its end, page after page', async () => {
    const { ask, asked } = stage(
      [200, { items: [1, 2], next: '2' }],
      [200, { items: [3], next: '3' }],
      [200, { items: [], next: null }],
    );
    expect(await ask.all('/calls', { state: 'ended', taskId: undefined })).toEqual([1, 2, 3]);
    expect(asked.map(([path]) => path)).toEqual([
      '/_sim/calls?state=ended&limit=1000',
      '/_sim/calls?state=ended&after=2&limit=1000',
      '/_sim/calls?state=ended&after=3&limit=1000',
    ]);
  });

  it('escapes what stands in a query', async () => {
    const { ask, asked } = stage([200, { items: [] }]);
    await ask.get('/tasks', { name: '测试&limit=1' });
    expect(new URLSearchParams(asked[0]?.[0].split('?')[1]).get('name')).toBe('测试&limit=1');
  });

  it('rejects with what the API says no with', async () => {
    const { ask } = stage([409, { error: { code: 'clock-busy', message: 'busy', details: { a: 1 } } }]);
    const error = await ask.post('/clock/advance').catch((thrown) => thrown);
    expect(error).toBeInstanceOf(SimulatorError);
    expect(error).toMatchObject({ code: 'clock-busy', status: 409, message: 'busy', details: { a: 1 } });
  });

  it('carries the admin token, below a path too', async () => {
    const seen: unknown[] = [];
    const ask = new Ask({
      prefix: '/_sim',
      adminToken: 'secret',
      async send(path, init) {
        seen.push([path, new Headers(init?.headers).get('authorization')]);
        return Response.json({});
      },
    });
    await ask.below('/universes/1').get('/clock');
    expect(seen).toEqual([['/_sim/universes/1/clock', 'Bearer secret']]);
  });

  it('is under way until it is answered', async () => {
    const answer = Promise.withResolvers<Response>();
    const ask = new Ask({ prefix: '/_sim', adminToken: null, send: () => answer.promise });
    const below = ask.below('/universes/1');
    const asked = [ask.get('/clock'), below.post('/wait', { for: 'call' })];
    expect(ask.inFlight()).toEqual(['GET /_sim/clock', 'POST /_sim/universes/1/wait {"for":"call"}']);
    answer.resolve(Response.json({}));
    await Promise.allSettled(asked);
    expect(ask.inFlight()).toEqual([]);
  });
});
