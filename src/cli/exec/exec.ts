import { ConfigurationError } from '../../sim/configuration-error.ts';
import type { Simulator } from '../../simulator.ts';
import { type Flag, readFlags } from '../flag.ts';
import { OPTION_FLAGS, settingsOf } from '../option.ts';
import { OTHER_VARIABLES } from '../other-variable.ts';
import { variableOf } from '../variable.ts';
import { EXIT_FAILED, type Verb } from '../verb.ts';

/** What is otherwise than in `start`. */
const OWN_HELP: Readonly<Record<string, string>> = {
  '--port': 'HTTP port (a free one)',
  '--sip-port': 'SIP over UDP and TCP, 0 = a free port (off)',
};

const FLAGS: readonly Flag[] = [
  { name: '--strict', help: 'fails when something in the calls would hurt in production, and says what' },
  {
    name: '--json',
    help: 'lines of JSON on stderr: {"event":"ready","url"}, {"event":"findings",…}, {"event":"end",…}',
  },
  ...OPTION_FLAGS.map((flag) => ({ ...flag, help: OWN_HELP[flag.name] ?? flag.help })),
];

export const execVerb: Verb = {
  name: 'exec',
  usage: '[FLAGS] -- COMMAND [ARGS…]',
  summary: 'runs a command, such as your tests, beside a simulator of its own',
  flags: FLAGS,
  notes: [
    'The command finds the simulator by YETA_SIM_URL, YETA_SIM_APP_KEY, YETA_SIM_APP_SECRET and YETA_SIM_TOKEN_URL; and',
    'by YETA_SIM_ADMIN_TOKEN, if /_sim/ asks for one. stdin and stdout are the command’s; what yeta-sim has to say goes',
    'to stderr. Signals are passed on to it, and what it leaves running in its process group is ended.',
    'The variable PORT is the command’s own; YETA_SIM_PORT and the other variables of start hold here too.',
  ],
  exits: [
    { code: EXIT_FAILED, when: '--strict: the command ended with 0, and there are findings' },
    { code: 126, when: 'the command cannot be executed' },
    { code: 127, when: 'there is no such command' },
    {
      code: 'N',
      when: 'what the command ended with; by a signal: the same signal, which a shell shows as 128+n',
    },
  ],
  run: exec,
};

async function exec(args: readonly string[]): Promise<number> {
  const { own, command } = splitCommand(args);
  const { flags } = readFlags(own, FLAGS, null);
  const settings = await settingsOf(flags, { ...process.env, PORT: undefined });
  const { createSimulator } = await import('../../simulator.ts');
  const { closeSimulator } = await import('./close.ts');
  const { runCommand } = await import('./command.ts');
  const { endLike, exitCodeOf } = await import('./exit-code.ts');
  const { tellJson, tellWords } = await import('./tell.ts');
  const tell = flags.has('--json') ? tellJson : tellWords;
  const simulator = await createSimulator(settings);
  tell({ event: 'ready', url: simulator.url });
  const { end, leftBehind } = await runCommand(command, { ...process.env, ...variablesOf(simulator) });
  const notClosed = await closeSimulator(simulator);
  if (end.kind === 'not-run') tell({ event: 'not-run', command: command[0] ?? '', code: end.code });
  if (leftBehind) tell({ event: 'left-behind' });
  if (notClosed !== null) tell({ event: 'not-closed', why: notClosed });
  const strict = flags.has('--strict');
  const findings = simulator.scope.server.findings.counts();
  if (findings.length > 0) tell({ event: 'findings', strict, findings });
  const code = exitCodeOf(end);
  const exitCode = code === 0 && strict && findings.length > 0 ? EXIT_FAILED : code;
  tell({ event: 'end', exitCode, signal: end.kind === 'signal' ? end.signal : null });
  endLike(end);
  // What is still open would keep this process, and the command has ended.
  if (notClosed !== null) process.exit(exitCode);
  return exitCode;
}

/** @throws ConfigurationError if there is no command */
function splitCommand(args: readonly string[]): { own: readonly string[]; command: readonly string[] } {
  const at = args.indexOf('--');
  const command = at < 0 ? [] : args.slice(at + 1);
  if (command.length > 0 && command[0] !== '') return { own: args.slice(0, at), command };
  const expected = 'one behind --, such as: yeta-sim exec -- npm test';
  throw new ConfigurationError([{ place: 'yeta-sim exec', found: 'no command', expected }]);
}

/** How the command finds the simulator (spec 5.4). */
function variablesOf({ url, app, adminToken }: Simulator): NodeJS.ProcessEnv {
  return {
    [OTHER_VARIABLES.url]: url,
    [OTHER_VARIABLES.appKey]: app.appKey,
    [OTHER_VARIABLES.appSecret]: app.appSecret,
    [OTHER_VARIABLES.tokenUrl]: `${url}/openapi/oauth/v1/token`,
    ...(adminToken === null ? {} : { [variableOf('adminToken')]: adminToken }),
  };
}
