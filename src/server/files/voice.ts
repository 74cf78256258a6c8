import { type Context, Hono } from 'hono';
import { LightResponse } from '../light-response.ts';
import { readRange } from './range.ts';

/** A recording; its bytes never change. */
export interface VoiceFile {
  /** Bytes, header included. */
  readonly size: number;
  /** As it stands in the header: quoted. */
  readonly etag: string;
  /** Bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Uint8Array | AsyncIterable<Uint8Array>;
}

export interface VoiceSource {
  /** `path` is relative and plain, like `ant/7/ivr/0/2026/01/05/0/12345678-<uuid>.wav`; null if nothing is there. */
  find(path: string): Promise<VoiceFile | null>;
}

/** No escapes, no empty segment, none that begins with a dot: nothing that climbs gets as far as the source. */
const PLAIN_PATH = /^(?:[0-9A-Za-z_-][0-9A-Za-z._-]*\/)*[0-9A-Za-z_-][0-9A-Za-z._-]*$/;
const MAX_PATH_LENGTH = 512;
const ALLOW = { Allow: 'GET, HEAD' };

/** `GET /voice/<path>`: recordings. */
export function createVoice(source: VoiceSource): Hono {
  const app = new Hono();

  app.all('/voice/*', async (c) => {
    const file = await findFile(source, c.req.path.slice('/voice/'.length));
    if (!isRead(c)) return new LightResponse('', { status: 405, headers: ALLOW });
    return file === null ? new LightResponse('not found\n', { status: 404 }) : send(c, file);
  });

  return app;
}

/** `GET /<path>`, for clients that set the bare host as their prefix (seen). @returns null if it is no recording */
export async function answerBarePath(source: VoiceSource, c: Context): Promise<Response | null> {
  const file = await findFile(source, c.req.path.slice(1));
  if (file === null) return null;
  return isRead(c) ? send(c, file) : new LightResponse('', { status: 405, headers: ALLOW });
}

async function findFile(source: VoiceSource, path: string): Promise<VoiceFile | null> {
  return path.length <= MAX_PATH_LENGTH && PLAIN_PATH.test(path) ? source.find(path) : null;
}

function isRead(c: Context): boolean {
  return c.req.method === 'GET' || c.req.method === 'HEAD';
}

/** RFC 9110, 13.2.2: If-None-Match first, then If-Range and Range; a Range means nothing to HEAD (14.2). */
function send(c: Context, file: VoiceFile): Response {
  const { size, etag } = file;
  const headers: Record<string, string> = { ETag: etag, 'Accept-Ranges': 'bytes' };
  if (matchesEtag(c.req.header('if-none-match'), etag))
    return new LightResponse(null, { status: 304, headers });

  if (c.req.method === 'HEAD') {
    Object.assign(headers, { 'Content-Type': 'audio/wav', 'Content-Length': String(size) });
    return new LightResponse(null, { headers });
  }
  const isSame = (c.req.header('if-range') ?? etag) === etag;
  const range = isSame ? readRange(c.req.header('range'), size) : null;
  if (range === 'unsatisfiable') {
    headers['Content-Range'] = `bytes */${size}`;
    return new LightResponse('', { status: 416, headers });
  }
  const { start, end } = range ?? { start: 0, end: size };
  Object.assign(headers, { 'Content-Type': 'audio/wav', 'Content-Length': String(end - start) });
  if (range !== null) headers['Content-Range'] = `bytes ${start}-${end - 1}/${size}`;
  return new LightResponse(toBody(file.read(start, end)), { status: range === null ? 200 : 206, headers });
}

/** The weak comparison that If-None-Match asks for. */
function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some((tag) => opaque(tag) === opaque(etag));
}

function toBody(data: Uint8Array | AsyncIterable<Uint8Array>): ConstructorParameters<typeof Response>[0] {
  return data instanceof Uint8Array ? (data as Uint8Array<ArrayBuffer>) : ReadableStream.from(data);
}
