import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { CallAudio } from './call-audio.ts';
import { FrameClock } from './frame-clock.ts';
import type { MediaStats } from './media.ts';
import { MediaError } from './media-error.ts';
import type {
  FromWorker,
  Heard,
  Notice,
  RequestKind,
  Requests,
  ToWorker,
  WorkerSettings,
} from './message.ts';
import { PortPool } from './port-pool.ts';
import { PromptLibrary } from './prompt/prompt-library.ts';

if (parentPort === null) throw new Error('this file is the worker thread of media.ts');
const main = parentPort;
const { host, ports, recordingFolder } = workerData as WorkerSettings;
const pool = new PortPool(host, ports);
const library = new PromptLibrary();
const calls = new Map<number, CallAudio>();
const clock = new FrameClock((frame, atMs) => {
  for (const call of calls.values()) call.sendFrame(frame, atMs);
});

mkdirSync(recordingFolder, { recursive: true });
main.on('message', (message: ToWorker) => {
  if ('request' in message) void answer(message);
  else obey(message.session, message);
});

/** A notice may cross a close: then there is no such session any more. */
function obey(session: number, notice: Notice): void {
  const call = calls.get(session);
  if (call === undefined) return;
  if (notice.kind === 'agree') call.agree(notice.agreement);
  else if (notice.kind === 'direct') call.direct(notice.direction);
  else if (notice.kind === 'stop') call.stop();
  else {
    call.start(notice.atMs);
    clock.start();
  }
}

async function answer(message: Extract<ToWorker, { request: number }>): Promise<void> {
  const { request } = message;
  try {
    post({ kind: 'reply', request, value: await work(message) });
  } catch (error) {
    const code = error instanceof MediaError ? error.code : null;
    post({ kind: 'failure', request, code, message: (error as Error).message });
  }
}

function work(
  message: Extract<ToWorker, { request: number }>,
): Promise<Requests[RequestKind]['reply']> | MediaStats {
  const call = calls.get(message.session);
  switch (message.kind) {
    case 'open':
      return open(message.session, message);
    case 'total':
      return total();
    default:
      if (call === undefined) throw new Error(`there is no session ${message.session}`);
  }
  switch (message.kind) {
    case 'play':
      return call.play(message.prompt);
    case 'stats':
      return Promise.resolve(call.stats());
    case 'close':
      return close(message.session, call, message.talkMs);
  }
}

async function open(
  session: number,
  { callId, seed }: Requests['open']['ask'],
): Promise<Requests['open']['reply']> {
  const pair = await pool.take();
  const path = join(recordingFolder, `${callId}.wav`);
  const tell = (heard: Heard) => post({ session, ...heard });
  calls.set(session, new CallAudio({ pair, seed, path, library, tell }));
  return { port: pair.port };
}

function close(session: number, call: CallAudio, talkMs: number | null): Promise<Requests['close']['reply']> {
  calls.delete(session);
  if (calls.size === 0) clock.stop();
  return call.close(talkMs);
}

function total(): MediaStats {
  const { user, system } = process.threadCpuUsage();
  return {
    sessions: calls.size,
    ports: { total: pool.total, used: pool.used },
    clock: clock.stats(),
    cpuMs: (user + system) / 1000,
  };
}

function post(message: FromWorker): void {
  main.postMessage(message);
}
