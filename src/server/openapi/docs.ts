import { Hono } from 'hono';
import { LightResponse } from '../light-response.ts';

/** `/openapi.json` and `/docs`: the platform's published contract, made and loaded when it is first asked for. */
export function createDocs(version: string): Hono {
  const app = new Hono();
  let contract: Promise<string> | null = null;

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

async function writeContract(version: string): Promise<string> {
  const { describePlatform } = await import('./platform.ts');
  return JSON.stringify(describePlatform(version));
}
