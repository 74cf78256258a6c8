import type { Settings } from '../config.ts';

/** Logs go to stderr; stdout is for what tools read. */
export async function createLog(settings: Settings): Promise<(message: string, error: unknown) => void> {
  const level = settings.logLevel ?? 'warn';
  if (level === 'silent') return () => {};
  if (settings.logFormat === 'json') {
    // Loaded only for those who ask for it.
    const { pino } = await import('pino');
    const logger = pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
    return (message, error) => logger.error({ err: error }, message);
  }
  return (message, error) => {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error ?? '');
    process.stderr.write(`yeta-sim: ${message}\n${cause === '' ? '' : `${cause.replace(/^/gm, '  ')}\n`}`);
  };
}
