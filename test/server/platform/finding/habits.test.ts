import { describe, expect, it } from 'vitest';
import { CallHabits, type SeenCall } from '../../../../src/server/platform/finding/habits.ts';

const encode = (text: string) => new TextEncoder().encode(text);

/** An app that calls, on a wall clock of the test's own. */
function client(constant: Partial<SeenCall> = {}) {
  const habits = new CallHabits();
  let wallAt = 0;
  let at = 0;
  return {
    habits,
    /** Wall ms pass; simulated ones too, unless told otherwise. */
    pass(ms: number, simulated = ms) {
      wallAt += ms;
      at += simulated;
    },
    call(change: Partial<SeenCall> = {}): string[] {
      const call: SeenCall = {
        operation: 'task/query',
        effect: 'read',
        appId: '1',
        token: 't',
        body: encode('{"task_id":"129"}'),
        code: 0,
        lifeMs: null,
        wallAt,
        at,
        isManual: false,
        ...constant,
        ...change,
      };
      return habits.see(call).map(({ code }) => code);
    },
  };
}

const TOKEN = { operation: 'token', effect: 'write', token: null, lifeMs: 3_600_000 } as const;
const WRITE = { operation: 'task/callout', effect: 'write' } as const;

describe('a token for each call', () => {
  it('is found at the third', () => {
    const app = client();
    const found = [TOKEN, WRITE, TOKEN, WRITE, TOKEN, WRITE, TOKEN].map((call) => app.call(call));
    expect(found).toEqual([[], [], [], [], ['token-per-call'], [], ['token-per-call']]);
  });

  it('is not found where each token serves several calls', () => {
    const app = client();
    for (let i = 0; i < 10; i++) {
      expect(app.call(TOKEN)).toEqual([]);
      for (let j = 0; j < 3; j++) app.call(WRITE);
    }
  });

  it('is not found where the token before has ended', () => {
    const app = client();
    for (let i = 0; i < 10; i++) {
      expect(app.call(TOKEN)).toEqual([]);
      app.call(WRITE);
      app.pass(3_600_000);
    }
  });

  it('counts for each app', () => {
    const app = client();
    for (const appId of ['1', '2', '3', '4']) expect(app.call({ ...TOKEN, appId })).toEqual([]);
  });

  it('does not count refused ones', () => {
    const app = client();
    for (let i = 0; i < 5; i++, app.pass(10_000)) expect(app.call({ ...TOKEN, code: 200_101 })).toEqual([]);
  });
});

describe('polling faster than once a second', () => {
  it('is found from the third look on', () => {
    const app = client();
    const found = [0, 1, 2, 3].map(() => {
      app.pass(200);
      return app.call();
    });
    expect(found).toEqual([[], [], ['polling-fast'], ['polling-fast']]);
  });

  it('is not found where a second lies between', () => {
    const app = client();
    for (let i = 0; i < 5; i++, app.pass(1000)) expect(app.call()).toEqual([]);
  });

  it('is on wall time, however fast the simulated one runs', () => {
    const fast = client();
    for (let i = 0; i < 2; i++, fast.pass(100, 60_000)) fast.call();
    expect(fast.call()).toEqual(['polling-fast']);
  });

  it('is not found on a manual clock that was moved on between', () => {
    const moved = client({ isManual: true });
    for (let i = 0; i < 5; i++, moved.pass(1, 60_000)) expect(moved.call()).toEqual([]);
    const standing = client({ isManual: true });
    for (let i = 0; i < 2; i++, standing.pass(1, 0)) standing.call();
    expect(standing.call()).toEqual(['polling-fast']);
  });

  it('is not found where something else is asked, or something was changed between', () => {
    const app = client();
    for (let i = 0; i < 5; i++) expect(app.call({ body: encode(`{"page_index":${i}}`) })).toEqual([]);
    for (let i = 0; i < 5; i++) {
      expect(app.call()).toEqual([]);
      app.call(WRITE);
    }
  });
});

describe('a result code that is retried blindly', () => {
  const refused = { ...WRITE, code: 200_203 };

  it('is found at the second time within seconds', () => {
    const app = client();
    expect(app.call(refused)).toEqual([]);
    app.pass(4000);
    expect(app.call(refused)).toEqual(['blind-retry']);
  });

  it.each<[string, Partial<SeenCall>]>([
    ['another body', { body: encode('{}') }],
    ['another operation', { operation: 'task/create' }],
    ['another code', { code: 200_204 }],
    ['another app', { appId: '2' }],
    ['success', { code: 0 }],
  ])('is not found with %s', (_, change) => {
    const app = client();
    app.call(refused);
    expect(app.call({ ...refused, ...change })).toEqual([]);
  });

  it('is not found later, nor after something was changed', () => {
    const app = client();
    app.call(refused);
    app.pass(5000);
    expect(app.call(refused)).toEqual([]);
    app.call(WRITE);
    expect(app.call(refused)).toEqual([]);
  });

  it.each([10_004, 10_020])('leaves %i a second, as it passes by itself', (code) => {
    const app = client();
    app.call({ ...WRITE, code });
    app.pass(1000);
    expect(app.call({ ...WRITE, code })).toEqual([]);
    app.pass(999);
    expect(app.call({ ...WRITE, code })).toEqual(['blind-retry']);
  });

  it('is found where a token that was refused is used for another operation', () => {
    const app = client({ appId: null, code: 10_001 });
    app.call(WRITE);
    expect(app.call({ operation: 'task/query' })).toEqual(['blind-retry']);
    expect(app.call({ token: 'another' })).toEqual([]);
    expect([app.call({ token: null }), app.call({ token: null })]).toEqual([[], []]);
  });

  it('knows large bodies apart', () => {
    const app = client();
    const large = (end: string) => ({ ...refused, body: encode('x'.repeat(5000) + end) });
    app.call(large('a'));
    expect(app.call(large('b'))).toEqual([]);
    expect(app.call(large('b'))).toEqual(['blind-retry']);
  });
});

it('forgets, when told to and when there are too many apps', () => {
  const app = client();
  const refused = (appId: string) => app.call({ ...WRITE, code: 200_203, appId });
  refused('1');
  app.habits.clear();
  expect(refused('1')).toEqual([]);
  for (let i = 2; i < 1010; i++) refused(String(i));
  expect(refused('1')).toEqual([]);
});
