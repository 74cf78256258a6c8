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
});
