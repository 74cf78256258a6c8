import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigurationError } from '../../sim/configuration-error.ts';
import { readFlags } from '../flag.ts';
import { readSeed } from '../sample/seed.ts';
import { EXIT_FAILED, type Verb } from '../verb.ts';
import { readTargets } from './target.ts';

export const probeVerb: Verb = {
  name: 'probe',
  usage: 'URL… [FLAGS]',
  summary: 'sends a receiver what will come sooner or later, and says how it stood the test',
  flags: [
    { name: '--junit', value: 'FILE', help: 'writes the report as JUnit XML too' },
    { name: '--fixtures', value: 'FILE', help: 'YAML or JSON seed data (the built-in ones)' },
    { name: '--seed', value: 'N|random', help: 'the same pushes once more, with the same ids (random)' },
    { name: '--json', help: 'answers in JSON: {"ok","seed","receivers":[{"target","ok","cases":[…]}]}' },
  ],
  notes: [
    'Both records in both orders, one only, a duplicate, one an hour late, a dialogue of 300 turns, an unknown field,',
    'ids above 2^53, Chinese text and emoji, a body sent slowly, 200 pushes at once. Each has to be answered with',
    'success within 3 s. Nothing is sent to anywhere else, and redirects are not followed. A receiver that nobody listens',
    'for (any more) gets no further case.',
    'URL is taken as by --push-url: {module} in it is replaced, else /<module> is appended. A receiver that has an',
    'address for each module is named by all of them: receiveDialog=http://… or a URL that ends in the module’s name.',
  ],
  exits: [
    { code: 0, when: 'everything was answered with success in time' },
    { code: EXIT_FAILED, when: 'something was not' },
  ],
  run: probe,
};

async function probe(args: readonly string[]): Promise<number> {
  const { flags, operands } = readFlags(args, probeVerb.flags, 'an address');
  const targets = readTargets(operands);
  const seed = readSeed(flags.get('--seed'));
  const file = flags.get('--junit');
  // Found out before anything is sent.
  if (file !== undefined) writeReport(file, '');
  // Loaded only now: it is the whole simulator.
  const { runProbe } = await import('./run-probe.ts');
  const { writeCase, writeGone, writeSum } = await import('./report.ts');
  const isJson = flags.has('--json');
  let shown = '';
  const reports = await runProbe({
    targets,
    seed,
    fixturesFile: flags.get('--fixtures') ?? null,
    onCase(target, report) {
      if (isJson) return;
      process.stdout.write(`${target === shown ? '' : `${target}\n`}${writeCase(report)}`);
      shown = target;
    },
    onGone(origin, untried) {
      if (!isJson) process.stdout.write(writeGone(origin, untried));
    },
  });
  const ok = reports.every((report) => report.ok);
  const document = JSON.stringify({ ok, seed, receivers: reports });
  process.stdout.write(isJson ? `${document}\n` : writeSum(reports, seed));
  if (file !== undefined) {
    const { writeJunit } = await import('./junit.ts');
    writeReport(file, writeJunit(reports));
  }
  return ok ? 0 : EXIT_FAILED;
}

/** @throws ConfigurationError if it cannot be written */
function writeReport(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigurationError([
      { place: '--junit', found: message, expected: 'a file that can be written' },
    ]);
  }
}
