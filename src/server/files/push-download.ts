import { Hono } from 'hono';
import type { OpenFile } from '../../sim/push/file.ts';
import { LightResponse } from '../light-response.ts';

export interface DownloadSource {
  /** Null if there is no such file. Only paths like `150/2018-12-04/0E05….zip` are ever asked for. */
  open(path: string): Promise<OpenFile | null>;
}

/** Matched on the path as it came: what needs escaping, or climbs, is no path of a file. */
const DOWNLOAD_PATH = /^\/push_download\/([0-9A-Za-z_-]{1,64}\/\d{4}-\d{2}-\d{2}\/[0-9A-Za-z]{1,64}\.zip)$/;
const BLOCK_BYTES = 64 * 1024;

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

/** Block by block as the client takes it; closes the file at the end, on an error, and when the client goes. */
function streamFile(file: OpenFile): ReadableStream<Uint8Array> {
  let position = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const block = await file.read(position, Math.min(BLOCK_BYTES, file.size - position));
          position += block.length;
          if (block.length > 0) controller.enqueue(block);
          if (position < file.size && block.length > 0) return;
          await file.close();
          controller.close();
        } catch (error) {
          await file.close();
          throw error;
        }
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  );
}
