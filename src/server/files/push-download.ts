import { Hono } from 'hono';
import type { OpenFile } from '../../sim/push/file.ts';
import { LightResponse } from '../light-response.ts';
import { streamFile } from './stream-file.ts';

export interface DownloadSource {
  /** Null if there is no such file. Only paths like `150/2018-12-04/0E05….zip` are ever asked for. */
  open(path: string): Promise<OpenFile | null>;
}

/** Matched on the path as it came: what needs escaping, or climbs, is no path of a file. */
const DOWNLOAD_PATH = /^\/push_download\/([0-9A-Za-z_-]{1,64}\/\d{4}-\d{2}-\d{2}\/[0-9A-Za-z]{1,64}\.zip)$/;

/** `GET /push_download/<path>`: the failure files, without a token (doc); 404 for anything else. */
export function createPushDownload(source: DownloadSource): Hono {
  const app = new Hono();

  app.get('/push_download/*', async (c) => {
    const path = DOWNLOAD_PATH.exec(c.req.path)?.[1];
    const file = path === undefined ? null : await source.open(path);
    if (file === null) return new LightResponse('not found\n', { status: 404 });
    const headers = { 'Content-Type': 'application/zip', 'Content-Length': String(file.size) };
    if (c.req.method === 'HEAD') {
      await file.close();
      return new LightResponse(null, { headers });
    }
    return new LightResponse(streamFile(file), { headers });
  });

  app.all('/push_download/*', () => new LightResponse('', { status: 405, headers: { Allow: 'GET, HEAD' } }));

  return app;
}
