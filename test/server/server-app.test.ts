import type { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createSimulator } from '../../src/simulator.ts';

describe('the app of a server', () => {
  it('finds the route of a request with one expression', async () => {
    let app: Hono | undefined;
    await using simulator = await createSimulator({
      clock: 'manual',
      listen: false,
      inspect: (made) => {
        app = made as unknown as Hono;
      },
    });
    for (const path of ['/openapi/oauth/v1/token', '/_sim/health', '/docs', '/voice/x', '/nothing'])
      await app?.request(path);
    expect(app?.router.name).toBe('SmartRouter + RegExpRouter');
  });
});
