import { type Flag, readFlags, readInteger } from '../flag.ts';
import { EXIT_FAILED, type Verb } from '../verb.ts';

const FLAGS: readonly Flag[] = [
  { name: '--calls', value: 'N', help: 'how many numbers are called, 4 to 5000 (300)' },
  { name: '--seed', value: 'N', help: 'another seed, another day (1)' },
  { name: '--port', value: 'N', help: 'HTTP port of the simulator (a free one)' },
  { name: '--fast', help: 'does not slow down for watching; elsewhere than on a terminal it never does' },
  { name: '--stay', help: 'keeps the simulator running afterwards, to look around in it' },
  { name: '--json', help: 'prints the report as one JSON object and nothing else' },
];

export const demoVerb: Verb = {
  name: 'demo',
  usage: '[FLAGS]',
  summary: 'shows a campaign day of 300 numbers in 15 seconds',
  flags: FLAGS,
  notes: [
    'Starts a simulator on a clock of its own and two receivers, submits four campaigns over HTTP, pauses one, lets',
    'a receiver fail for a while, reads the failure file the next morning, and compares what both sides counted.',
    'The same seed and number of calls give the same numbers. Nothing is left behind, and no network is used.',
  ],
  exits: [
    { code: 0, when: 'both sides count the same' },
    { code: EXIT_FAILED, when: 'they do not' },
    { code: 130, when: 'Ctrl-C while the day goes on' },
  ],
  run: demo,
};

async function demo(args: readonly string[]): Promise<number> {
  const { flags } = readFlags(args, FLAGS, null);
  const options = {
    seed: readInteger(flags, '--seed', { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 1 }),
    calls: readInteger(flags, '--calls', { min: 4, max: 5000, fallback: 300 }),
    port: readInteger(flags, '--port', { min: 0, max: 65_535, fallback: 0 }),
    fast: flags.has('--fast'),
    stay: flags.has('--stay'),
    json: flags.has('--json'),
  };
  // Loaded only now: it is the whole simulator.
  const { runDemo } = await import('./run-demo.ts');
  return (await runDemo(options, process.stdout)) ? 0 : EXIT_FAILED;
}
