import { LightResponse } from '../../light-response.ts';
import { readViewerFile } from './file.ts';
import { PAGE, PAGE_POLICY, START_SCRIPT } from './page.ts';

/** The viewer of the contract beside it: `docs` next to `openapi.json`. */
export function answerPage(): Response {
  return send(PAGE, 'text/html; charset=UTF-8', { 'Content-Security-Policy': PAGE_POLICY });
}

/** What the page asks for below `docs/`; null if there is no such file. */
export async function answerFile(name: string): Promise<Response | null> {
  if (name === 'start.js') return send(START_SCRIPT, 'text/javascript; charset=UTF-8');
  const file = await readViewerFile(name);
  return file === null ? null : send(file.bytes, file.type, { 'Cache-Control': 'max-age=86400' });
}

function send(
  body: string | Uint8Array<ArrayBuffer>,
  type: string,
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers = { 'Content-Type': type, 'X-Content-Type-Options': 'nosniff', ...more };
  return new LightResponse(body, { headers });
}
