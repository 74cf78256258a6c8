import { Hono } from 'hono';
import { LightResponse } from '../light-response.ts';

/**
 * `/openapi.json` and `/docs`: the platform's published contract, made and loaded when it is first asked for; `/` says
 * where to look.
 */
export function createDocs(version: string): Hono {
  const app = new Hono();
  let contract: Promise<string> | null = null;

  app.get('/', (c) =>
    c.text(`yeta-sim ${version}: a simulator of an outbound-call robot platform\n${WHERE}`),
  );
  app.get('/openapi.json', async () => {
    contract ??= writeContract(version);
    return new LightResponse(await contract, {
      headers: { 'Content-Type': 'application/json; charset=UTF-8' },
    });
  });
  app.get('/docs', async () => (await import('./viewer/answer.ts')).answerPage());
  app.get('/docs/:file', async (c) => {
    const { answerFile } = await import('./viewer/answer.ts');
    return (await answerFile(c.req.param('file'))) ?? c.notFound();
  });
  return app;
}

const WHERE = `
/docs                the platform's API, to read and try
/openapi.json        the same as OpenAPI 3.1
/_sim/docs           the simulator's own: clock, journals, rules, faults
/_sim/openapi.json   the same as OpenAPI 3.1
`;

async function writeContract(version: string): Promise<string> {
  const { describePlatform } = await import('./platform.ts');
  return JSON.stringify(describePlatform(version));
}
