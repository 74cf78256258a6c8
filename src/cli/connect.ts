import { Readable } from 'node:stream';
import { authorityOf } from '../authority.ts';
import { Ask } from '../library/ask.ts';
import { ConfigurationError } from '../sim/configuration-error.ts';
import type { Flag } from './flag.ts';
import { readHttpUrl } from './http-url.ts';
import { OTHER_VARIABLES } from './other-variable.ts';
import { VerbFailure } from './verb.ts';

/** What listens there and is silent for so long is no simulator, or one that stands: ms of wall time. */
const ANSWER_MS = 5000;

/** Where a simulator that runs already is found. */
export const URL_FLAG: Flag = {
  name: '--url',
  value: 'URL',
  help: 'where it listens (YETA_SIM_URL, else the host and port that start would take here)',
};

/** Flags of the verbs that ask a running simulator for something. */
export const CONNECT_FLAGS: readonly Flag[] = [
  URL_FLAG,
  { name: '--admin-token', value: 'TOKEN', help: 'if /_sim/ asks for one (YETA_SIM_ADMIN_TOKEN)' },
  { name: '--universe', value: 'ID', help: 'one of its universes (the default simulator)' },
];

/** @throws ConfigurationError */
export async function findUrl(flags: ReadonlyMap<string, string>): Promise<string> {
  const text = flags.get(URL_FLAG.name) ?? process.env[OTHER_VARIABLES.url];
  if (text === undefined || text === '') return guessAddress();
  const url = readHttpUrl(text);
  if (url !== null) return url.origin;
  throw new ConfigurationError([
    { place: '--url', found: `"${text}"`, expected: 'an address such as http://127.0.0.1:8720' },
  ]);
}

/** The control API of a simulator that runs already, over HTTP, and where that is. @throws ConfigurationError */
export async function connect(flags: ReadonlyMap<string, string>): Promise<{ url: string; ask: Ask }> {
  const url = await findUrl(flags);
  const universe = flags.get('--universe');
  const adminToken = flags.get('--admin-token') ?? (process.env.YETA_SIM_ADMIN_TOKEN || null);
  const prefix = universe === undefined ? '/_sim' : `/_sim/universes/${encodeURIComponent(universe)}`;
  return { url, ask: new Ask({ send: (path, init) => send(url, path, init), prefix, adminToken }) };
}

/** @throws VerbFailure if no answer of a simulator came */
async function send(url: string, path: string, { method = 'GET', headers, body }: RequestInit = {}) {
  // Not fetch(), which refuses some ports, such as 6000.
  const { request } = await import('undici');
  const init = { method, headers: headers as Record<string, string>, body: body as string | null };
  // A long way on may take its time, and so may the next event; all else is answered at once.
  const headersTimeout = method === 'POST' ? 0 : ANSWER_MS;
  const answer = await request(url + path, { ...init, headersTimeout, bodyTimeout: 0 }).catch(
    (error: unknown) => {
      throw new VerbFailure(`${url}: ${explainFailure(error)}`, { cause: error });
    },
  );
  const type = String(answer.headers['content-type'] ?? '');
  if (/^(application\/json|text\/event-stream)\b/.test(type))
    return new Response(Readable.toWeb(answer.body) as ReadableStream, { status: answer.statusCode });
  await answer.body.dump();
  throw new VerbFailure(`${url}: HTTP ${answer.statusCode}, which is no answer of a simulator`);
}

/** Why no answer came, in words. */
export function explainFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return 'something listens there, and does not answer';
  return code === 'ECONNREFUSED' ? 'nothing listens there' : message;
}

/** Where `start` would listen in this folder, with these variables. */
async function guessAddress(): Promise<string> {
  const { readSettings } = await import('./option.ts');
  const { DEFAULT_PORT } = await import('../config.ts');
  const { host = '127.0.0.1', port = DEFAULT_PORT } = await readSettings([], process.env);
  return `http://${authorityOf({ host, port })}`;
}
