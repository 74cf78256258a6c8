import { once } from 'node:events';
import { SimulatorError } from '../../library/ask.ts';
import { ConfigurationError } from '../../sim/configuration-error.ts';
import { CONNECT_FLAGS, connect, URL_FLAG } from '../connect.ts';
import { readFlags, readInteger } from '../flag.ts';
import { readHttpUrl } from '../http-url.ts';
import { OTHER_VARIABLES } from '../other-variable.ts';
import { EXIT_FAILED, type Verb, VerbFailure } from '../verb.ts';
import type { LiveView } from './live-view.ts';
import type { Show } from './show.ts';

/** Of the receiver, as the examples of the documentation have it. */
const DEFAULT_PORT = 9000;
/** Whoever gives one of them wants no live view. */
const RECEIVER_FLAGS = ['--port', '--host', '--forward'];

export const listenVerb: Verb = {
  name: 'listen',
  usage: '[--port N] [--forward URL] [FLAGS]',
  summary: 'shows each push in a line: those of a running simulator, or of whoever sends here',
  flags: [
    {
      name: '--port',
      value: 'N',
      help: `a receiver of its own on this port, 0 = a free one (${DEFAULT_PORT})`,
    },
    { name: '--host', value: 'ADDR', help: 'a receiver of its own on this address (127.0.0.1)' },
    {
      name: '--forward',
      value: 'URL',
      help: 'a receiver that passes on to yours, and answers what that answered',
    },
    ...CONNECT_FLAGS,
    {
      name: '--json',
      help: 'a line each: {"event":"listening","url"}, then {"event":"push","module","number","result",…}',
    },
  ],
  notes: [
    'Without --port, --host and --forward it shows what the running simulator pushes, wherever that goes, until the',
    'simulator ends; if none runs, it is a receiver. A receiver answers success (pulls: a sample), to be pushed to with',
    'yeta-sim --push-url http://127.0.0.1:9000. {module} in the URL of --forward is replaced, else the path is appended;',
    'status and body come back as they are, and so does the time they take; 502 if nothing could be reached.',
  ],
  exits: [
    { code: 0, when: 'Ctrl-C or SIGTERM, or the simulator has ended' },
    {
      code: EXIT_FAILED,
      when: 'the simulator that was named does not answer, refuses, or is gone of a sudden',
    },
  ],
  run: listen,
};

async function listen(args: readonly string[]): Promise<undefined> {
  const { flags } = readFlags(args, listenVerb.flags, null);
  const port = readInteger(flags, '--port', { min: 0, max: 65_535, fallback: DEFAULT_PORT });
  const forward = readForward(flags.get('--forward'));
  const { showJson, showWords } = await import('./show.ts');
  const show = flags.has('--json') ? showJson : showWords;
  const told = new AbortController();
  const stop = () => told.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const wantsReceiver = RECEIVER_FLAGS.some((name) => flags.has(name));
  if (!wantsReceiver && (await showLive(flags, show, told.signal))) return;
  const { OwnReceiver } = await import('./own-receiver.ts');
  const host = flags.get('--host') ?? '127.0.0.1';
  await using receiver = await OwnReceiver.open({ port, host, forward, onSeen: show.push });
  show.listening(receiver.url, forward);
  if (!told.signal.aborted) await once(told.signal, 'abort');
}

/** @returns false: no simulator runs where one would be looked for @throws VerbFailure */
async function showLive(flags: ReadonlyMap<string, string>, show: Show, told: AbortSignal): Promise<boolean> {
  const { url, ask } = await connect(flags);
  const { openLiveView } = await import('./live-view.ts');
  const isNamed = flags.has(URL_FLAG.name) || (process.env[OTHER_VARIABLES.url] ?? '') !== '';
  let view: LiveView;
  try {
    view = await openLiveView(ask);
  } catch (error) {
    if (error instanceof SimulatorError) throw new VerbFailure(`${url}: ${error.message}`);
    if (isNamed || !(error instanceof VerbFailure)) throw error;
    return false;
  }
  show.watching(url);
  told.addEventListener('abort', () => void view.end());
  if (told.aborted) await view.end();
  try {
    for await (const item of view.items) {
      if ('lost' in item) show.gap(item);
      else show.push(item);
    }
  } catch (error) {
    if (!told.aborted) throw new VerbFailure(`${url}: the simulator is gone: ${(error as Error).message}`);
  }
  return true;
}

/** @throws ConfigurationError */
function readForward(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (readHttpUrl(text) !== null) return text;
  const expected = 'an address such as http://127.0.0.1:3000/yeta';
  throw new ConfigurationError([{ place: '--forward', found: `"${text}"`, expected }]);
}
