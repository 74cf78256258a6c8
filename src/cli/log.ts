import { pino } from 'pino';
import type { Settings } from '../config.ts';

/** Logs go to stderr; stdout is for what tools read. */
export function createLog(settings: Settings): (message: string, error: unknown) => void {
  const level = settings.logLevel ?? 'warn';
  if (level === 'silent') return () => {};
  if (settings.logFormat === 'json') {
    const logger = pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
    return (message, error) => logger.error({ err: error }, message);
  }
  return (message, error) => {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`yeta-sim: ${message}\n${cause.replace(/^/gm, '  ')}\n`);
  };
}
