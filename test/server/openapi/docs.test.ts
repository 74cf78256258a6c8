import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlClient } from '../../support/control.ts';
import { type Json, startSimulator, type TestSimulator } from '../../support/simulator.ts';

let simulator: TestSimulator;

beforeAll(async () => {
  // Everything of the state asks for a token.
  simulator = await startSimulator({ adminToken: 'secret' });
});

afterAll(() => simulator.stop());

/** What the page loads, as a browser would resolve it. */
async function loadedBy(page: string): Promise<string[]> {
  const html = await (await simulator.request(page)).text();
  const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);
  return links
    .map((link) => new URL(link, `http://x${page}`).href)
    .filter((link) => !link.startsWith('data:'));
}

describe.each(['', '/_sim'])('%s/docs', (prefix) => {
  it('is a page that may load nothing from elsewhere', async () => {
    const response = await simulator.request(`${prefix}/docs`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=UTF-8',
    ]);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toMatch(/https?:|\*/);
  });

  it('loads files that are there, next to it, of the types that it asks for', async () => {
    const links = await loadedBy(`${prefix}/docs`);
    expect(links).toEqual([
      `http://x${prefix}/docs/swagger-ui.css`,
      `http://x${prefix}/openapi.json`,
      `http://x${prefix}/docs/swagger-ui-bundle.js`,
      `http://x${prefix}/docs/start.js`,
    ]);
    for (const link of links) {
      const response = await simulator.request(new URL(link).pathname);
      expect([link, response.status]).toEqual([link, 200]);
      const type = link.endsWith('.js')
        ? 'text/javascript'
        : link.endsWith('.css')
          ? 'text/css'
          : 'application/json';
      expect(response.headers.get('content-type')).toContain(type);
      expect((await response.text()).length).toBeGreaterThan(100);
    }
  });

  it('starts the viewer with the contract beside it, and lets it ask nobody whether that is valid', async () => {
    const script = await (await simulator.request(`${prefix}/docs/start.js`)).text();
    expect(script).toContain("new URL('openapi.json', location.href)");
    expect(script).toContain('validatorUrl: null');
  });

  it.each(['package.json', '..%2Fpackage.json', 'constructor', ''])('has no file %s', async (name) => {
    expect((await simulator.request(`${prefix}/docs/${name}`)).status).toBeGreaterThanOrEqual(400);
  });
});

describe('/', () => {
  it('says where the documents are, which are there', async () => {
    const response = await simulator.request('/');
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/plain;charset=UTF-8',
    ]);
    const paths = (await response.text()).split('\n').flatMap((line) => /^\/\S+/.exec(line)?.[0] ?? []);
    expect(paths).toEqual(['/docs', '/openapi.json', '/_sim/docs', '/_sim/openapi.json']);
    for (const path of paths) expect((await simulator.request(path)).status).toBe(200);
  });

  it('is named where nothing is', async () => {
    const response = await simulator.request('/swagger');
    expect([response.status, await response.text()]).toEqual([404, 'not found: / says where to look\n']);
  });
});

describe('/openapi.json', () => {
  it('is the contract of the platform', async () => {
    const contract: Json = await (await simulator.request('/openapi.json')).json();
    expect(contract).toMatchObject({
      openapi: '3.1.1',
      info: { version: simulator.sim.scope.server.version },
    });
    expect(contract.paths).toHaveProperty('/openapi/oauth/v1/token');
  });

  it('below /_sim is that of the control API, and below a universe too', async () => {
    const control = new ControlClient(simulator);
    const { body: main } = await control.get('/openapi.json');
    expect(main.paths).toHaveProperty('/universes');
    const made = await control.post('/universes', {}, { authorization: 'Bearer secret' });
    const { body: own } = await control.get(`/universes/${made.body.id}/openapi.json`);
    expect(own.paths).toHaveProperty('/clock');
    expect(own.paths).not.toHaveProperty('/universes');
  });
});
