import { afterEach, describe, expect, it } from 'vitest';
import { ControlClient } from '../../../support/control.ts';
import { startSimulator, type TestSimulator } from '../../../support/simulator.ts';

let simulator: TestSimulator;

async function start(options: Parameters<typeof startSimulator>[0] = {}): Promise<ControlClient> {
  simulator = await startSimulator(options);
  return new ControlClient(simulator);
}

afterEach(() => simulator.stop());

describe('the control API', () => {
  it.each([
    'localhost',
    'localhost:8720',
    'LOCALHOST',
    'sim.localhost:1',
    '127.0.0.1:8720',
    '127.8.9.1',
    '[::1]:8720',
  ])('answers to the loopback host %s', async (host) => {
    const control = await start();
    expect((await control.get('/clock', { host })).status).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:8720',
    '192.168.1.7',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'a@localhost',
    'x/y',
    '',
  ])('answers 403 to the host %j', async (host) => {
    const control = await start();
    const { status, body } = await control.get('/clock', { host });
    expect([status, body.error.code]).toEqual([403, 'wrong-host']);
  });

  it('answers to the host that it listens on', async () => {
    const control = await start({ host: '192.168.1.7', adminToken: 'let me' });
    const authorization = 'Bearer let me';
    expect((await control.get('/clock', { authorization, host: '192.168.1.7:8720' })).status).toBe(200);
    expect((await control.get('/clock', { authorization, host: '192.168.1.8:8720' })).status).toBe(403);
  });

  it('answers to every address, and to no name, if it listens on all of them', async () => {
    const control = await start({ host: '0.0.0.0', adminToken: 'let me' });
    const authorization = 'Bearer let me';
    expect((await control.get('/clock', { authorization, host: '10.1.2.3:8720' })).status).toBe(200);
    expect((await control.get('/clock', { authorization, host: 'evil.example' })).status).toBe(403);
  });

  it('asks for a token of its own making where it can be reached from elsewhere', async () => {
    const control = await start({ host: '0.0.0.0' });
    expect((await control.get('/clock', { host: '10.1.2.3:8720' })).status).toBe(401);
    expect((await control.get('/livez', { host: '10.1.2.3:8720' })).status).toBe(200);
  });

  it('leaves the platform to every host', async () => {
    await start();
    const answer = await simulator.request('/openapi/oauth/v1/token', {
      method: 'POST',
      headers: { host: 'www.xfyeta.com' },
    });
    expect(answer.status).toBe(200);
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'same-site', origin: 'http://evil.example:8720' },
  ])('answers 403 to a write by a page of another site: %j', async (headers) => {
    const control = await start();
    const { status, body } = await control.post('/reset', {}, headers as Record<string, string>);
    expect([status, body.error.code]).toEqual([403, 'cross-site']);
  });

  it.each([
    { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8720' },
    { origin: 'http://127.0.0.1:3000' },
    {},
  ])('takes a write by a page of its own, or by no page: %j', async (headers) => {
    const control = await start();
    expect((await control.post('/reset', {}, headers as Record<string, string>)).status).toBe(200);
  });
});

describe('the admin token', () => {
  it.each([
    {},
    { authorization: 'Bearer wrong' },
    { authorization: 'secret' },
    { authorization: 'Basic secret' },
  ])('is asked for: 401 with %j', async (headers) => {
    const control = await start({ adminToken: 'secret' });
    const answer = await control.get('/clock', headers as Record<string, string>);
    expect([answer.status, answer.body.error.code]).toEqual([401, 'unauthorized']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('opens every route', async () => {
    const control = await start({ adminToken: 'secret' });
    expect((await control.get('/clock', { authorization: 'Bearer secret' })).status).toBe(200);
    expect((await control.post('/reset', {}, { authorization: 'bearer  secret' })).status).toBe(200);
  });

  it('is not needed for livez, readyz and what comes to the receiver, but to read what came', async () => {
    const control = await start({ adminToken: 'secret', listen: true });
    expect((await control.get('/livez')).status).toBe(200);
    expect((await control.get('/readyz')).status).toBe(200);
    expect((await control.post('/receiver/receiveVoice', {})).body).toBe('success');
    expect((await control.get('/receiver')).status).toBe(401);
  });

  it('hides what there is from whoever has none', async () => {
    const control = await start({ adminToken: 'secret' });
    expect((await control.get('/nothing-here')).status).toBe(401);
  });
});
