import { Hono } from 'hono';
import { readPushFilePath } from '../sim/push/file-name.ts';
import { Refusal } from '../sim/refusal.ts';
import type { Simulation } from '../sim/simulation.ts';
import { collapseSlashes, createPlatformApp } from './app.ts';
import { createPushDownload } from './files/push-download.ts';
import { createRecordingSource, type RecordingShelf } from './files/recording-source.ts';
import { answerBarePath, createVoice } from './files/voice.ts';
import { createDocs } from './openapi/docs.ts';
import type { PlatformEnv } from './platform/fault.ts';
import type { RequestJournal } from './platform/journal.ts';
import type { Belonging } from './universe/belonging.ts';

export interface ServerAppOptions {
  /** The simulator that something belongs to; the default one for what is unknown. */
  findUniverse(by: Belonging): { readonly simulation: Simulation; readonly journal: RequestJournal };
  /** Everything under `/_sim`. */
  readonly control: Hono;
  /** Recordings of real phones. */
  readonly shelf: RecordingShelf;
  /** Of the package. */
  readonly version: string;
  readonly closing: AbortSignal;
  readonly log: (message: string, error: unknown) => void;
}

/** All that one port serves: the platform, its files, and what no platform has under `/_sim`. */
export function createServerApp(options: ServerAppOptions): Hono<PlatformEnv> {
  const { findUniverse, control, shelf, version, closing, log } = options;
  const app = new Hono<PlatformEnv>({ getPath: collapseSlashes });
  app.route(
    '/',
    createPlatformApp({ findUniverse, logError: (error, message) => log(message, error), closing }),
  );
  // Not among the routes of this one: with theirs Hono could not put all of them into one expression, and would
  // search a tree of them for every request to the platform.
  const controlApp = new Hono({ getPath: collapseSlashes }).route('/_sim', control);
  app.all('/_sim/*', (c) => controlApp.fetch(c.req.raw, c.env));
  app.route('/', createDocs(version));
  app.route(
    '/',
    createPushDownload({
      open(path) {
        const businessId = readPushFilePath(path)?.businessId ?? null;
        return findUniverse({ businessId }).simulation.files.open(path);
      },
    }),
  );
  const recordings = createRecordingSource(
    (number) => findUniverse({ businessId: number }).simulation,
    shelf,
  );
  app.route('/', createVoice(recordings));
  app.notFound(
    async (c) => (await answerBarePath(recordings, c)) ?? c.text('not found: / says where to look\n', 404),
  );
  // Of the files alone: the platform and the control API have words of their own.
  app.onError((error, c) => {
    if (error instanceof Refusal) return c.text(`${error.message}\n`, 503);
    log(`${c.req.method} ${c.req.path} failed`, error);
    return c.text('a bug of the simulator: its log has the cause\n', 500);
  });
  return app;
}
