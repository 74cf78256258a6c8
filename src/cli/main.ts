import { ListenError } from '../server/serve.ts';
import { ConfigurationError } from '../sim/configuration-error.ts';
import { readVersion } from '../simulator.ts';
import { helpText } from './help.ts';
import { start } from './start.ts';

const EXIT_USAGE = 2;

/** @param args what stands after the program's name */
export async function main(args: readonly string[]): Promise<void> {
  const [verb, ...rest] = args;
  if (args.includes('--help') || args.includes('-h') || verb === 'help') {
    process.stdout.write(helpText(readVersion()));
    return;
  }
  if (args.includes('--version') || args.includes('-v')) {
    process.stdout.write(`${readVersion()}\n`);
    return;
  }
  try {
    if (verb === undefined || verb.startsWith('-')) await start(args);
    else if (verb === 'start') await start(rest);
    else
      throw new ConfigurationError([{ place: 'verb', found: verb, expected: 'start; see yeta-sim --help' }]);
  } catch (error) {
    if (!(error instanceof ConfigurationError || error instanceof ListenError)) throw error;
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = EXIT_USAGE;
  }
}

function explain(error: ConfigurationError | ListenError): string {
  if (error instanceof ConfigurationError) return error.message;
  return `${error.message}\nTake another one with --port N, or --port 0 for any that is free.`;
}
