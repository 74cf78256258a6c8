import { Hono } from 'hono';
import type { Simulation } from '../sim/simulation.ts';
import { collapseSlashes, createPlatformApp } from './app.ts';
import { createPushDownload } from './files/push-download.ts';
import { createVoice, type VoiceSource } from './files/voice.ts';
import type { PlatformEnv } from './platform/fault.ts';
import type { RequestJournal } from './platform/journal.ts';

export interface ServerAppOptions {
  readonly simulation: Simulation;
  readonly journal: RequestJournal;
  /** Everything under `/_sim`. */
  readonly control: Hono;
  readonly voice: VoiceSource;
  readonly closing: AbortSignal;
  readonly log: (message: string, error: unknown) => void;
}

/** All that one port serves: the platform, its files, and what no platform has under `/_sim`. */
export function createServerApp(options: ServerAppOptions): Hono<PlatformEnv> {
  const { simulation, journal, control, voice, closing, log } = options;
  const app = new Hono<PlatformEnv>({ getPath: collapseSlashes });
  const universe = { simulation, journal };
  app.route(
    '/',
    createPlatformApp({
      findUniverse: () => universe,
      logError: (error, message) => log(message, error),
      closing,
    }),
  );
  app.route('/_sim', control);
  app.route('/', createPushDownload(simulation.files));
  app.route('/', createVoice(voice));
  app.notFound((c) => c.text('not found\n', 404));
  return app;
}
