import { readVersion } from '../package.ts';
import { ConfigurationError } from '../sim/configuration-error.ts';
import { helpText, verbHelp } from './help.ts';
import { EXIT_USAGE, type Verb } from './verb.ts';

/** Every verb by its name; each is loaded when it is asked for. The first one needs no name. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  start: async () => (await import('./start.ts')).startVerb,
  demo: async () => (await import('./demo/demo.ts')).demoVerb,
  init: async () => (await import('./init.ts')).initVerb,
  validate: async () => (await import('./validate.ts')).validateVerb,
  readyz: async () => (await import('./readyz.ts')).readyzVerb,
  tls: async () => (await import('./tls/tls.ts')).tlsVerb,
};

/** @param args what stands after the program's name */
export async function main(args: readonly string[]): Promise<void> {
  // Whoever reads the first lines may close the pipe after them.
  process.stdout.on('error', () => {});
  try {
    process.exitCode = (await run(args)) ?? 0;
  } catch (error) {
    if (!isUsageError(error)) throw error;
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = EXIT_USAGE;
  }
}

async function run(args: readonly string[]): Promise<number | undefined> {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (own.includes('--version') || own[0] === '-v') return print(`${readVersion()}\n`);
  const [first = '', ...rest] = args;
  const name = first === '' || first.startsWith('-') ? undefined : first;
  if (name === 'help') return showHelp(rest[0]);
  if (own.includes('--help') || own.includes('-h')) return showHelp(name);
  if (name === undefined) return (await loadVerb('start')).run(args);
  return (await loadVerb(name)).run(rest);
}

async function showHelp(name: string | undefined): Promise<undefined> {
  if (name !== undefined) return print(verbHelp(await loadVerb(name)));
  return print(helpText(readVersion(), await Promise.all(Object.values(VERBS).map((load) => load()))));
}

/** @throws ConfigurationError if there is no such verb */
function loadVerb(name: string): Promise<Verb> {
  const load = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (load !== undefined) return load();
  const expected = `one of ${Object.keys(VERBS).join(', ')}; see yeta-sim --help`;
  throw new ConfigurationError([{ place: 'verb', found: `"${name}"`, expected }]);
}

function print(text: string): undefined {
  process.stdout.write(text);
}

/** By its name: the module of a ListenError would load the whole server. */
function isUsageError(error: unknown): error is Error {
  return error instanceof ConfigurationError || (error instanceof Error && error.name === 'ListenError');
}

function explain(error: Error): string {
  if (error instanceof ConfigurationError) return error.message;
  const flag = 'flag' in error ? error.flag : '--port';
  return `${error.message}\nTake another one with ${flag} N, or ${flag} 0 for any that is free.`;
}
