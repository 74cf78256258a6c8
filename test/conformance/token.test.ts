import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startSimulator, type TestSimulator } from '../support/simulator.ts';
import { APPS, PATHS, send } from './platform-client.ts';

let simulator: TestSimulator;

beforeEach(async () => {
  simulator = await startSimulator();
});

afterEach(() => simulator.stop());

async function issue(app: keyof typeof APPS = 'full') {
  const [app_key, app_secret] = APPS[app];
  const { result } = await send(simulator.app, PATHS.token, { body: { app_key, app_secret } });
  return { token: String(result.token), left: result.time_expire };
}

const use = async (token: string) => (await send(simulator.app, PATHS.config, { token })).code;

describe('a token', () => {
  it('lives for an hour and not a millisecond longer', async () => {
    const { token, left } = await issue();
    expect(left).toBe(3600);
    await simulator.advance(3_600_000 - 1);
    expect(await use(token)).toBe(0);
    await simulator.advance(1);
    expect(await use(token)).toBe(10001);
  });

  it('is given out again while it lives, with the seconds that are left, rounded up', async () => {
    const first = await issue();
    await simulator.advance(600_001);
    expect(await issue()).toEqual({ token: first.token, left: 3000 });
    await simulator.advance(2_999_998);
    expect(await issue()).toEqual({ token: first.token, left: 1 });
    await simulator.advance(1);
    const next = await issue();
    expect(next.left).toBe(3600);
    expect(next.token).not.toBe(first.token);
  });

  it('belongs to its app', async () => {
    const tokens = await Promise.all([issue('full'), issue('inbound'), issue('disabled'), issue('poor')]);
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(4);
  });

  it('is given to a disabled app too, which cannot use it', async () => {
    const { token } = await issue('disabled');
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(await use(token)).toBe(10003);
  });

  it('of one simulator is none of another', async () => {
    const other = await startSimulator({ seed: 2 });
    onTestFinished(() => other.stop());
    const { token } = await issue();
    expect((await send(other.app, PATHS.config, { token })).code).toBe(10001);
  });
});

describe('with token.reuse off', () => {
  it('each call gives a new token, and the old one lives on', async () => {
    await simulator.stop();
    simulator = await startSimulator({ token: { ttl: 60, reuse: false } });
    const first = await issue();
    await simulator.advance(30_000);
    const second = await issue();
    expect([first.left, second.left]).toEqual([60, 60]);
    expect(second.token).not.toBe(first.token);
    expect([await use(first.token), await use(second.token)]).toEqual([0, 0]);
    await simulator.advance(30_000);
    expect([await use(first.token), await use(second.token)]).toEqual([10001, 0]);
  });
});
