import { readVersion } from '../package.ts';
import { ConfigurationError } from '../sim/configuration-error.ts';
import { ListenError } from '../sim/listen-error.ts';
import { helpText, verbHelp } from './help.ts';
import { EXIT_FAILED, EXIT_USAGE, VerbFailure } from './verb.ts';
import { loadVerb, loadVerbs } from './verb-list.ts';

/** @param args what stands after the program's name */
export async function main(args: readonly string[]): Promise<void> {
  // Whoever reads the first lines may close the pipe after them.
  process.stdout.on('error', () => {});
  try {
    process.exitCode = (await run(args)) ?? 0;
  } catch (error) {
    const isUsage = isUsageError(error);
    if (!isUsage && !(error instanceof VerbFailure)) throw error;
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = isUsage ? EXIT_USAGE : EXIT_FAILED;
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
  return print(helpText(readVersion(), await loadVerbs()));
}

function print(text: string): undefined {
  process.stdout.write(text);
}

function isUsageError(error: unknown): error is ConfigurationError | ListenError {
  return error instanceof ConfigurationError || error instanceof ListenError;
}

function explain(error: Error): string {
  if (!(error instanceof ListenError)) return error.message;
  const { flag } = error;
  const without = flag === '--port' ? '' : `, or ${flag} off to do without`;
  return `${error.message}\nTake another one with ${flag} N, or ${flag} 0 for any that is free${without}.`;
}
