import type { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PlatformEnv } from '../../src/server/platform/fault.ts';
import { createSimulator } from '../../src/simulator.ts';

describe('the app of a server', () => {
  it('finds every route with one expression, and for the platform one handler alone', async () => {
    let app: Hono<PlatformEnv> | undefined;
    const inspect = (made: Hono<PlatformEnv>) => {
      app = made;
    };
    const simulator = await createSimulator({ clock: 'manual', listen: false, inspect });
    onTestFinished(async () => void (await simulator.close()));
    for (const path of ['/openapi/oauth/v1/token', '/_sim/health', '/docs', '/voice/x', '/nothing'])
      await app?.request(path);
    expect(app?.router.name).toBe('SmartRouter + RegExpRouter');
    expect(app?.router.match('POST', '/openapi/oauth/v1/token')[0]).toHaveLength(1);
  });

  it.each(['/_sim/health', '//_sim//health'])('has the control API under %s', async (path) => {
    const simulator = await createSimulator({ clock: 'manual', listen: false });
    onTestFinished(async () => void (await simulator.close()));
    expect((await simulator.request(path)).status).toBe(200);
  });

  it('answers for a recording with 503 once it is closed, at both of its addresses', async () => {
    let app: Hono<PlatformEnv> | undefined;
    const inspect = (made: Hono<PlatformEnv>) => {
      app = made;
    };
    const simulator = await createSimulator({ clock: 'manual', listen: false, inspect });
    await simulator.close();
    const path = '/ant/7/ivr/0/2026/01/05/0/12345678-8edf0c99-5b3d-4722-b1fb-10b2fbfecda2.wav';
    const answers = await Promise.all([`/voice${path}`, path].map((each) => app?.request(each)));
    expect(answers.map((answer) => answer?.status)).toEqual([503, 503]);
  });
});
